"""Events as they are committed, brought to the subscriptions of this process."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Self
from uuid import UUID

BACKLOG = 1_000


@dataclass(frozen=True, slots=True)
class LiveEvent:
    """That something happened; what it is, each listener reads with its own rights."""

    tenant_id: UUID
    kind: str
    subject_kind: str
    subject_id: UUID
    event_id: UUID

    @classmethod
    def parse(cls, payload: str) -> Self:
        """Read the door bell's text, as `app.db.outbox` writes it."""
        tenant_id, kind, subject_kind, subject_id, event_id = payload.split(" ")
        return cls(UUID(tenant_id), kind, subject_kind, UUID(subject_id), UUID(event_id))


class EventHub:
    """Hands each event to every listener of its tenant; a listener too slow loses the oldest."""

    def __init__(self) -> None:
        """Start without listeners."""
        self._queues: dict[UUID, set[asyncio.Queue[LiveEvent]]] = {}

    def publish(self, event: LiveEvent) -> None:
        """Hand an event on, without waiting for anyone."""
        for queue in self._queues.get(event.tenant_id, ()):
            if queue.full():
                queue.get_nowait()
            queue.put_nowait(event)

    @asynccontextmanager
    async def listen(self, tenant_id: UUID) -> AsyncIterator[asyncio.Queue[LiveEvent]]:
        """Receive a tenant's events from now on, until the block ends."""
        queue: asyncio.Queue[LiveEvent] = asyncio.Queue(BACKLOG)
        listeners = self._queues.setdefault(tenant_id, set())
        listeners.add(queue)
        try:
            yield queue
        finally:
            listeners.discard(queue)
            if not listeners:
                self._queues.pop(tenant_id, None)
