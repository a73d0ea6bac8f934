"""Listeners to domain events: each is a job of its own, may run twice, and has its effect once."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from sqlalchemy import select

from app.db.database import Database
from app.db.outbox import OutboxEvent, claim
from app.db.work import Work, acting_as, perform
from app.kernel.actor import system_actor

Handle = Callable[[Work, OutboxEvent], Awaitable[None]]
FIRST_PAUSE_MS = 1_000
LONGEST_PAUSE_MS = 10 * 60 * 1_000
MOST_RETRIES = 20


def _limited(retries: int, _error: BaseException) -> bool:
    return retries < MOST_RETRIES


@dataclass(frozen=True, slots=True)
class Listener:
    """Who hears of which events; `name` stands in tables and queues, so it never changes.

    `is_worth_retrying` gets the number of retries so far and the error. A job that is not retried
    stays in the queue as rejected, for people to look at.
    """

    name: str
    kinds: frozenset[str]
    handle: Handle
    is_worth_retrying: Callable[[int, BaseException], bool] = _limited


class Listening:
    """Runs listeners as the system, in a transaction of the event's tenant."""

    def __init__(self, database_url: str, pool_size: int) -> None:
        """Connect to nothing yet; the first job does, inside its process and event loop."""
        self._url, self._pool_size = database_url, pool_size

    @cached_property
    def database(self) -> Database:
        """The connections of this process."""
        return Database(self._url, pool_size=self._pool_size)

    def job_of(self, listener: Listener) -> Callable[[str, str], Awaitable[None]]:
        """Return the job of a listener; its arguments are the identifiers of tenant and event."""

        async def handle_event(tenant_id: str, event_id: str) -> None:
            await self.handle(listener, UUID(tenant_id), UUID(event_id))

        return handle_event

    async def handle(self, listener: Listener, tenant_id: UUID, event_id: UUID) -> None:
        """Let the listener have its effect, unless it has had it; an unknown kind is not for it."""

        async def once(work: Work) -> None:
            if await claim(work.session, tenant_id, event_id, listener.name, work.now):
                event = await _event(work, event_id)
                if event.kind in listener.kinds:
                    await listener.handle(work, event)

        actor = system_actor(tenant_id, listener.name)
        await perform(self.database, tenant_id, acting_as(actor), once)


async def _event(work: Work, event_id: UUID) -> OutboxEvent:
    return (await work.session.scalars(select(OutboxEvent).where(OutboxEvent.id == event_id))).one()
