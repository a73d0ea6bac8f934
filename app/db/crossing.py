"""The one way from platform work into a tenant.

It is for founding a network, finding one's workplaces, and deciding about a network's dead jobs.
Every other work is of one tenant from its first statement. Here the transaction has none, steps
into one, and steps out again; what it writes inside is under that tenant's policy as ever.
import-linter holds the importers of this module to a list.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from uuid import UUID

from app.db import outbox
from app.db.work import Work


@asynccontextmanager
async def enter_tenant(work: Work, tenant_id: UUID) -> AsyncGenerator[Work, None]:
    """Give a work of `tenant_id` in the same transaction; its events leave as the tenant's.

    Only platform work may enter, so that a tenant's work can never reach a second tenant. An error
    inside must end the whole work: the transaction stays in the tenant.
    """
    if work.actor.tenant_id is not None:
        msg = "only platform work enters a tenant"
        raise LookupError(msg)
    inside = Work(work.session, replace(work.actor, tenant_id=tenant_id), work.now)
    await _stand_in(work, tenant_id)
    yield inside
    await work.session.flush()
    await outbox.write(work.session, tenant_id, inside.events, work.now, inside.notes)
    await _stand_in(work, None)


async def _stand_in(work: Work, tenant_id: UUID | None) -> None:
    work.session.sync_session.info["tenant_id"] = tenant_id
    connection = await work.session.connection()
    setting = "" if tenant_id is None else str(tenant_id)
    await connection.exec_driver_sql(f"SET LOCAL app.tenant_id = '{setting}'")
