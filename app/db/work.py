"""Work: one transaction, of one tenant, by one actor, at one instant."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID

from psycopg.errors import DeadlockDetected, SerializationFailure
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncSession

from app.db import outbox
from app.db.database import Access, Database
from app.db.rows import Question, Rows, write_objects, write_rows
from app.db.tables import TenantOwned
from app.kernel.actor import Actor
from app.kernel.errors import Refused

ATTEMPTS = 4
_INSTANT = "instant"
Result = TypeVar("Result")
Identify = Callable[[AsyncSession], Awaitable[Actor]]


def _clock() -> datetime:
    return datetime.now(UTC)


class TryAgain(Exception):  # what to do, and no error unless it fails for good
    """What a command counted on has just gone to another: only a fresh look can tell the rest.

    `perform` starts the command over; after its last attempt it raises `refusal`.
    """

    def __init__(self, refusal: Refused) -> None:
        """Keep what to tell people when no attempt is left."""
        super().__init__(refusal.message)
        self.refusal = refusal


@dataclass(frozen=True, slots=True)
class Work:
    """Everything a command or query needs; `now` is the one instant all of it happens at (UTC).

    `attempt` counts from 1: later ones may lock first what the one before found taken. All that
    a snapshot reads is of one state; nothing can be written in it.
    """

    session: AsyncSession
    actor: Actor
    now: datetime
    events: list[outbox.DomainEvent] = field(default_factory=list[outbox.DomainEvent])
    notes: dict[type[TenantOwned], list[dict[str, Any]]] = field(default_factory=dict[Any, Any])
    last: list[Callable[[], Awaitable[object]]] | None = None
    attempt: int = 1
    is_snapshot: bool = False
    clock: Callable[[], datetime] = _clock

    @property
    def tenant_id(self) -> UUID:
        """The tenant whose rows this work may touch; platform work has none."""
        if self.actor.tenant_id is None:
            msg = "platform work touches no tenant"
            raise LookupError(msg)
        return self.actor.tenant_id

    def later(self) -> datetime:
        """Return an instant after everything that the work has waited for."""
        return max(self.now, self.clock())

    async def save(self, *rows: object) -> None:
        """Write new rows in one statement a table; give parents in an earlier call."""
        for row in rows:
            if isinstance(row, TenantOwned):
                row.tenant_id = self.tenant_id
        self.session.add_all(rows)
        await self.session.flush()

    async def write(
        self, *rows: TenantOwned, beside: Rows | None = None, asking: Question | None = None
    ) -> Sequence[Any]:
        """Write new rows, parents and children alike, in one statement for all tables.

        Those `beside` are of other tables, and nobody needs them as objects. What is asked is
        answered in the same statement.
        """
        plain = {table: self._owned(each) for table, each in (beside or {}).items()}
        return await write_objects(self.session, self.tenant_id, rows, plain, asking)

    async def insert(self, table: type[TenantOwned], rows: Sequence[Mapping[str, Any]]) -> None:
        """Write many new rows in one statement, without making objects of them."""
        await write_rows(self.session, {table: self._owned(rows)})

    def note(self, table: type[TenantOwned], row: Mapping[str, Any]) -> None:
        """Write a row with the events, in the last statement; nothing before that may read it."""
        self.notes.setdefault(table, []).append({"tenant_id": self.tenant_id, **row})

    def tell(self, event: outbox.DomainEvent) -> None:
        """Record an event; it leaves with this transaction or not at all (F4)."""
        self.events.append(event)

    async def at_last(self, command: Callable[[], Awaitable[object]]) -> None:
        """Run a command as the very last of the work, when its events are written.

        For what locks rows that everybody waits for: they are held for no longer than it takes. It
        tells and notes nothing. Within another's transaction it runs at once.
        """
        if self.last is None:
            await command()
        else:
            self.last.append(command)

    @asynccontextmanager
    async def tried(self) -> AsyncGenerator["Work", None]:
        """Let the block write and take all of it back: what it refuses, writing would refuse.

        The work that the block gets tells nothing and notes nothing.
        """
        async with self.session.begin_nested() as savepoint:
            await self.session.connection()  # Now, whatever goes past the session afterwards.
            yield replace(self, events=[], notes={}, last=[])
            await self.session.flush()
            await savepoint.rollback()

    def _owned(self, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        return [{"tenant_id": self.tenant_id, **row} for row in rows]


@asynccontextmanager
async def begin(  # noqa: PLR0913  # a work is all of these
    database: Database,
    tenant_id: UUID | None,
    identify: Identify,
    *,
    access: Access = Access.WRITE,
    now: Callable[[], datetime] = _clock,
    attempt: int = 1,
) -> AsyncGenerator[Work, None]:
    """Open a work; commits with its events when the block ends, rolls back when it raises.

    `identify` reads the actor inside the same transaction, so that a right revoked a moment ago is
    already gone. The clock is asked when there is a connection, and before anything is read: what
    waited for one happens after what others did meanwhile, and says so.
    """
    async with database.transaction(tenant_id, access) as session:
        instant = now()
        session.sync_session.info[_INSTANT] = instant
        actor = await identify(session)
        is_snapshot = access is Access.READ
        last: list[Callable[[], Awaitable[object]]] = []
        work = Work(
            session, actor, instant, attempt=attempt, is_snapshot=is_snapshot, last=last, clock=now
        )
        yield work
        if not is_snapshot:
            await session.flush()
            await outbox.write(session, tenant_id, work.events, work.now, work.notes)
            for command in last:
                await command()


def instant_of(session: AsyncSession) -> datetime:
    """Return the instant of the work that a session is of, for who is asked before there is one."""
    return session.sync_session.info[_INSTANT]


def acting_as(actor: Actor) -> Identify:
    """Identify without a look-up: for workers and for sign-in itself."""

    async def known(_session: AsyncSession) -> Actor:
        return actor

    return known


async def perform(
    database: Database,
    tenant_id: UUID | None,
    identify: Identify,
    command: Callable[[Work], Awaitable[Result]],
    now: Callable[[], datetime] = _clock,
) -> Result:
    """Run a command in its own transaction, again from the start after a deadlock (F4).

    `TryAgain` starts it over too; after the last attempt its refusal is raised.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            async with begin(database, tenant_id, identify, now=now, attempt=attempt) as work:
                return await command(work)
        except TryAgain as again:
            if attempt == ATTEMPTS:
                raise again.refusal from again
        except OperationalError as error:
            if not _worth_another_try(error) or attempt == ATTEMPTS:
                raise
    msg = "unreachable: the last attempt returns or raises"
    raise AssertionError(msg)


def _worth_another_try(error: OperationalError) -> bool:
    return isinstance(error.orig, (SerializationFailure, DeadlockDetected))
