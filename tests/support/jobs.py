"""Jobs, and those that failed for good, written as relay and worker write them."""

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


async def booked(world: World, listener: str) -> UUID:
    """A job that a listener has to do, for an order's event; returns the event's identifier."""
    return await world.run(lambda work: _book(work, listener))


async def dead_job(world: World, listener: str = "nobody_hears", error: str = "Broken") -> UUID:
    """A dead job of an order's event; returns the letter's identifier."""

    async def bury(work: Work) -> UUID:
        event_id = await _book(work, listener)
        await jobs.die(work, JobKey(work.tenant_id, event_id, listener), 3, error)
        letters = await work.session.scalars(
            select(DeadLetter.id).where(DeadLetter.event_id == event_id)
        )
        return letters.one()

    return await world.run(bury)


async def _book(work: Work, listener: str) -> UUID:
    event = OutboxEvent(
        id=new_id(),
        kind="order_changed",
        subject_kind="order",
        subject_id=new_id(),
        data={},
        occurred_at=work.now,
    )
    await work.save(event)
    await book_for(work, event.id, listener)
    return event.id


async def book_for(work: Work, event_id: UUID, listener: str) -> None:
    """Book that a listener is to hear of an event."""
    job = {
        **JobKey(work.tenant_id, event_id, listener).parameters,
        "queue": "default",
        "waits_since": work.now,
        "due_at": work.now,
        "sends": 1,
        "starts": 0,
        "failures": 0,
    }
    await work.session.execute(insert(table_of(Job)).values(**job))
