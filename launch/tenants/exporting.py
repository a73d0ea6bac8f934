"""Write a whole network into one file, as it stood at one instant."""

import zipfile
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from launch.auditing import NetworkUnknown
from launch.tenants.archive import (
    FORMAT,
    MANIFEST,
    Books,
    Counting,
    File,
    Manifest,
    Network,
    new_archive,
)
from launch.tenants.checking import books_of
from launch.tenants.parts import LEFT_OUT, PASSWORD, Part, all_parts
from launch.tenants.reading import Connection, Told, connect, copy_out, schema_revision, stand_in

_WITHHELD = "stays out unless asked for, and nobody can sign in by it elsewhere"


def export_network(
    app_dsn: str, slug: str, into: Path, *, with_passwords: bool, told: Told
) -> Manifest:
    """Write the archive of a network by its short name, and return its manifest.

    All of it is read in one snapshot, as the application's role under row-level security: no row of
    another network can get in. The network goes on working. Raises `NetworkUnknown`, `FileExists`.
    """
    with connect(app_dsn) as connection, new_archive(into) as archive, connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        network = network_of(connection, slug)
        stand_in(connection, UUID(network.id))
        parts = all_parts(with_passwords=with_passwords)
        files = [_write(connection, archive, part, network, told) for part in parts]
        books = books_of(app_dsn, UUID(network.id), _snapshot(connection))
        manifest = _manifest(connection, network, files, books, with_passwords=with_passwords)
        archive.writestr(MANIFEST, manifest.written())
    return manifest


def network_of(connection: Connection, slug: str) -> Network:
    """Return a network by its short name; raises `NetworkUnknown`."""
    found = connection.execute(
        "SELECT id, slug, name, status FROM platform.tenant WHERE slug = %s", [slug]
    ).fetchone()
    if found is None:
        raise NetworkUnknown(slug)
    return Network(*map(str, found))


def last_seal(connection: Connection, tenant_id: UUID) -> str | None:
    """Return the newest seal of the network's audit trail."""
    found = connection.execute(
        "SELECT seal FROM audit_seal WHERE tenant_id = %s ORDER BY number DESC LIMIT 1",
        [tenant_id],
    ).fetchone()
    return None if found is None else bytes(found[0]).hex()


def _snapshot(connection: Connection) -> str:
    """Let other transactions see what this one does, until it ends."""
    found = connection.execute("SELECT pg_export_snapshot()").fetchone()
    return str(found and found[0])


def _write(
    connection: Connection, archive: zipfile.ZipFile, part: Part, network: Network, told: Told
) -> File:
    name = f"tables/{part.name}.csv"
    with archive.open(name, "w", force_zip64=True) as target:
        return copy_out(connection, part, UUID(network.id), Counting(target), told)


def _manifest(
    connection: Connection,
    network: Network,
    files: list[File],
    books: Books,
    *,
    with_passwords: bool,
) -> Manifest:
    left_out = dict(LEFT_OUT) | {
        "platform.identity.is_system_admin": "an archive makes nobody an administrator"
    }
    if not with_passwords:
        left_out[f"platform.identity.{PASSWORD}"] = _WITHHELD
    return Manifest(
        format=FORMAT,
        written_at=datetime.now(UTC).isoformat(timespec="seconds"),
        schema_revision=schema_revision(connection),
        network=network,
        password_hashes=with_passwords,
        last_seal=last_seal(connection, UUID(network.id)),
        books=books,
        files=tuple(files),
        left_out=left_out,
    )
