"""Hold the trails of all networks against their seals, from outside of the application."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar
from uuid import UUID

from rich.console import Console
from rich.progress import Progress

from app.audit.operations.verifying import Noted, Verification, verify
from app.db.database import Access, Database
from app.db.work import acting_as, begin, perform
from app.kernel.actor import system_actor
from app.tenants.models import Tenant
from app.tenants.operations import all_tenants
from launch.errors import LaunchError

_NAME = "audit"


@dataclass(eq=False)
class NotesUnreadable(LaunchError):
    """The file of noted seals is not one that we wrote."""

    text: ClassVar = "Line {line} of {file} is no noted seal."
    remedy: ClassVar = "Give the file that an earlier verification wrote, or a name that is free."
    file: Path
    line: int


@dataclass(eq=False)
class TrailChanged(LaunchError):
    """Somebody changed the trail past the application."""

    text: ClassVar = "{number} faults were found."
    remedy: ClassVar = (
        "Compare these rows with a backup, and with who could write to the database since."
    )
    number: int


@dataclass(eq=False)
class NetworkUnknown(LaunchError):
    """There is no network of that short name."""

    text: ClassVar = "There is no network {slug}."
    remedy: ClassVar = "See which there are: tributary tenant list."
    slug: str


def verify_trails(
    console: Console, app_dsn: str, *, slug: str | None = None, notes: Path | None = None
) -> None:
    """Print what was looked at and found, of all networks or of one by its short name.

    Raises `TrailChanged` after any fault. `notes` holds a seal of each network from the time
    before, and is written anew when all is well. Keep it where those who may write to the database
    may not write.
    """
    noted = _read(notes) if notes else {}
    found = asyncio.run(_verify(console, app_dsn, slug, noted))
    faults = sum(len(result.findings) for result in found.values())
    if faults:
        raise TrailChanged(faults)
    if notes:
        newest = {key: Noted(each.seals, each.newest) for key, each in found.items() if each.seals}
        _write(notes, noted | newest)


async def _verify(
    console: Console, app_dsn: str, slug: str | None, noted: dict[UUID, Noted]
) -> dict[UUID, Verification]:
    database, found = Database(app_dsn, pool_size=1), dict[UUID, Verification]()
    try:
        platform = acting_as(system_actor(None, _NAME))
        networks = [
            network
            for network in await perform(database, None, platform, all_tenants)
            if slug in {None, network.slug}
        ]
        if slug and not networks:
            raise NetworkUnknown(slug)
        with Progress(console=console, transient=True) as progress:
            for network in progress.track(networks, description="Verifying"):
                actor = acting_as(system_actor(network.id, _NAME))
                async with begin(database, network.id, actor, access=Access.READ) as work:
                    found[network.id] = await verify(work, noted.get(network.id))
                _tell(console, network, found[network.id])
    finally:
        await database.close()
    return found


def _tell(console: Console, network: Tenant, result: Verification) -> None:
    console.print(
        f"{network.name} ({network.slug}): {result.entries:,} entries under {result.seals:,} seals,"
        f" {result.waiting:,} wait for the next. Newest seal: {result.newest.hex()}",
        markup=False,
        highlight=False,
        soft_wrap=True,
    )
    for finding in result.findings:
        console.print(f"  {finding}", style="red", markup=False, highlight=False, soft_wrap=True)


def _read(notes: Path) -> dict[UUID, Noted]:
    if not notes.exists():
        return {}
    known: dict[UUID, Noted] = {}
    for number, line in enumerate(notes.read_text().splitlines(), start=1):
        try:
            network, seal_number, seal = line.split()
            known[UUID(network)] = Noted(int(seal_number), bytes.fromhex(seal))
        except ValueError:
            raise NotesUnreadable(notes, number) from None
    return known


def _write(notes: Path, noted: dict[UUID, Noted]) -> None:
    lines = [f"{key} {each.number} {each.seal.hex()}" for key, each in noted.items()]
    notes.write_text("".join(f"{line}\n" for line in lines))
