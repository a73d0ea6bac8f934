"""Hold the books of all networks against each other, from outside of the application."""

import asyncio
from dataclasses import dataclass
from typing import ClassVar

from app.db.database import Access, Database
from app.db.work import acting_as, begin, perform
from app.finance.operations.checking import broken_invariants as finance
from app.fulfilment.operations.checking import broken_invariants as fulfilment
from app.inventory.operations.checking import broken_invariants as inventory
from app.kernel.actor import system_actor
from app.orders.operations.checking import broken_invariants as orders
from app.tenants.operations import all_tenants
from launch.errors import LaunchError

_NAME = "books"


@dataclass(eq=False)
class BooksDisagree(LaunchError):
    """What is kept differs from what it is counted from."""

    text: ClassVar = "The books do not agree:\n{breaches}\n"
    remedy: ClassVar = "Serve nobody from this database; compare it with an earlier backup."
    breaches: str


def check_books(app_dsn: str) -> int:
    """Look at each network in one snapshot; returns how many, raises `BooksDisagree`."""
    return asyncio.run(_check(app_dsn))


async def _check(app_dsn: str) -> int:
    database, breaches = Database(app_dsn, pool_size=1), list[str]()
    try:
        platform = acting_as(system_actor(None, _NAME))
        networks = await perform(database, None, platform, all_tenants)
        for network in networks:
            actor = acting_as(system_actor(network.id, _NAME))
            async with begin(database, network.id, actor, access=Access.READ) as work:
                for broken_in in (orders, fulfilment, inventory, finance):
                    breaches += [f"{network.slug}: {each}" for each in await broken_in(work)]
    finally:
        await database.close()
    if breaches:
        raise BooksDisagree("\n".join(breaches))
    return len(networks)
