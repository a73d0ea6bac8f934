"""Look at a network's books and trail as the application sees them, in a snapshot that is given."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.operations.verifying import verify
from app.books import BOOKS, check, invariants
from app.books.events import EVENTS
from app.db.database import Access, Database, Patience
from app.db.work import Work, begin
from app.kernel.actor import Actor, system_actor
from launch.auditing import TrailChanged
from launch.tenants.archive import Books

_NAME = "moving"
LOOKED_AT = tuple(book for book in BOOKS if book is not EVENTS)
"""What waits for workers comes in last of all, and is compared byte for byte as it does."""

_UNHURRIED = Patience(statement_seconds=0)


def books_of(app_dsn: str, tenant_id: UUID, snapshot: str | None = None) -> Books:
    """Return how many invariants were looked at and which do not hold, with the number of rows."""
    return asyncio.run(_books(app_dsn, tenant_id, snapshot))


def check_trail(app_dsn: str, tenant_id: UUID) -> None:
    """Raise `TrailChanged` unless every seal of the trail follows from its entries."""
    asyncio.run(_check_trail(app_dsn, tenant_id))


async def _books(app_dsn: str, tenant_id: UUID, snapshot: str | None) -> Books:
    async with _looking(app_dsn, tenant_id, snapshot) as work:
        broken = await check(work, LOOKED_AT)
    found = sorted(f"{book}/{each.invariant.name}: {each.rows} rows" for book, each in broken)
    return Books(len(invariants(LOOKED_AT)), tuple(found))


async def _check_trail(app_dsn: str, tenant_id: UUID) -> None:
    async with _looking(app_dsn, tenant_id, None) as work:
        found = await verify(work)
    if found.findings:
        raise TrailChanged(len(found.findings))


@asynccontextmanager
async def _looking(
    app_dsn: str, tenant_id: UUID, snapshot: str | None
) -> AsyncGenerator[Work, None]:
    """Open a reading work of the network, which sees what `snapshot` does if it is given."""

    async def join(session: AsyncSession) -> Actor:
        if snapshot is not None:
            await session.execute(text(f"SET TRANSACTION SNAPSHOT '{snapshot}'"))
        return system_actor(tenant_id, _NAME)

    database = Database(app_dsn, pool_size=1, patience=_UNHURRIED)
    try:
        async with begin(database, tenant_id, join, access=Access.READ) as work:
            yield work
    finally:
        await database.close()
