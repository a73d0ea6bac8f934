"""What the calendar calls for, in every active network."""

from collections.abc import Sequence
from datetime import timedelta

from app.db.outbox import OutboxEvent
from app.db.work import Work
from app.jobs.operations import due_kind, forget
from workers.events import Listener
from workers.schedules import Schedule

KEPT = timedelta(days=90)
FORGET = "forget_dead_jobs"
SCHEDULES = (Schedule(FORGET, "23 3 * * *"),)


async def forget_dead_jobs(work: Work, event: OutboxEvent) -> None:
    """Remove what was decided about more than 90 days ago."""
    del event
    await forget(work, work.now - KEPT)


def schedule_listeners() -> Sequence[Listener]:
    """Return a listener for each schedule."""
    return (Listener(FORGET, frozenset({due_kind(FORGET)}), forget_dead_jobs),)
