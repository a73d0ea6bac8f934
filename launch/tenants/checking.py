"""Hold a network that came in against its own seals, as the application sees it."""

import asyncio
from uuid import UUID

from app.audit.operations.verifying import verify
from app.db.database import Access, Database
from app.db.work import acting_as, begin
from app.kernel.actor import system_actor
from launch.auditing import TrailChanged

_NAME = "import"


def check_network(app_dsn: str, tenant_id: UUID) -> None:
    """Raise `TrailChanged` unless every seal of the trail follows from its entries."""
    asyncio.run(_check(app_dsn, tenant_id))


async def _check(app_dsn: str, tenant_id: UUID) -> None:
    database = Database(app_dsn, pool_size=1)
    try:
        actor = acting_as(system_actor(tenant_id, _NAME))
        async with begin(database, tenant_id, actor, access=Access.READ) as work:
            found = await verify(work)
    finally:
        await database.close()
    if found.findings:
        raise TrailChanged(len(found.findings))
