"""Keep the books of jobs; unguarded, for workers and for the commands beside."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, text
from sqlalchemy.dialects.postgresql import insert

from app.db.outbox import PLATFORM, OutboxEvent
from app.db.tables import table_of
from app.db.work import Work
from app.jobs.locks import BEGIN
from app.jobs.models import DeadLetter, DeadLetterState, Job, ScheduleRun
from app.kernel.ids import new_id

SCHEDULE = "schedule"
PLATFORM_ROW = "platform_row"
"""Subjects of events that were never told: a run of a schedule, and a row of the platform's."""


@dataclass(frozen=True, slots=True)
class JobKey:
    """Which job: the event that is to be heard, and by whom."""

    tenant_id: UUID
    event_id: UUID
    listener: str

    @property
    def parameters(self) -> dict[str, Any]:
        """The key as a statement's parameters."""
        return {
            "tenant_id": self.tenant_id,
            "event_id": self.event_id,
            "listener": self.listener,
        }


@dataclass(frozen=True, slots=True)
class Begun:
    """How often a job began since it last ended, this time included, and how often it failed."""

    starts: int
    failures: int


_WAIT = text("""
    UPDATE platform.job
    SET failures = failures + 1, starts = 0, sends = 0, waits_since = now() + :pause,
        due_at = now() + :pause
    WHERE tenant_id = :tenant_id AND event_id = :event_id AND listener = :listener
""")
_DIE = text("""
    UPDATE platform.job
    SET due_at = NULL, failures = :failures, starts = 0, sends = 0, cause = :cause
    WHERE tenant_id = :tenant_id AND event_id = :event_id AND listener = :listener
    RETURNING queue
""")
_REVIVE = text("""
    INSERT INTO platform.job
        (tenant_id, event_id, listener, queue, waits_since, due_at, sends, starts, failures)
    VALUES (:tenant_id, :event_id, :listener, :queue, now(), now(), 0, 0, 0)
    ON CONFLICT (tenant_id, event_id, listener) DO UPDATE
    SET waits_since = now(), due_at = now(), sends = 0, starts = 0, failures = 0, cause = NULL
    WHERE job.due_at IS NULL
""")


_CHOOSE = text("""
    WITH wanted AS (
        SELECT kind, chosen_by
        FROM unnest(CAST(:kinds AS text[]), CAST(:by AS uuid[])) AS given(kind, chosen_by)
    ), gone AS (
        DELETE FROM platform.job_choice
        WHERE tenant_id = :tenant_id AND listener = :listener
            AND chosen_by = ANY(CAST(:choosers AS uuid[]))
            AND (kind, chosen_by) NOT IN (SELECT kind, chosen_by FROM wanted)
    )
    INSERT INTO platform.job_choice (tenant_id, listener, kind, chosen_by)
    SELECT :tenant_id, :listener, kind, chosen_by FROM wanted ON CONFLICT DO NOTHING
""")


async def choose(work: Work, listener: str, chosen: Mapping[UUID, Collection[str]]) -> None:
    """Let a listener hear what each chooser wants of it from now on, and nothing else of theirs."""
    if not chosen:
        return
    pairs = [(kind, chooser) for chooser, kinds in chosen.items() for kind in kinds]
    parameters: dict[str, Any] = {
        "tenant_id": work.tenant_id,
        "listener": listener,
        "choosers": list(chosen),
        "kinds": [kind for kind, _ in pairs],
        "by": [chooser for _, chooser in pairs],
    }
    await work.session.execute(_CHOOSE, parameters)


async def begin(work: Work, key: JobKey) -> Begun | None:
    """Note that a job begins; none when it is done or dead, or runs elsewhere at this moment.

    Whoever holds the job's row sends it, runs it or decides about it, and nothing is missed.
    """
    # Lost with the server at worst, and then counted once too few.
    await work.session.execute(text("SET LOCAL synchronous_commit = off"))
    row = (await work.session.execute(BEGIN, key.parameters)).first()
    return Begun(*row) if row else None


async def finish(work: Work, key: JobKey) -> bool:
    """Remove a job within the transaction of its effect; no when another has done so.

    A twin waits here until the first commits; when the first rolls back, it gets yes.
    """
    statement = delete(Job).where(
        Job.tenant_id == key.tenant_id,
        Job.event_id == key.event_id,
        Job.listener == key.listener,
    )
    removed = await work.session.execute(statement.returning(Job.event_id))
    return removed.first() is not None


