"""The archive of a network: a ZIP of one CSV file a table, and a manifest that vouches for them.

docs/tenants.md describes the format for those who read it without us.
"""

import hashlib
import json
import zipfile
import zlib
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from launch.tenants.errors import ArchiveDamaged, FileExists

FORMAT = "tributary-network/1"
MANIFEST = "manifest.json"
BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Network:
    """Which network an archive is of; `status` is what it was when it was written."""

    id: str
    slug: str
    name: str
    status: str


@dataclass(frozen=True, slots=True)
class File:
    """One table's rows: `columns` in the order of the file, `rows` without the line of names."""

    name: str
    table: str
    columns: tuple[str, ...]
    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Books:
    """How many invariants of the network's books were looked at, and what does not hold."""

    invariants: int
    broken: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an archive holds; `last_seal` is the newest seal of the audit trail, if there is one."""

    format: str
    written_at: str
    schema_revision: str
    network: Network
    password_hashes: bool
    last_seal: str | None
    books: Books
    files: tuple[File, ...]
    left_out: dict[str, str]

    @property
    def rows(self) -> int:
        """The number of rows in all files."""
        return sum(file.rows for file in self.files)

    def written(self) -> bytes:
        """Return it as JSON, as it stands in the archive."""
        return json.dumps(asdict(self), indent=2, ensure_ascii=False).encode() + b"\n"

    @property
    def digest(self) -> str:
        """The SHA-256 of the manifest, which holds those of all files: it names the archive."""
        return hashlib.sha256(self.written()).hexdigest()


class Counting:
    """Counts and hashes what goes through it."""

    def __init__(self, target: IO[bytes] | None = None) -> None:
        """Write on to `target`, if there is one."""
        self._target, self._hash = target, hashlib.sha256()
        self.size = 0

    def write(self, block: bytes) -> None:
        """Take the next bytes."""
        self._hash.update(block)
        self.size += len(block)
        if self._target is not None:
            self._target.write(block)

    @property
    def sha256(self) -> str:
        """The hash of all so far."""
        return self._hash.hexdigest()


def file_name(table: str) -> str:
    """Return where a table's rows stand in an archive."""
    return f"tables/{table}.csv"


@contextmanager
def new_archive(file: Path) -> Generator[zipfile.ZipFile]:
    """Write beside `file`, and give it its name when all is well; only its owner may read it."""
    if file.exists():
        raise FileExists(file)
    unfinished = file.with_name(f"{file.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    unfinished.touch(mode=0o600)
    try:
        with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as archive:
            yield archive
        unfinished.rename(file)
    finally:
        unfinished.unlink(missing_ok=True)


@contextmanager
def opened(file: Path) -> Generator[tuple[zipfile.ZipFile, Manifest]]:
    """Yield an archive of which every byte was checked against its manifest."""
    try:
        archive = zipfile.ZipFile(file)
    except (OSError, zipfile.BadZipFile) as failure:
        raise ArchiveDamaged(file, f"it is no whole archive ({failure})") from failure
    with archive:
        yield archive, _checked(file, archive)


def blocks(source: IO[bytes]) -> Iterator[bytes]:
    """Read a file a block at a time."""
    while block := source.read(BLOCK):
        yield block


def _read(written: bytes) -> Manifest:
    found: dict[str, Any] = json.loads(written)
    found["network"] = Network(**found["network"])
    books = found["books"]
    found["books"] = Books(books["invariants"], tuple(books["broken"]))
    found["files"] = tuple(_file(**each) for each in found["files"])
    return Manifest(**found)


def _file(columns: Sequence[str], **others: Any) -> File:
    return File(columns=tuple(columns), **others)


def _checked(file: Path, archive: zipfile.ZipFile) -> Manifest:
    try:
        manifest = _read(archive.read(MANIFEST))
        _check(file, archive, manifest)
    except (ValueError, TypeError, KeyError) as failure:
        raise ArchiveDamaged(file, f"its manifest cannot be read ({failure})") from failure
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile) as failure:
        raise ArchiveDamaged(file, f"it is no whole archive ({failure})") from failure
    return manifest


def _check(file: Path, archive: zipfile.ZipFile, manifest: Manifest) -> None:
    if manifest.format != FORMAT:
        raise ArchiveDamaged(file, f"its format is {manifest.format}, and this reads {FORMAT}")
    named = [each.name for each in manifest.files]
    if sorted(archive.namelist()) != sorted([*named, MANIFEST]):
        raise ArchiveDamaged(file, "its files are not those of its manifest")
    for each in manifest.files:
        seen = Counting()
        with archive.open(each.name) as source:
            for block in blocks(source):
                seen.write(block)
        if (seen.size, seen.sha256) != (each.bytes, each.sha256):
            raise ArchiveDamaged(file, f"{each.name} was changed after it was written")
