"""The instant of a work is that of its transaction, however long it waited to have one."""

import asyncio
from datetime import UTC, datetime, timedelta

from app.db.database import Access, Database
from app.db.work import acting_as, begin, perform
from app.kernel.actor import system_actor
from app.kernel.ids import new_id
from tests.support.patience import UNHURRIED, until

EARLY = datetime(2026, 7, 1, 12, tzinfo=UTC)
LATER = EARLY + timedelta(seconds=5)


async def test_a_work_that_waited_for_a_connection_happens_when_it_has_one(access):
    database, tenant, clock = (
        Database(access.app_dsn, pool_size=1, patience=UNHURRIED),
        new_id(),
        [EARLY],
    )
    actor = acting_as(system_actor(tenant, "test"))

    async def instant(work):
        return work.now

    async def is_waiting():
        return database.inside == 2

    async with begin(database, tenant, actor, access=Access.READ, now=lambda: clock[0]) as first:
        waiting = asyncio.create_task(perform(database, tenant, actor, instant, lambda: clock[0]))
        await until(is_waiting)
        clock[0] = LATER
    found = await waiting
    await database.close()

    assert (first.now, found) == (EARLY, LATER)
