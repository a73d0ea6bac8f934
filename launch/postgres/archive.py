"""Where a server hands over its finished WAL, so that any instant can be restored."""

from collections.abc import Mapping
from pathlib import Path

from launch.postgres.durable import write_durably
from launch.postgres.layout import Layout

# A quiet server hands over at least so often: what is lost when its disk is lost for good.
HANDED_OVER_SECONDS = 300
_THROWN_AWAY = "exit 0"


def archive_of(layout: Layout) -> Path | None:
    """Return the folder that was chosen for this server, if one was."""
    note = _note(layout)
    return Path(note.read_text()) if note.exists() else None


def choose_archive(layout: Layout, folder: Path) -> None:
    """Note the folder in the server's home, so that every later start keeps to it."""
    layout.account.own_directory(folder)
    write_durably(_note(layout), str(folder))


def archive_settings(layout: Layout) -> Mapping[str, str]:
    """Have the server hand over; turning the archive on later needs no restart.

    PostgreSQL's own module copies each segment under another name, syncs and renames it: a crash
    leaves a whole segment or none, and the server keeps one until it has been handed over.
    """
    folder = archive_of(layout)
    if folder is None:
        return {"archive_mode": "on", "archive_command": _THROWN_AWAY}
    return {
        "archive_mode": "on",
        "archive_library": "basic_archive",
        "basic_archive.archive_directory": str(folder),
        "archive_timeout": str(HANDED_OVER_SECONDS),
    }


def _note(layout: Layout) -> Path:
    return layout.home / "archive"
