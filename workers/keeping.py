"""What the calendar calls for, in every active network."""

from collections.abc import Sequence
from datetime import timedelta

from app.db.outbox import OutboxEvent
from app.db.work import Work
from app.identities import one_time_tokens, throttling
from app.jobs.operations import due_kind, forget
from app.people.forgetting import forget_unanswered
from app.storage.operations import forget_unused
from app.tenants import trials
from workers.events import Listener
from workers.schedules import Schedule

KEPT = timedelta(days=90)
FORGET = "forget_dead_jobs"
FORGET_WAYS_IN = "forget_ways_in"
END_TRIAL = "end_trial"
FORGET_UPLOADS = "forget_uploads"
SCHEDULES = (
    Schedule(FORGET, "23 3 * * *"),
    Schedule(FORGET_WAYS_IN, "37 3 * * *"),
    Schedule(END_TRIAL, "*/15 * * * *"),
    Schedule(FORGET_UPLOADS, "11 * * * *"),
)


async def forget_dead_jobs(work: Work, event: OutboxEvent) -> None:
    """Remove what was decided about more than 90 days ago."""
    del event
    await forget(work, work.now - KEPT)


async def forget_ways_in(work: Work, event: OutboxEvent) -> None:
    """Remove links, counters and requests that have been good for nothing for long.

    Those of the platform are found by whichever network's job comes first; those of a network, by
    its own.
    """
    del event
    await one_time_tokens.forget_old(work)
    await throttling.forget_old(work)
    await trials.forget_unconfirmed(work)
    await forget_unanswered(work)


async def end_trial(work: Work, event: OutboxEvent) -> None:
    """Let nobody work in a network whose trial is over."""
    del event
    await trials.end_trial(work)


async def forget_uploads(work: Work, event: OutboxEvent) -> None:
    """Delete files that were uploaded a day ago and put to no use."""
    del event
    await forget_unused(work)


def schedule_listeners() -> Sequence[Listener]:
    """Return a listener for each schedule."""
    return (
        Listener(FORGET, frozenset({due_kind(FORGET)}), forget_dead_jobs),
        Listener(FORGET_WAYS_IN, frozenset({due_kind(FORGET_WAYS_IN)}), forget_ways_in),
        Listener(END_TRIAL, frozenset({due_kind(END_TRIAL)}), end_trial),
        Listener(FORGET_UPLOADS, frozenset({due_kind(FORGET_UPLOADS)}), forget_uploads),
    )