async def wait(work: Work, key: JobKey, pause: timedelta) -> None:
    """Let a job that failed be due again after a pause."""
    await work.session.execute(_WAIT, {**key.parameters, "pause": pause})


async def die(work: Work, key: JobKey, failures: int, error: str, cause: str | None = None) -> None:
    """Let a job be due never again, and lay a dead letter for people to look at.

    The network's people read the error, the platform's no more than the cause.
    """
    if key.tenant_id == PLATFORM:  # Nobody's network: the log has it, and nobody could replay it.
        await finish(work, key)
        return
    given = {**key.parameters, "failures": failures, "cause": cause}
    died = await work.session.execute(_DIE, given)
    queue, event = died.scalar_one_or_none(), await event_of(work, key.event_id)
    if queue is None or event is None:
        return
    letter: dict[str, Any] = {
        "queue": queue,
        "event_kind": event.kind,
        "subject_kind": event.subject_kind,
        "subject_id": event.subject_id,
        "failures": failures,
        "error": error,
        "told_at": event.occurred_at,
        "died_at": work.now,
        "state": DeadLetterState.DEAD,
        "decided_at": None,
    }
    statement = insert(table_of(DeadLetter)).values(id=new_id(), **key.parameters, **letter)
    await work.session.execute(
        statement.on_conflict_do_update(
            index_elements=["tenant_id", "event_id", "listener"], set_=letter
        )
    )


def event_of_platform(kind: str, row_id: UUID) -> OutboxEvent:
    """Return the event that a row of the platform's is to whoever hears of it."""
    return OutboxEvent(
        tenant_id=PLATFORM,
        id=row_id,
        kind=kind,
        subject_kind=PLATFORM_ROW,
        subject_id=row_id,
        data={},
    )


async def event_of(work: Work, event_id: UUID) -> OutboxEvent | None:
    """Return the event of a job; a schedule's run is told as one."""
    found = await work.session.scalars(select(OutboxEvent).where(OutboxEvent.id == event_id))
    event = found.one_or_none()
    if event is not None:
        return event
    runs = await work.session.scalars(select(ScheduleRun).where(ScheduleRun.id == event_id))
    run = runs.one_or_none()
    return None if run is None else _told(work.tenant_id, run)


def due_kind(schedule: str) -> str:
    """Return the kind of event that a schedule's listener hears."""
    return f"{schedule}_due"


def _told(tenant_id: UUID, run: ScheduleRun) -> OutboxEvent:
    return OutboxEvent(
        tenant_id=tenant_id,
        id=run.id,
        kind=due_kind(run.schedule),
        subject_kind=SCHEDULE,
        subject_id=run.id,
        data={"due_at": run.due_at.isoformat()},
        occurred_at=run.due_at,
    )


async def revive(work: Work, letter: DeadLetter) -> None:
    """Let a dead job be due now, with all its tries before it.

    The job is made anew where a network was moved here with no more than the letter.
    """
    parameters = {
        **JobKey(letter.tenant_id, letter.event_id, letter.listener).parameters,
        "queue": letter.queue,
    }
    await work.session.execute(_REVIVE, parameters)


async def bury(work: Work, letter: DeadLetter) -> None:
    """Remove a dead job, which nobody will do."""
    statement = delete(Job).where(
        Job.tenant_id == letter.tenant_id,
        Job.event_id == letter.event_id,
        Job.listener == letter.listener,
        Job.due_at.is_(None),
    )
    await work.session.execute(statement)


async def networks_with_dead_jobs(work: Work) -> list[UUID]:
    """Return the tenants that have dead jobs, the oldest tenant first; for platform work."""
    statement = select(Job.tenant_id).where(Job.due_at.is_(None)).distinct()
    return list((await work.session.scalars(statement.order_by(Job.tenant_id))).all())


async def forget(work: Work, before: datetime) -> None:
    """Remove what was decided about so long ago that nobody asks for it."""
    decided = delete(DeadLetter).where(
        DeadLetter.state != DeadLetterState.DEAD, DeadLetter.decided_at < before
    )
    await work.session.execute(decided)
