"""Hold the books of networks against each other, from outside of the application."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from rich.console import Console

from app.books import AT_REST, BOOKS, Checked, check_networks, invariants
from app.db.checking import SAMPLE
from app.db.database import Database, Patience
from launch.auditing import NetworkUnknown
from launch.errors import LaunchError

_LONGEST_SECONDS = 3_600


@dataclass(eq=False)
class BooksBroken(LaunchError):
    """Something does not hold that always must."""

    text: ClassVar = "{number} invariants do not hold."
    remedy: ClassVar = (
        "Stop what writes to these networks, and compare the rows with the audit trail "
        "(tributary audit verify) and with a backup."
    )
    number: int


@dataclass(frozen=True, slots=True)
class Look:
    """What a look at several networks found."""

    networks: Sequence[Checked]

    def require(self) -> None:
        """Raise `BooksBroken` after any breach."""
        broken = sum(len(each.broken) for each in self.networks)
        if broken:
            raise BooksBroken(broken)


def check_books(
    console: Console,
    app_dsn: str,
    *,
    slugs: Sequence[str] = (),
    is_at_rest: bool = False,
    sample: int = SAMPLE,
) -> Look:
    """Print what holds and what does not, of all networks or of those named by short name.

    Raises `NetworkUnknown` for a name that no network has.
    """
    return asyncio.run(_check(console, app_dsn, slugs, is_at_rest=is_at_rest, sample=sample))


def in_json(look: Look) -> dict[str, Any]:
    """Write a look as JSON-able data; every invariant is named, broken or not."""
    return {
        "invariants": [
            {"book": book, "name": each.name, "breach": each.breach}
            for book, each in invariants(AT_REST)
        ],
        "networks": [
            {
                "id": str(each.tenant_id),
                "network": each.slug,
                "looked_at": each.invariants,
                "broken": [
                    {
                        "book": book,
                        "name": broken.invariant.name,
                        "rows": broken.rows,
                        "sample": list(broken.sample),
                    }
                    for book, broken in each.broken
                ],
            }
            for each in look.networks
        ],
    }


async def _check(
    console: Console, app_dsn: str, slugs: Sequence[str], *, is_at_rest: bool, sample: int
) -> Look:
    patience = Patience(statement_seconds=_LONGEST_SECONDS)
    database, found = Database(app_dsn, pool_size=1, patience=patience), list[Checked]()
    books = AT_REST if is_at_rest else BOOKS
    try:
        with console.status("Reading the books"):
            async for checked in check_networks(database, slugs, books, sample):
                found.append(checked)
                _tell(console, checked)
    finally:
        await database.close()
    for slug in sorted(set(slugs) - {each.slug for each in found}):
        raise NetworkUnknown(slug)
    return Look(found)


def _tell(console: Console, checked: Checked) -> None:
    told = f"{checked.slug}: {checked.invariants} invariants, {len(checked.broken)} broken."
    console.print(told, markup=False, highlight=False)
    for sentence in checked.sentences():
        console.print(f"  {sentence}", style="red", markup=False, highlight=False, soft_wrap=True)
