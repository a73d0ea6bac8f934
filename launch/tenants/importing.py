"""Bring a network into an installation from its archive: whole, or not at all."""

import zipfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from psycopg import DataError, IntegrityError
from psycopg.errors import InsufficientPrivilege, UniqueViolation

from launch.database import Access
from launch.tenants.archive import File, Manifest, file_name, opened
from launch.tenants.checking import books_of, check_trail
from launch.tenants.errors import (
    ArchiveDamaged,
    NetworkExists,
    NotTheSame,
    OtherRevision,
    PeopleKnown,
    RowsRefused,
)
from launch.tenants.exporting import last_seal
from launch.tenants.parts import WAITING, Part, all_parts
from launch.tenants.passwords import give_passwords
from launch.tenants.reading import (
    Connection,
    Told,
    connect,
    digests,
    schema_revision,
    stand_in,
)
from launch.tenants.writing import copy_in

_NETWORK, _PEOPLE = "platform.tenant", "platform.identity"
SUSPENDED = "SUSPENDED"


@dataclass(frozen=True, slots=True)
class Imported:
    """What came in; `without_password` counts the people who cannot sign in yet."""

    manifest: Manifest
    was_there: bool
    without_password: int


def import_network(
    access: Access, file: Path, *, passwords_into: Path | None, told: Told
) -> Imported:
    """Write an archive's network into the database, check it, and let it work.

    Hashes come first, then one transaction writes all rows, reads them back and compares; the
    network is suspended until its trail and its books were checked too. Stopped after that
    transaction, the same call goes on with the checks. Raises what stands in `errors`.
    """
    with opened(file) as (archive, manifest), connect(access.owner_dsn) as connection:
        coming = _Coming(connection, archive, manifest, _parts(file, manifest), told)
        coming.check_revision()
        was_there = coming.is_left_behind()
        if not was_there:
            with connection.transaction():
                coming.write()
        check_trail(access.app_dsn, coming.tenant_id)
        if books_of(access.app_dsn, coming.tenant_id) != manifest.books:
            raise NotTheSame("what its books say")
        with connection.transaction():
            without = coming.let_work(passwords_into)
    return Imported(manifest, was_there, without)


def _parts(file: Path, manifest: Manifest) -> dict[str, Part]:
    """Return the parts of the archive, and make sure that it has all of ours and no other."""
    parts = {part.name: part for part in all_parts(with_passwords=manifest.password_hashes)}
    expected = {(name, file_name(name), part.columns) for name, part in parts.items()}
    found = {(each.table, each.name, each.columns) for each in manifest.files}
    for name, _, _ in sorted(expected ^ found):
        raise ArchiveDamaged(file, f"its columns of {name} are not those of this version")
    return parts


@dataclass(frozen=True, slots=True)
class _Coming:
    """A network on its way from an archive into a database."""

    connection: Connection
    archive: zipfile.ZipFile
    manifest: Manifest
    parts: Mapping[str, Part]
    told: Told

    @property
    def tenant_id(self) -> UUID:
        return UUID(self.manifest.network.id)

    def check_revision(self) -> None:
        here = schema_revision(self.connection)
        if here != self.manifest.schema_revision:
            raise OtherRevision(self.manifest.schema_revision, here)

    def is_left_behind(self) -> bool:
        """Tell whether an import of this very archive wrote its rows and was stopped then."""
        network = self.manifest.network
        found = self.connection.execute(
            "SELECT id, status FROM platform.tenant WHERE id = %s OR slug = %s",
            [network.id, network.slug],
        ).fetchall()
        if not found:
            return False
        if [(str(key), status) for key, status in found] != [(network.id, SUSPENDED)]:
            raise NetworkExists(network.slug)
        with self.connection.transaction():
            stand_in(self.connection, self.tenant_id)
            if self._differing(self._first({_NETWORK, _PEOPLE})):
                raise NetworkExists(network.slug)
        return True

    def write(self) -> None:
        """Write all but what waits for workers, and hold what is then there to the manifest."""
        stand_in(self.connection, self.tenant_id)
        files, known = self._files(), set[str]()
        for part in self._first():
            written = self._copy_in(part)
            if written != files[part.name].rows:
                known.add(part.name)
        if differing := self._differing(self._first(known)):
            raise NotTheSame(", ".join(differing))
        self._set_status(SUSPENDED)

    def let_work(self, passwords_into: Path | None) -> int:
        """Give passwords if asked, let the workers hear of what waits, and open the network."""
        stand_in(self.connection, self.tenant_id)
        if last_seal(self.connection, self.tenant_id) != self.manifest.last_seal:
            raise NotTheSame("the last seal of the audit trail")
        waiting = [self.parts[name] for name in WAITING]
        for part in waiting:
            self._copy_in(part)
        if differing := self._differing(waiting):
            raise NotTheSame(", ".join(differing))
        self._know()
        without = give_passwords(self.connection, self.tenant_id, passwords_into)
        self._set_status(self.manifest.network.status)
        return without

    def _copy_in(self, part: Part) -> int:
        file = self._files()[part.name]
        try:
            return copy_in(self.connection, self.archive, part, file, self.told)
        except (DataError, InsufficientPrivilege, IntegrityError) as refused:
            if part.name == _PEOPLE and isinstance(refused, UniqueViolation):
                raise PeopleKnown(str(refused.diag.message_detail)) from refused
            raise RowsRefused(part.name, str(refused)) from refused

    def _first(self, besides: Collection[str] = ()) -> list[Part]:
        return [
            part for name, part in self.parts.items() if name not in WAITING and name not in besides
        ]

    def _files(self) -> dict[str, File]:
        return {file.table: file for file in self.manifest.files}

    def _differing(self, parts: list[Part]) -> list[str]:
        """Name the tables whose rows, read back, are not byte for byte those of the archive."""
        files = self._files()
        found = digests(self.connection, parts, self.tenant_id, self.told)
        return [file.table for file in found if file != files[file.table]]

    def _know(self) -> None:
        """Note that all prices are known by now: what is changed from here on is known later."""
        self.connection.execute(
            "INSERT INTO network_revision (tenant_id, kind, revision, known_at)"
            " VALUES (%s, 'PRICES', gen_random_uuid(), clock_timestamp())"
            " ON CONFLICT (tenant_id, kind) DO UPDATE SET known_at = excluded.known_at",
            [self.tenant_id],
        )

    def _set_status(self, status: str) -> None:
        self.connection.execute(
            "UPDATE platform.tenant SET status = %s WHERE id = %s", [status, self.tenant_id]
        )
