"""Tables of jobs: what waits for the platform, and what a network's people look at."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.tables import PLATFORM_SCHEMA, Identified, Table, one_of


class Job(Table):
    """That a listener has yet to hear of an event; removed in the transaction of the effect.

    A job is due when it is to be sent to a worker (again); one that is due never is dead. `sends`
    counts since it last waited, `starts` since it last ended, `failures` all its life. `cause` says
    why it is dead, in words of the code alone: the platform's people see it.
    """

    __tablename__ = "job"
    __table_args__ = (
        Index(None, "due_at"),
        Index(None, "queue", "tenant_id", "due_at", "event_id"),
        Index("ix_job_sent", "queue", "tenant_id", "due_at", postgresql_where=text("sends > 0")),
        {"schema": PLATFORM_SCHEMA},
    )

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    listener: Mapped[str] = mapped_column(primary_key=True)
    queue: Mapped[str]
    waits_since: Mapped[datetime]
    due_at: Mapped[datetime | None]
    sends: Mapped[int]
    starts: Mapped[int]
    failures: Mapped[int]
    cause: Mapped[str | None]


class JobChoice(Table):
    """That something of a network's, such as a webhook, wants a listener to hear a kind of event.

    The relay reads it: a listener that hears only what is chosen gets no job otherwise.
    """

    __tablename__ = "job_choice"
    __table_args__ = ({"schema": PLATFORM_SCHEMA},)

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    listener: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    chosen_by: Mapped[UUID] = mapped_column(primary_key=True)


class ScheduleRun(Table):
    """That a schedule's due time was seen to, which happens once; its jobs carry the run's id."""

    __tablename__ = "schedule_run"
    __table_args__ = (Index(None, "id", unique=True), {"schema": PLATFORM_SCHEMA})

    schedule: Mapped[str] = mapped_column(primary_key=True)
    due_at: Mapped[datetime] = mapped_column(primary_key=True)
    id: Mapped[UUID]
    fired_at: Mapped[datetime]


class DeadLetterState(StrEnum):
    """What has become of a job that failed for good."""

    DEAD = "DEAD"
    REPLAYED = "REPLAYED"
    DROPPED = "DROPPED"


class DeadLetter(Identified, Table):
    """A job that failed for good: of which event, who should have heard it, and why it did not."""

    __tablename__ = "dead_letter"
    __table_args__ = (
        one_of("state", DeadLetterState),
        UniqueConstraint("tenant_id", "event_id", "listener"),
        Index(None, "tenant_id", "state", "id"),
    )

    event_id: Mapped[UUID]
    listener: Mapped[str]
    queue: Mapped[str]
    event_kind: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[UUID]
    failures: Mapped[int]
    error: Mapped[str]
    told_at: Mapped[datetime]
    died_at: Mapped[datetime]
    state: Mapped[str]
    decided_at: Mapped[datetime | None]
