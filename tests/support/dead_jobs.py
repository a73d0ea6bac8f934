"""Jobs that failed for good, written as a worker writes them."""

from uuid import UUID

from sqlalchemy import insert, select

from app.db.outbox import OutboxEvent
from app.db.tables import table_of
from app.db.work import Work
from app.jobs import operations as jobs
from app.jobs.models import DeadLetter, Job
from app.jobs.operations import JobKey
from app.kernel.ids import new_id
from tests.support.world import World


async def dead_job(world: World, listener: str = "nobody_hears", error: str = "Broken") -> UUID:
    """A dead job of an order's event; returns the letter's identifier."""

    async def bury(work: Work) -> UUID:
        event_id = new_id()
        event = OutboxEvent(
            id=event_id,
            kind="order_changed",
            subject_kind="order",
            subject_id=new_id(),
            data={},
            occurred_at=work.now,
        )
        await work.save(event)
        key = JobKey(work.tenant_id, event_id, listener)
        await work.session.execute(
            insert(table_of(Job)).values(
                **key.parameters,
                queue="default",
                waits_since=work.now,
                due_at=work.now,
                sends=0,
                starts=0,
                failures=0,
            )
        )
        await jobs.die(work, key, 3, error)
        letters = await work.session.scalars(
            select(DeadLetter.id).where(DeadLetter.event_id == event_id)
        )
        return letters.one()

    return await world.run(bury)
