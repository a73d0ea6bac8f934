"""Files and folders that are there whole after a crash, or not at all."""

import os
from pathlib import Path


def write_durably(path: Path, content: str) -> None:
    """Write a file under another name, sync and rename it."""
    scratch = path.with_name(f".{path.name}.{os.getpid()}")
    with scratch.open("w") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())
    rename_durably(scratch, path)


def rename_durably(source: Path, target: Path) -> None:
    """Rename, and sync the folder in which it happens."""
    source.rename(target)
    sync_folder(target.parent)


def sync_folder(folder: Path) -> None:
    """Make new names in a folder survive a crash."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
