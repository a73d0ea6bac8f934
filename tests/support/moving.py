"""Hands for tests that move whole networks: out of one installation, into another."""

import asyncio
import hashlib
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from launch.database import Access
from launch.tenants.archive import MANIFEST, File, Manifest
from launch.tenants.erasing import erase_network
from launch.tenants.exporting import export_network
from launch.tenants.importing import Imported, import_network
from launch.tenants.parts import all_parts
from launch.tenants.reading import connect, digests, stand_in
from tests.support.world import World


def silent(_table: str, _rows: int) -> None:
    """Hear of progress and say nothing."""


@dataclass(frozen=True)
class Mover:
    """What a person would say on the command line, at two installations."""

    home: Access
    fresh: Access
    folder: Path

    async def export(
        self, world: World, *, name: str = "network.zip", at: Access | None = None, **more: Any
    ) -> tuple[Path, Manifest]:
        """Take the world's network out, with password hashes unless told."""
        into, dsn = self.folder / name, (at or self.home).app_dsn
        given = {"with_passwords": True, "told": silent} | more
        return into, await asyncio.to_thread(export_network, dsn, slug_of(world), into, **given)

    async def bring(self, file: Path, **more: Any) -> Imported:
        """Put an archive into the fresh installation."""
        given = {"passwords_into": None, "told": silent} | more
        return await asyncio.to_thread(import_network, self.fresh, file, **given)

    async def erase(self, world: World, **more: Any) -> dict[str, Any]:
        """Take the world's network away for good."""
        slug = slug_of(world)
        given = {"confirm": slug, "by": "a test", "archive": None, "told": silent} | more
        return await asyncio.to_thread(erase_network, self.home.owner_dsn, slug, **given)

    def is_there(self, world: World) -> str | None:
        """The status of the world's network in the fresh installation, if it is there."""
        with connect(self.fresh.owner_dsn) as connection:
            found = connection.execute(
                "SELECT status FROM platform.tenant WHERE id = %s", [world.tenant_id]
            ).fetchone()
        return found and found[0]


def slug_of(world: World) -> str:
    return f"t{world.tenant_id.hex}"


def rows_of(access: Access, tenant_id: UUID) -> list[File]:
    """What an archive would say of every table of a network: counts and hashes."""
    with connect(access.app_dsn) as connection, connection.transaction():
        stand_in(connection, tenant_id)
        return digests(connection, all_parts(with_passwords=True), tenant_id, silent)


def rewritten(
    file: Path,
    into: Path,
    *,
    tables: dict[str, Callable[[bytes], bytes]] | None = None,
    **manifest: Any,
) -> Path:
    """An archive with other rows or another manifest, whose hashes are right all the same."""
    changes = {f"tables/{name}.csv": change for name, change in (tables or {}).items()}
    with zipfile.ZipFile(file) as archive, zipfile.ZipFile(into, "w") as forged:
        told = json.loads(archive.read(MANIFEST)) | manifest
        for each in told["files"]:
            rows = archive.read(each["name"])
            if change := changes.get(each["name"]):
                rows = change(rows)
                each |= {"bytes": len(rows), "sha256": hashlib.sha256(rows).hexdigest()}
            forged.writestr(each["name"], rows)
        forged.writestr(MANIFEST, json.dumps(told))
    return into
