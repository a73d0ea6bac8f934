"""What one operation carries: its bearer, one read snapshot, writes of their own, batches."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import (
    AbstractAsyncContextManager,
    AsyncExitStack,
    asynccontextmanager,
    suppress,
)
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, TypeVar

import strawberry
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import HTTPConnection
from strawberry.dataloader import DataLoader

from app.carriers.terms import CarrierTerms
from app.catalog.rules import languages_in
from app.checkout.terms import CheckoutTerms
from app.db.database import Access, Database
from app.db.work import Identify, Work, begin, perform
from app.identities.key_uses import KeyUses
from app.identities.oidc import Providers
from app.identities.principal import bearer
from app.identities.throttling import Throttle
from app.identities.tokens import AccessClaims, TokenKeys
from app.kernel.actor import Actor
from app.kernel.errors import Overload, Unauthenticated
from app.outbound.fetching import Fetcher
from app.rbac.policy import PolicyCache
from app.schema.events import EventHub
from app.webhooks.terms import WebhookTerms

Result = TypeVar("Result")
_SCHEME = "bearer "
Pace = Callable[[], AbstractAsyncContextManager[None]]
"""What must be entered before a snapshot is opened, and is left when it ends."""


def _clock() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Services:
    """What all operations of a process share; holds no truth that another process lacks."""

    database: Database
    keys: TokenKeys
    policies: PolicyCache
    events: EventHub
    clock: Callable[[], datetime] = _clock
    webhooks: WebhookTerms | None = None
    checkout: CheckoutTerms | None = None
    throttle: Throttle | None = None
    carriers: CarrierTerms | None = None
    key_uses: KeyUses = field(default_factory=KeyUses)
    providers: Providers = field(default_factory=lambda: Providers(Fetcher()))
    site_url: str = ""
    """Where people use the front end; providers send them back there."""

    @property
    def attempts(self) -> Throttle:
        """What may fail before the next attempt waits; only web processes have one."""
        if self.throttle is None:
            msg = "this process lets nobody in"
            raise LookupError(msg)
        return self.throttle


class Context:
    """One operation's context; `connection_params` is set by the WebSocket protocol."""

    def __init__(self, services: Services, connection: HTTPConnection) -> None:
        """Open nothing yet."""
        self.services = services
        self.connection_params: dict[str, Any] | None = None
        self.pace: Pace | None = None
        self._connection = connection
        self._turns = asyncio.Lock()
        self._reading = AsyncExitStack()
        self._read_work: Work | None = None
        self._has_begun = False
        self._failure: Exception | None = None
        self._author: Actor | None = None
        self._used: AccessClaims | None = None
        self._batches: dict[object, DataLoader[Any, Any]] = {}

    def for_operation(self) -> "Context":
        """Return the same bearer's context with a snapshot of its own: sockets carry many."""
        context = Context(self.services, self._connection)
        context.connection_params = self.connection_params
        return context

    @property
    def connection(self) -> HTTPConnection:
        """The request or the WebSocket that the operation came by."""
        return self._connection

    @property
    def device(self) -> str | None:
        """What the caller's browser or program calls itself."""
        return self._connection.headers.get("user-agent")

    @property
    def languages(self) -> tuple[str, ...]:
        """What the reader reads, the most wanted first, as the Accept-Language header tells."""
        return languages_in(self._connection.headers.get("accept-language", ""))

    @property
    def claims(self) -> AccessClaims | None:
        """The access token's claims, or none without a token; raises `Unauthenticated`."""
        given = self._authorization()
        if not given:
            return None
        if not given.lower().startswith(_SCHEME):
            raise Unauthenticated("the Authorization header must read 'Bearer <access token>'")
        return self.services.keys.read(given[len(_SCHEME) :])

    @asynccontextmanager
    async def read(self) -> AsyncGenerator[Work, None]:
        """Take a turn on the operation's one read snapshot; opened at the first turn (F4).

        After a statement has failed the snapshot is gone, and all later turns fail in the same way:
        a second one would be of another moment.
        """
        self._has_begun = True
        async with self._turns:
            if self._failure is not None:  # Else each field in turn would wait in vain.
                raise self._failure
            try:
                if self._read_work is None:
                    if self.pace is not None:
                        await self._reading.enter_async_context(self.pace())
                    self._read_work = await self._reading.enter_async_context(self.fresh_read())
                yield self._read_work
            except (Overload, DBAPIError) as failed:
                self._failure = await self._given_up(failed) or failed
                raise self._failure from None
            except asyncio.CancelledError as stopped:
                await self._given_up(stopped)
                raise

    async def write(self, command: Callable[[Work], Awaitable[Result]]) -> Result:
        """Run a command in a transaction of its own; what is read afterwards sees its effect.

        It is read with the rights that the command was given with: who lost them meanwhile is told
        what was done, and not that it is forbidden.
        """
        authors: list[Actor] = []

        async def noting(work: Work) -> Result:
            authors.append(work.actor)
            return await command(work)

        result = await self._write(self.claims, noting)
        self._author = authors[-1]
        return result

    async def write_as_person(self, command: Callable[[Work], Awaitable[Result]]) -> Result:
        """Run a command as the bearer, standing in no tenant: to choose a workplace, to sign out.

        So it still works when the organisation of the token does not.
        """
        claims = self.claims
        person = claims and replace(claims, tenant_id=None, membership_id=None)
        return await self._write(person, command)

    async def write_as_anyone(self, command: Callable[[Work], Awaitable[Result]]) -> Result:
        """Run a command without looking at the token: a stale one must not hinder a sign-in."""
        return await self._write(None, command)

    async def _write(
        self, claims: AccessClaims | None, command: Callable[[Work], Awaitable[Result]]
    ) -> Result:
        async with self._turns:
            await self._end_reading()
            result = await perform(
                self.services.database,
                claims.tenant_id if claims else None,
                bearer(claims, self.services.policies, self._address()),
                command,
                self.services.clock,
            )
            self._note_use(claims)
            return result

    @asynccontextmanager
    async def fresh_read(self) -> AsyncGenerator[Work, None]:
        """Open a snapshot of this moment, with the bearer's rights of this moment.

        After a command of this operation they are those of the command.
        """
        claims = self.claims
        async with begin(
            self.services.database,
            claims.tenant_id if claims else None,
            self._author_or(bearer(claims, self.services.policies, self._address())),
            access=Access.READ,
            now=self.services.clock,
        ) as work:
            self._note_use(claims)
            yield work

    def _note_use(self, claims: AccessClaims | None) -> None:
        if claims is not None and claims.key_hash is not None:
            self._used = claims

    def batch(self, key: object, load: Callable[[list[Any]], Awaitable[list[Any]]]) -> Any:
        """Return this operation's loader for a batch resolver and its arguments."""
        if key not in self._batches:
            self._batches[key] = DataLoader(load_fn=load, cache_key_fn=id)
        return self._batches[key]

    async def close(self) -> None:
        """End the operation's snapshot; a subscription's next event may try anew."""
        if self._has_begun:
            await self._end_snapshot()
        else:
            self._batches.clear()
        if self._used is not None:
            used, self._used = self._used, None
            await self.services.key_uses.note(self.services.database, used, self.services.clock)

    async def _end_snapshot(self) -> None:
        async with self._turns:
            self._failure = None
            await self._end_reading()

    async def _given_up(self, failed: BaseException) -> Exception | None:
        """Roll the snapshot back; returns what the database calls such a failure."""
        reading, self._reading, self._read_work = self._reading, AsyncExitStack(), None
        try:
            await reading.__aexit__(type(failed), failed, failed.__traceback__)
        except asyncio.CancelledError:
            return None
        except Exception as told:  # noqa: BLE001  # the failure itself, or its name as an overload
            return told
        return None

    async def _end_reading(self) -> None:
        self._batches.clear()
        self._read_work = None
        await self._reading.aclose()
        self._reading = AsyncExitStack()

    def _author_or(self, identify: Identify) -> Identify:
        author = self._author
        if author is None:
            return identify

        async def known(session: AsyncSession) -> Actor:
            with suppress(Unauthenticated):  # It tells the session of the tenant and its revisions.
                await identify(session)
            return author

        return known

    def _address(self) -> str | None:
        client = self._connection.client
        return client.host if client else None

    def _authorization(self) -> str:
        parameters = self.connection_params or {}
        given = parameters.get("authorization") or parameters.get("Authorization")
        if given:
            return str(given)
        for name, value in self._connection.scope["headers"]:
            if name == b"authorization":
                return value.decode("latin-1")
        return ""


Info = strawberry.Info[Context, None]
