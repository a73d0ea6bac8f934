"""Outbox: what happened, written in the transaction in which it happened (F4).

The event itself is the tenant's and under row-level security. Beside it stands a *signal* in the
platform schema, that names only tenant and event: the relay in `workers/` reads signals of all
tenants, and learns nothing else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, cast
from uuid import UUID

import orjson
from sqlalchemy import Index, TextClause, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from app.db.driver import send
from app.db.rows import Rows, Shape, insertions, prepared, write_rows
from app.db.tables import PLATFORM_SCHEMA, Identified, Table, TenantOwned
from app.kernel.ids import first_id_at, new_id

CHANNEL = "tributary_events"
PLATFORM = UUID(int=0)
"""Stands in signals and jobs for the tenant where they are of none: the platform's own."""


@dataclass(frozen=True, slots=True)
class DomainEvent:
    """Something that happened to `subject_id`, in the past tense (`order_confirmed`)."""

    kind: str
    subject_kind: str
    subject_id: UUID
    data: dict[str, Any]


class OutboxEvent(Identified, Table):
    """A domain event, kept for whoever must hear of it."""

    __tablename__ = "outbox_event"
    __table_args__ = (Index(None, "tenant_id", "subject_id", "occurred_at"),)

    kind: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[UUID]
    data: Mapped[dict[str, Any]]
    occurred_at: Mapped[datetime]


class OutboxSignal(Table):
    """That an event waits for the relay; removed once the job queue has it."""

    __tablename__ = "outbox_signal"
    __table_args__ = ({"schema": PLATFORM_SCHEMA},)

    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    tenant_id: Mapped[UUID]
    kind: Mapped[str]


class HandledEvent(TenantOwned, Table):
    """That a handler has had its effect for an event: jobs may run twice, effects may not."""

    __tablename__ = "handled_event"

    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    handler: Mapped[str] = mapped_column(primary_key=True)
    handled_at: Mapped[datetime]


_EVENTS = """
    WITH event AS (
        INSERT INTO outbox_event (tenant_id, id, kind, subject_kind, subject_id, data, occurred_at)
        SELECT :tenant_id, item.id, item.kind, item.subject_kind, item.subject_id, item.data, :now
        FROM jsonb_to_recordset(CAST(:events AS jsonb))
            AS item(id uuid, kind text, subject_kind text, subject_id uuid, data jsonb)
        RETURNING tenant_id, id, kind, subject_kind, subject_id
    ), signal AS (
        INSERT INTO platform.outbox_signal (event_id, tenant_id, kind)
        SELECT id, tenant_id, kind FROM event
    )"""
_RING = """
    SELECT pg_notify(:channel, concat_ws(' ', tenant_id, kind, subject_kind, subject_id, id))
    FROM event
"""


async def write(
    session: AsyncSession,
    tenant_id: UUID | None,
    events: Sequence[DomainEvent],
    now: datetime,
    notes: Rows,
) -> None:
    """Write all events, their signals, the door bell and the notes beside in one statement."""
    if not events:
        await write_rows(session, notes)
        return
    rows = [
        {
            "id": new_id(),
            "kind": event.kind,
            "subject_kind": event.subject_kind,
            "subject_id": event.subject_id,
            "data": event.data,
        }
        for event in events
    ]
    documents, shape = prepared(notes)
    parameters = {
        "tenant_id": tenant_id,
        "now": now,
        "channel": CHANNEL,
        "events": orjson.dumps(rows).decode(),
        **documents,
    }
    await send(cast("AsyncConnection", session.bind), _statement(shape), parameters)


@cache
def _statement(shape: Shape) -> TextClause:
    beside = (f", note_{place} AS ({each})" for place, each in enumerate(insertions(shape)))
    return text(f"{_EVENTS}{''.join(beside)}{_RING}")


async def signal_for_platform(session: AsyncSession, kind: str, row_id: UUID) -> None:
    """Let workers hear of a row of the platform, which is its own event; one statement."""
    await session.execute(
        insert(OutboxSignal).values(event_id=row_id, tenant_id=PLATFORM, kind=kind)
    )


async def claim(
    session: AsyncSession, tenant_id: UUID, event_id: UUID, handler: str, now: datetime
) -> bool:
    """Whether this transaction is the first in which `handler` has its effect for the event.

    A twin that runs at the same time waits here until the first commits, and then gets no; when the
    first rolls back, it gets yes.
    """
    statement = insert(HandledEvent).values(
        tenant_id=tenant_id, event_id=event_id, handler=handler, handled_at=now
    )
    claimed = await session.execute(
        statement.on_conflict_do_nothing().returning(HandledEvent.event_id)
    )
    return claimed.first() is not None


async def events_since(
    session: AsyncSession, subject_kind: str, since: datetime, limit: int
) -> Sequence[OutboxEvent]:
    """Return the tenant's newest events about a kind of subject, at most `limit`, oldest first."""
    statement = (
        select(OutboxEvent)
        .where(OutboxEvent.id >= first_id_at(since), OutboxEvent.subject_kind == subject_kind)
        .order_by(OutboxEvent.id.desc())
        .limit(limit)
    )
    return list(reversed((await session.scalars(statement)).all()))
