"""Who follows what: how many subscriptions there are, who works first, when each must end."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import strawberry
from graphql import GraphQLError

from app.edge.admission import Operation
from app.edge.drain import Drain
from app.edge.errors import BadRequest
from app.edge.limits import Limits
from app.edge.operations import Admissions, address_of, bearer_of
from app.edge.plans import source_of
from app.edge.sockets import seconds_until
from app.kernel.addresses import network_of
from app.kernel.errors import Busy, DomainError, Restarting, Unauthenticated
from app.schema.context import Context

POINTS_A_LOOK = 1
"""What looking at an event costs before anything is selected of it: rights are read anew."""
_FULL = "TOO_MANY_SUBSCRIPTIONS"
_EXPIRED = "the access token has expired"


class Following:
    """The subscriptions of this process."""

    def __init__(
        self, schema: strawberry.Schema, admissions: Admissions, limits: Limits, drain: Drain
    ) -> None:
        """Begin with none."""
        self.schema, self.admissions = schema, admissions
        self._limits, self._drain = limits, drain
        self._people: Counter[object] = Counter()
        self.turns = asyncio.Semaphore(limits.subscription_turns)
        self._ending: set[Seat] = set()
        drain.on_begin(self._end_all, lambda: not self._ending)

    @property
    def open(self) -> int:
        """How many there are."""
        return self._people.total()

    def check(self, context: Context) -> None:
        """Raise `Busy`, `Restarting` or `BadRequest` 429 when this one would be too many."""
        if self._drain.is_on:
            raise Restarting
        if self.open >= self._limits.subscriptions:
            raise Busy
        most = self._limits.user_subscriptions
        if self._people[_person(context)] >= most:
            raise BadRequest(429, f"one person has at most {most} subscriptions", code=_FULL)

    @contextmanager
    def seat(self, context: Context) -> Generator["Seat", None, None]:
        """Count one subscription while it lasts."""
        person = _person(context)
        seat = Seat(self, context)
        self._people[person] += 1
        if not is_socket(context):
            self._ending.add(seat)
        try:
            yield seat
        finally:
            self._ending.discard(seat)
            self._people[person] -= 1
            if not self._people[person]:
                del self._people[person]

    def _end_all(self) -> None:
        """End those that no socket ends."""
        for seat in list(self._ending):
            seat.end(Restarting())


class Seat:
    """One subscription: as server-sent events it ends with its token, as sockets do too."""

    def __init__(self, of: Following, context: Context) -> None:
        """Give the context its place in the row of those that read the database."""
        self._of, self._context = of, context
        self._because: DomainError = Unauthenticated(_EXPIRED)
        self._until: float | None = None
        self._waiting: asyncio.Timeout | None = None
        claims = None if is_socket(context) else bearer_of(context)
        if claims is not None and claims.expires_at is not None:
            now = asyncio.get_running_loop().time()
            self._until = now + seconds_until(claims.expires_at)
        context.pace = self._turn

    async def open(self, operation: Operation) -> AsyncGenerator[Any, None] | list[GraphQLError]:
        """Begin to listen, or say why not."""
        prepared = operation.prepared
        return await source_of(
            self._of.schema,
            prepared.document,
            prepared.operation,
            self._context,
            operation.variables,
        )

    async def next(self, source: AsyncGenerator[Any, None]) -> Any:
        """Wait for an event; raises `StopAsyncIteration` after the last, or why it must end."""
        try:
            async with asyncio.timeout_at(self._until) as self._waiting:
                return await anext(source)
        except TimeoutError:
            if self._waiting is not None and self._waiting.expired():
                raise self._because from None
            raise
        finally:
            self._waiting = None

    def end(self, because: DomainError) -> None:
        """End it now, or when it next waits for an event."""
        self._because, self._until = because, 0.0
        if self._waiting is not None:
            self._waiting.reschedule(0.0)

    @asynccontextmanager
    async def _turn(self) -> AsyncGenerator[None, None]:
        """Pay for a look, and wait until few enough look at the same time."""
        self._of.admissions.toll(self._context, POINTS_A_LOOK)
        async with self._of.turns:
            yield


def is_socket(context: Context) -> bool:
    """Whether an operation came over a WebSocket."""
    return context.connection.scope["type"] == "websocket"


def _person(context: Context) -> object:
    claims = bearer_of(context)
    return network_of(address_of(context.connection)) if claims is None else claims.identity_id
