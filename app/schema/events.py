"""Events as they are committed, brought to the subscriptions of this process."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Self
from uuid import UUID

from app.db.listener import Interruption
from app.db.outbox import OutboxEvent

BACKLOG = 256


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
        """Read the door bell's text, as `app.db.outbox` writes it; raises `ValueError`."""
        tenant_id, kind, subject_kind, subject_id, event_id = payload.split(" ")
        return cls(UUID(tenant_id), kind, subject_kind, UUID(subject_id), UUID(event_id))

    @classmethod
    def of(cls, row: OutboxEvent) -> Self:
        """Make up for a door bell that was not heard."""
        return cls(row.tenant_id, row.kind, row.subject_kind, row.subject_id, row.id)


@dataclass(frozen=True, slots=True)
class Overflow:
    """More happened than a listener has taken; what it had not taken is gone."""


Heard = LiveEvent | Interruption | Overflow


class EventHub:
    """Hands each event to every listener of its tenant; one that is too slow is told so."""

    def __init__(self, backlog: int = BACKLOG) -> None:
        """Start without listeners; `backlog` events may wait for each."""
        self._backlog = backlog
        self._queues: dict[UUID, set[asyncio.Queue[Heard]]] = {}

    @property
    def listeners(self) -> int:
        """How many are listening now."""
        return sum(len(queues) for queues in self._queues.values())

    def listeners_of(self, tenant_id: UUID) -> int:
        """How many are listening to a tenant's events now."""
        return len(self._queues.get(tenant_id, ()))

    def publish(self, event: LiveEvent) -> None:
        """Hand an event on, without waiting for anyone."""
        for queue in self._queues.get(event.tenant_id, ()):
            _put(queue, event)

    def interrupted(self, interruption: Interruption) -> None:
        """Let every listener look up what it may have missed."""
        for queues in self._queues.values():
            for queue in queues:
                _put(queue, interruption)

    @asynccontextmanager
    async def listen(self, tenant_id: UUID) -> AsyncGenerator[asyncio.Queue[Heard], None]:
        """Receive a tenant's events from now on, until the block ends."""
        queue: asyncio.Queue[Heard] = asyncio.Queue(self._backlog)
        listeners = self._queues.setdefault(tenant_id, set())
        listeners.add(queue)
        try:
            yield queue
        finally:
            listeners.discard(queue)
            if not listeners:
                self._queues.pop(tenant_id, None)


def _put(queue: asyncio.Queue[Heard], heard: Heard) -> None:
    if queue.full():
        while not queue.empty():
            queue.get_nowait()
        heard = Overflow()
    queue.put_nowait(heard)
