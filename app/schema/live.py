"""Subscriptions: following a tenant's events with the rights of each moment (F10)."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from app.db.listener import Interruption
from app.db.outbox import events_since
from app.db.work import Work
from app.kernel.errors import FellBehind, Unauthenticated
from app.schema.context import Info
from app.schema.events import Heard, LiveEvent, Overflow

SILENCE_SECONDS = 60.0
MOST_MISSED = 1_000
"""Events that are made up for after a broken connection, and told ones that are remembered."""
# An event is named before its transaction commits, by a clock that may differ from ours.
LATEST_COMMIT = timedelta(minutes=1)


async def follow(
    info: Info, subject_kind: str, subject_id: UUID | None = None
) -> AsyncGenerator[LiveEvent, None]:
    """Yield the tenant's events about a kind of subject, or one subject, from now on.

    Each event comes with a snapshot of its own: what `info.context.read()` gives until the next
    event, with the rights of that moment. A guarded query in it ends the stream with `Forbidden`
    when the right is gone; an ended sign-in ends it with `Unauthenticated`, after a silence of a
    minute at the latest. Events missed through a broken connection are made up for; where too
    many are missed, or wait because whoever follows takes them too slowly, it raises `FellBehind`.
    Wrap it in `contextlib.aclosing`, so that the listener is freed with the stream.
    """
    async with info.context.read() as work:
        tenant_id, began = _tenant(work), work.now
    await info.context.close()
    delivered: deque[UUID] = deque(maxlen=MOST_MISSED)
    async with info.context.services.events.listen(tenant_id) as queue:
        while True:
            heard = await _next(queue)
            if isinstance(heard, Overflow):
                raise FellBehind
            if isinstance(heard, LiveEvent) and not _is_about(heard, subject_kind, subject_id):
                continue
            for event in await _read(info, heard, subject_kind, began):
                if event.event_id in delivered or not _is_about(event, subject_kind, subject_id):
                    continue
                delivered.append(event.event_id)
                yield event
            await info.context.close()


async def _next(queue: asyncio.Queue[Heard]) -> Heard | None:
    try:
        async with asyncio.timeout(SILENCE_SECONDS):
            return await queue.get()
    except TimeoutError:
        return None


async def _read(
    info: Info, heard: LiveEvent | Interruption | None, subject_kind: str, began: datetime
) -> Sequence[LiveEvent]:
    """Check the sign-in in a new snapshot, and return what was heard or missed."""
    async with info.context.read() as work:
        _tenant(work)
        if isinstance(heard, Interruption):
            since = max(began, heard.since - LATEST_COMMIT)
            missed = await events_since(work.session, subject_kind, since, MOST_MISSED)
            if len(missed) == MOST_MISSED:
                raise FellBehind
            return [LiveEvent.of(row) for row in missed]
    return [heard] if heard else []


def _is_about(event: LiveEvent, subject_kind: str, subject_id: UUID | None) -> bool:
    return event.subject_kind == subject_kind and subject_id in {None, event.subject_id}


def _tenant(work: Work) -> UUID:
    if work.actor.tenant_id is None:
        raise Unauthenticated("choose an organisation to act in")
    return work.actor.tenant_id
