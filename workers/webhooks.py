"""Webhooks go out: a listener puts events into lanes, and senders in every process empty them.

A receiver is spoken to while no transaction is open and no job runs. So one that answers slowly for
ever holds up its own lane, at most a few of its tenant's, and nobody else.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from time import monotonic
from typing import ClassVar, TypeVar
from uuid import UUID

import orjson

from app.config import Settings
from app.db.database import Database
from app.db.outbox import OutboxEvent
from app.db.work import Work, acting_as, perform
from app.identities.tokens import TokenKeys
from app.jobs.operations import due_kind
from app.kernel.actor import system_actor
from app.rbac.policy import PolicyCache
from app.webhooks.client import Caller
from app.webhooks.locks import LEASE_SECONDS, Lane, claim_lanes
from app.webhooks.models import AttemptOutcome
from app.webhooks.operations.choosing import note_all_choices
from app.webhooks.operations.concluding import Called, NotReady, Result, Unseen, conclude
from app.webhooks.operations.counting import Tally, hand_in
from app.webhooks.operations.hearing import hear
from app.webhooks.operations.sending import Call, Pass, take
from app.webhooks.rules.events import HEARING, Subject, heard_kinds
from app.webhooks.rules.signing import SecretKeys, shown, signed
from app.webhooks.terms import NotAnswered, NotTheirs, Show, Shown
from workers.connecting import patient_database
from workers.events import Listener
from workers.schedules import Schedule

log = logging.getLogger("tributary.webhooks")

NAME = "webhooks"
POLL_SECONDS, FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.5, 1.0, 10.0
HAND_IN_SECONDS = 5.0
ENDING_SECONDS = 1.5
MOST_LANES = 32
"""Of one process at a time, each with up to four calls."""
CONNECTIONS = 4
MOST_BODY_BYTES = 1024 * 1024
LONGEST_PASS_SECONDS = LEASE_SECONDS - 20
CHOOSE = Schedule("note_webhook_choices", "41 3 * * *")
"""While a new version comes in, processes of the old one set webhooks without noting choices."""
Answer = TypeVar("Answer")


def webhook_listeners() -> Sequence[Listener]:
    """Return who puts events into lanes, and who looks after what is chosen to be heard."""
    return (
        Listener(HEARING, heard_kinds(), hear, is_chosen=True),
        Listener(CHOOSE.name, frozenset({due_kind(CHOOSE.name)}), _choose),
    )


async def _choose(work: Work, event: OutboxEvent) -> None:
    del event
    await note_all_choices(work)


@dataclass(frozen=True)
class Sender:
    """Empties lanes: takes what is due, shows it, calls, and notes what came of it."""

    database: Database
    show: Show
    caller: Caller
    keys: SecretKeys
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    tally: Tally = field(default_factory=Tally)

    @cached_property
    def _turns(self) -> asyncio.Semaphore:
        """Nobody waits for a connection in vain: there are as many turns as connections."""
        return asyncio.Semaphore(CONNECTIONS)

    async def claim(self, room: int, tenants: Sequence[UUID] | None = None) -> list[Lane]:
        """Lease lanes that are due, of some tenants or of all."""
        platform = acting_as(system_actor(None, NAME))
        return await perform(
            self.database,
            None,
            platform,
            lambda work: claim_lanes(work, room, self.now(), tenants),
            self.now,
        )

    async def empty(self, lane: Lane) -> int:
        """Send once what is due of a lane; returns how many were tried.

        Whatever goes wrong is logged, and due again when the lease or the pause has ended.
        """
        try:
            async with asyncio.timeout(LONGEST_PASS_SECONDS):
                return await self._empty(lane)
        except Exception:  # One webhook's trouble must not become everybody's.
            log.exception("the lane of webhook %s is left to the next sender", lane.webhook_id)
            return 0

    async def _empty(self, lane: Lane) -> int:
        taken = await self._perform(lane, lambda work: take(work, lane, self.keys))
        if taken is None:
            return 0
        results = await asyncio.gather(*(self._tried(taken, call) for call in taken.calls))
        done = list(zip(taken.calls, results, strict=True))
        if not await self._perform(lane, lambda work: conclude(work, taken, done)):
            log.warning("webhook %s was taken over meanwhile, or is gone", lane.webhook_id)
        for result in results:
            self.tally.add(result)
        return len(done)

    async def hand_in(self) -> None:
        """Add what was counted to what all senders have counted; none of it twice."""
        counts = self.tally.counts
        if not counts:
            return
        self.tally.counts = Counter()
        platform = acting_as(system_actor(None, NAME))
        await perform(self.database, None, platform, lambda work: hand_in(work, counts), self.now)

    async def _tried(self, taken: Pass, call: Call) -> Result:
        try:
            async with self._turns:
                found = await self.show(
                    taken.lane.tenant_id, taken.membership_id, taken.selection, call.subject
                )
        except NotTheirs as hidden:
            return Unseen(hidden.is_orphaned)
        except NotAnswered as reason:
            log.warning("nothing was shown to webhook %s: %s", taken.lane.webhook_id, reason)
            return NotReady()
        body = _body(call, found)
        if len(body) > MOST_BODY_BYTES:
            return Called(AttemptOutcome.TOO_LARGE)
        headers = signed(taken.keys, str(call.event_id), self.now(), body)
        hidden = [headers["webhook-signature"], *map(shown, taken.keys)]
        return await self.caller.call(taken.url, headers, body, hidden)

    async def _perform(self, lane: Lane, command: Callable[[Work], Awaitable[Answer]]) -> Answer:
        actor = acting_as(system_actor(lane.tenant_id, NAME))
        async with self._turns:
            return await perform(self.database, lane.tenant_id, actor, command, self.now)


def _body(call: Call, found: Shown) -> bytes:
    """Write a message: what happened, when, and its subject as it is now."""
    message = {
        "type": call.event.value,
        "timestamp": call.occurred_at.isoformat(),
        "data": found.subject,
    }
    return orjson.dumps(message | ({"errors": found.errors} if found.errors else {}))


class Sending:
    """Sends in a thread beside the jobs, in every worker process."""

    name: ClassVar = NAME

    def __init__(self, settings: Settings) -> None:
        """Connect to nothing yet."""
        self._settings = settings
        self._loop: asyncio.AbstractEventLoop | None = None
        self._is_stopping = False
        self._woken = asyncio.Event()
        self._tasks: set[asyncio.Task[int]] = set()

    def stop(self) -> None:
        """Let `run` end soon; calls that are under way then are made again later."""
        self._is_stopping = True
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._woken.set)

    def run(self) -> None:
        """Send until stopped, through lost connections."""
        asyncio.run(self._run())

    async def _run(self) -> None:
        self._loop = asyncio.get_running_loop()
        database = patient_database(self._settings.database_url, CONNECTIONS + 1)
        sender = Sender(
            database,
            _showing(database, self._settings),
            Caller(self._settings.webhooks_to_loopback),
            SecretKeys(self._settings.secret),
        )
        pause, handed_in = FIRST_PAUSE_SECONDS, monotonic()
        while not self._is_stopping:
            try:
                await self._begin(sender)
                if monotonic() - handed_in > HAND_IN_SECONDS:
                    await sender.hand_in()
                    handed_in = monotonic()
                wait, pause = POLL_SECONDS, FIRST_PAUSE_SECONDS
            except Exception:  # A worker that has lost its sender would look healthy.
                log.warning("webhooks were interrupted; trying again", exc_info=True)
                wait, pause = pause, min(pause * 2, LONGEST_PAUSE_SECONDS)
            await self._wait(wait)
        await self._end()
        with suppress(Exception):  # Counts only: whatever ends us must not hang on them.
            await asyncio.wait_for(sender.hand_in(), ENDING_SECONDS)
        await database.close()

    async def _begin(self, sender: Sender) -> None:
        """Take as many lanes as there is room for."""
        for lane in await sender.claim(MOST_LANES - len(self._tasks)):
            task = asyncio.create_task(sender.empty(lane))
            self._tasks.add(task)
            task.add_done_callback(self._done)

    def _done(self, task: "asyncio.Task[int]") -> None:
        """Look again at once where a lane had something, for there may be more in it."""
        self._tasks.discard(task)
        if not task.cancelled() and task.result():
            self._woken.set()

    async def _wait(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), seconds)
        self._woken.clear()

    async def _end(self) -> None:
        """Give calls a moment to end; the lanes of the others are free when their leases end."""
        running = list(self._tasks)
        if running:
            await asyncio.wait(running, timeout=ENDING_SECONDS)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


def _showing(database: Database, settings: Settings) -> Show:
    """Return what shows subjects; the schema is loaded when the first is to be shown.

    Most installations have few webhooks, and a worker starts in half the time without it.
    """
    built: list[Show] = []
    building = asyncio.Lock()

    async def show(tenant_id: UUID, membership_id: UUID, selection: str, subject: Subject) -> Shown:
        async with building:
            if not built:
                built.append(await _built(database, settings))
        return await built[0](tenant_id, membership_id, selection, subject)

    return show


async def _built(database: Database, settings: Settings) -> Show:
    from app.edge.compiling import shows  # noqa: PLC0415  # see `_showing`
    from app.schema.context import Services  # noqa: PLC0415
    from app.schema.events import EventHub  # noqa: PLC0415

    keys = TokenKeys(
        settings.secret, settings.access_token_lifetime, settings.refresh_token_lifetime
    )
    return await shows(Services(database, keys, PolicyCache(), EventHub()), settings.limits)
