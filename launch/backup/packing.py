"""Pack segments of WAL that have arrived: they take a fraction of the room, and stay as durable."""

import gzip
import logging
import os
import re
import shutil
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from launch.postgres.durable import rename_durably

log = logging.getLogger("tributary.backup")

PACKED = ".gz"
LEVEL = 1
"""The fastest: segments that were handed over half empty are mostly zeros."""
EVERY_SECONDS = 30.0
_LEFT_BEHIND_SECONDS = 3_600
_BLOCK = 1024 * 1024
_SEGMENT = re.compile(r"[0-9A-F]{24}")


@dataclass(frozen=True, slots=True)
class Packed:
    """What was packed: how many segments, and their bytes before and after."""

    segments: int = 0
    before: int = 0
    after: int = 0

    def __add__(self, other: "Packed") -> "Packed":
        """Add up."""
        return Packed(
            self.segments + other.segments, self.before + other.before, self.after + other.after
        )


def pack(folder: Path) -> Packed:
    """Pack every whole segment of a folder; a crash leaves it plain, or packed, or both.

    It is read back and compared before the plain one goes. Several may do so at once.
    """
    _clear(folder)
    done = Packed()
    for segment in sorted(folder.glob("0*")):
        if _SEGMENT.fullmatch(segment.name):
            with suppress(FileNotFoundError):  # Another was faster.
                done += _pack(segment)
    return done


@contextmanager
def packing(folder: Path, every_seconds: float = EVERY_SECONDS) -> Generator[None]:
    """Pack what arrives in a folder, as long as the block runs."""
    stopping = threading.Event()

    def run() -> None:
        while not stopping.wait(every_seconds):
            try:
                pack(folder)
            except OSError as trouble:  # Segments stay plain, which is as good but larger.
                log.warning("WAL was not packed: %s", trouble)

    thread = threading.Thread(target=run, name="packing", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join()


def _pack(segment: Path) -> Packed:
    target = segment.with_name(segment.name + PACKED)
    scratch = target.with_name(f".{target.name}.{os.getpid()}.{threading.get_ident()}")
    found = segment.stat()
    try:
        _write(segment, scratch)
        if not _is_same(segment, scratch):
            msg = f"{scratch} does not hold what was written"
            raise OSError(msg)
        shutil.copystat(segment, scratch)
        if os.geteuid() == 0:
            os.chown(scratch, found.st_uid, found.st_gid)
        after = scratch.stat().st_size
        rename_durably(scratch, target)
    finally:
        scratch.unlink(missing_ok=True)
    segment.unlink()
    return Packed(1, found.st_size, after)


def _write(segment: Path, scratch: Path) -> None:
    opened = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(opened, "wb") as file:
        with (
            segment.open("rb") as plain,
            gzip.GzipFile(filename="", mode="wb", compresslevel=LEVEL, fileobj=file) as packed,
        ):
            shutil.copyfileobj(plain, packed, _BLOCK)
        file.flush()
        os.fsync(file.fileno())


def _is_same(segment: Path, scratch: Path) -> bool:
    with segment.open("rb") as plain, gzip.open(scratch) as packed:
        while block := plain.read(_BLOCK):
            if packed.read(len(block)) != block:
                return False
        return not packed.read(1)


def _clear(folder: Path) -> None:
    """Remove what a killed attempt left behind."""
    for scratch in folder.glob(f".0*{PACKED}.*"):
        with suppress(FileNotFoundError):
            if time.time() - scratch.stat().st_mtime > _LEFT_BEHIND_SECONDS:
                scratch.unlink()
