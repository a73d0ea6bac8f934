"""Listeners to domain events: each is a job of its own, may run twice, and has its effect once."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import TypeVar
from uuid import UUID

from app.db.database import Database
from app.db.outbox import OutboxEvent, claim
from app.db.work import Work, acting_as, perform
from app.jobs import operations as jobs
from app.jobs.operations import Begun, JobKey
from app.jobs.rules import MOST_RETRIES, MOST_STARTS, cause_of, pause_after, told_safely
from app.kernel.actor import system_actor
from app.kernel.errors import ConnectionLost
from workers.connecting import patient_database

log = logging.getLogger("tributary.jobs")

Result = TypeVar("Result")
Handle = Callable[[Work, OutboxEvent], Awaitable[None]]
DEFAULT_QUEUE = "default"
LONGEST = timedelta(minutes=2)
_LOST = "The worker ended {starts} times while the job ran."


def _limited(retries: int, _error: BaseException) -> bool:
    return retries < MOST_RETRIES


@dataclass(frozen=True, slots=True)
class Listener:
    """Who hears of which events; `name` stands in tables and queues, so it never changes.

    `is_worth_retrying` gets the number of retries so far and the error. A job that is not retried
    becomes a dead letter, for people to look at. Each queue has threads of its own, so what waits
    for others' servers belongs into one that holds up nobody else. A job that takes longer than
    `longest` has failed. One that `is_chosen` hears only what somebody in the network wants it to.
    """

    name: str
    kinds: frozenset[str]
    handle: Handle
    is_worth_retrying: Callable[[int, BaseException], bool] = _limited
    queue: str = DEFAULT_QUEUE
    longest: timedelta = LONGEST
    is_chosen: bool = False


class Listening:
    """Runs listeners as the system, in a transaction of the event's tenant."""

    def __init__(self, database_url: str, pool_size: int) -> None:
        """Connect to nothing yet; the first job does, inside its process and event loop."""
        self._url, self._pool_size = database_url, pool_size

    @cached_property
    def database(self) -> Database:
        """The connections of this process."""
        return patient_database(self._url, self._pool_size)

    def job_of(self, listener: Listener) -> Callable[[str, str], Awaitable[None]]:
        """Return the job of a listener; its arguments are the identifiers of tenant and event.

        It never fails for the queue that carries it: what becomes of it stands in our own books,
        and what could not be written there is due again before long.
        """

        async def handle_event(tenant_id: str, event_id: str) -> None:
            try:
                await self.handle(listener, UUID(tenant_id), UUID(event_id))
            except Exception:  # Whatever it was, the job stays in the books.
                log.exception("the books of jobs are out of reach; %s is due again", event_id)

        return handle_event

    async def handle(self, listener: Listener, tenant_id: UUID, event_id: UUID) -> None:
        """Let the listener have its effect, unless it has had it, and note what went wrong."""
        key = JobKey(tenant_id, event_id, listener.name)
        begun = await self._begin(key)
        if begun is None:
            return
        if begun.starts > MOST_STARTS:
            lost = _LOST.format(starts=MOST_STARTS)
            await self._perform(key, lambda work: jobs.die(work, key, begun.failures, lost, lost))
            return
        try:
            async with asyncio.timeout(listener.longest.total_seconds()):
                await self._perform(key, lambda work: _hear(work, key, listener))
        except Exception as failure:  # Whatever it was, it is this job's, and noted as such.
            log.debug("%s failed", listener.name, exc_info=True)  # May quote what must stay secret.
            await self._note_failure(key, listener, begun, failure)

    async def _begin(self, key: JobKey) -> Begun | None:
        """Begin, once more where the connection turns out to be lost: the next one is new."""
        try:
            return await self._perform(key, lambda work: jobs.begin(work, key))
        except ConnectionLost:
            return await self._perform(key, lambda work: jobs.begin(work, key))

    async def _note_failure(
        self, key: JobKey, listener: Listener, begun: Begun, failure: Exception
    ) -> None:
        failures, told = begun.failures + 1, told_safely(failure)
        if listener.is_worth_retrying(begun.failures, failure):
            pause = pause_after(failures)
            log.warning("%s of event %s waits: %s", listener.name, key.event_id, told)
            await self._perform(key, lambda work: jobs.wait(work, key, pause))
            return
        log.error("%s gives event %s up: %s", listener.name, key.event_id, told)
        cause = cause_of(failure)
        await self._perform(key, lambda work: jobs.die(work, key, failures, told, cause))

    async def _perform(self, key: JobKey, command: Callable[[Work], Awaitable[Result]]) -> Result:
        actor = acting_as(system_actor(key.tenant_id, key.listener))
        return await perform(self.database, key.tenant_id, actor, command)


async def _hear(work: Work, key: JobKey, listener: Listener) -> None:
    if not await jobs.finish(work, key):
        return
    event = await jobs.event_of(work, key.event_id)
    if event is None or event.kind not in listener.kinds:
        return
    if event.subject_kind == jobs.SCHEDULE or await _claimed(work, key):
        await listener.handle(work, event)


async def _claimed(work: Work, key: JobKey) -> bool:
    """Note that the event has its effect now; a run of a schedule is none, and its job enough."""
    return await claim(work.session, key.tenant_id, key.event_id, key.listener, work.now)
