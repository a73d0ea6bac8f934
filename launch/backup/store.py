"""The folder of backups: whole copies in `base`, the WAL since then in `wal`."""

import json
import shutil
from collections.abc import Generator
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import takewhile
from pathlib import Path
from typing import Any, Self

from launch.backup.errors import NoBackup, StoreOfAnother
from launch.backup.packing import PACKED
from launch.postgres.durable import rename_durably, write_durably

_FACTS, _OWNER = "facts.json", "of"
UNFINISHED = ".unfinished"
_OF_SEGMENTS = ("", PACKED, ".partial")
"""How files end that hold WAL; a note about a copy is named after a segment, and is none."""


@dataclass(frozen=True)
class Base:
    """One copy: when it was finished, and from which WAL segment it is brought further."""

    name: str
    finished: datetime
    major: int
    first_segment: str
    size: int

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read what was noted when it was taken."""
        noted: dict[str, Any] = json.loads((folder / _FACTS).read_text())
        noted["finished"] = datetime.fromisoformat(noted["finished"])
        return cls(**noted)

    def write(self, folder: Path) -> None:
        """Note it beside the copy."""
        noted = asdict(self) | {"finished": self.finished.isoformat()}
        write_durably(folder / _FACTS, json.dumps(noted, indent=2))


@dataclass(frozen=True)
class Store:
    """A folder of the backups of one database."""

    folder: Path

    @property
    def wal(self) -> Path:
        """Where the server, or who follows it, puts segments."""
        return self.folder / "wal"

    def place(self, name: str) -> Path:
        """Where a copy lies."""
        return self.folder / "base" / name

    def bases(self) -> list[Base]:
        """All finished copies, oldest first."""
        noted = sorted((self.folder / "base").glob(f"*/{_FACTS}"))
        return [Base.read(path.parent) for path in noted if path.parent.suffix != UNFINISHED]

    def base_before(self, at: datetime | None) -> Base:
        """Return the newest copy from which the instant can be reached."""
        fitting = [base for base in self.bases() if at is None or base.finished <= at]
        if not fitting:
            raise NoBackup(self.folder, at.isoformat() if at else "now")
        return fitting[-1]

    def reaches(self) -> datetime | None:
        """When the newest segment arrived: what was committed before can be restored."""
        found = [path.stat().st_mtime for path in self.segments()]
        return datetime.fromtimestamp(max(found)).astimezone() if found else None

    def segments(self) -> list[Path]:
        """Files of WAL, by name."""
        return sorted(path for path in self.wal.glob("0*") if path.is_file())

    def has(self, segment: str) -> bool:
        """Whether a whole segment has arrived; one that is packed has."""
        return any((self.wal / name).exists() for name in (segment, segment + PACKED))

    def first_missing(self, base: Base) -> str | None:
        """Name the first segment that a copy needs and that is not there, though a later one is."""
        first = self.place(base.name) / "cluster" / "pg_wal" / base.first_segment
        names = segments_from(base.first_segment, first.stat().st_size)
        found = self.wal.glob(f"{base.first_segment[:8]}*")
        there = {path.name[:24] for path in found if path.suffix in _OF_SEGMENTS}
        newest = max(there, default="")
        return next(
            (name for name in takewhile(lambda it: it < newest, names) if name not in there), None
        )

    def claim(self, owner: str) -> None:
        """Keep the folder for one database: another one's WAL would have the same names."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if not (self.folder / _OWNER).exists():
            write_durably(self.folder / _OWNER, owner)
        found = (self.folder / _OWNER).read_text()
        if found != owner:
            raise StoreOfAnother(self.folder, found)

    def begun(self, name: str) -> Path:
        """Make room for a new copy, and clear what a killed attempt left."""
        for leftover in (self.folder / "base").glob(f"*{UNFINISHED}"):
            shutil.rmtree(leftover)
        place = self.place(name + UNFINISHED)
        place.mkdir(parents=True, mode=0o700)
        return place

    def finish(self, base: Base) -> None:
        """Let a new copy count."""
        unfinished = self.place(base.name + UNFINISHED)
        base.write(unfinished)
        rename_durably(unfinished, self.place(base.name))


def segments_from(first: str, size: int) -> Generator[str]:
    """Name a segment of so many bytes and all that follow it on its timeline."""
    in_one_log = 2**32 // size
    number = int(first[8:16], 16) * in_one_log + int(first[16:], 16)
    while True:
        log, segment = divmod(number, in_one_log)
        yield f"{first[:8]}{log:08X}{segment:08X}"
        number += 1
