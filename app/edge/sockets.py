"""Limits of WebSockets: how many, how much they may say, how long they may be silent."""

import asyncio
import math
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any, cast

import orjson
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.edge.buckets import network_of
from app.edge.limits import Limits
from app.identities.tokens import AccessClaims
from app.kernel.errors import Unauthenticated
from app.kernel.footprint import FOOTPRINT

_TOO_MANY, _TOO_LARGE, _UNAUTHORIZED, _SILENT = 4429, 1009, 4401, 4408
_GONE = "the other side has closed the connection"
_INIT = "connection_init"
_PING = orjson.dumps({"type": "ping"}).decode()
ReadToken = Callable[[str], AccessClaims]


class _Close(Exception):
    """This WebSocket is to be closed, and why."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


class Sockets:
    """Counts the WebSockets of this process, and closes those that go beyond a limit.

    One whose token expires is closed with 4401: the client connects again with a new one.
    """

    def __init__(self, app: ASGIApp, limits: Limits, read_token: ReadToken) -> None:
        """Stand before an application that speaks graphql-transport-ws."""
        self._app, self.limits, self._read_token = app, limits, read_token
        self._addresses: Counter[str] = Counter()
        self.people: Counter[object] = Counter()

    @property
    def open(self) -> int:
        """How many are open now."""
        return self._addresses.total()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a WebSocket in when there is room, and watch it until it ends."""
        if scope["type"] != "websocket":
            await self._app(scope, receive, send)
            return
        address = network_of((scope.get("client") or ("",))[0])
        if (
            self.open >= self.limits.sockets
            or self._addresses[address] >= self.limits.address_sockets
        ):
            await receive()
            await send({"type": "websocket.close", "code": 1013, "reason": "too many connections"})
            return
        self._addresses[address] += 1
        socket = _Socket(self, receive, send)
        try:
            await socket.run(self._app, scope)
        finally:
            socket.leave()
            self._addresses[address] -= 1
            if not self._addresses[address]:
                del self._addresses[address]

    def read_token(self, text: str) -> AccessClaims | None:
        """Return the claims of a token that is good; the view answers for one that is not."""
        try:
            return self._read_token(text)
        except Unauthenticated:
            return None


class _Socket:
    """One WebSocket: what it has said lately, whose it is, and when that ends."""

    def __init__(self, of: Sockets, receive: Receive, send: Send) -> None:
        self._of, self._receive, self._send = of, receive, send
        self._heard = time.monotonic()
        self._messages = float(of.limits.socket_message_burst)
        self._person: object = None
        self._expires = math.inf
        self._is_acknowledged = self._is_pinged = self._is_over = False
        self._hearing: asyncio.Task[Message] | None = None
        self._turn = asyncio.Lock()

    async def run(self, app: ASGIApp, scope: Scope) -> None:
        """Serve it until either side ends it."""
        keeper = asyncio.create_task(self._keep())
        try:
            await app(scope, self.receiving, self.sending)
        except _Close as close:
            await self._close(close)
        finally:
            self._is_over = True
            keeper.cancel()
            await asyncio.wait([keeper])

    def leave(self) -> None:
        """Make room for another one of the same person."""
        if self._person is not None:
            self._of.people[self._person] -= 1
            if not self._of.people[self._person]:
                del self._of.people[self._person]

    async def receiving(self) -> Message:
        """Hand on a message that is within the limits."""
        message = await self._heard_next()
        if message["type"] == "websocket.receive":
            try:
                self._check(message)
            except _Close as close:
                await self._close(close)
                return {"type": "websocket.disconnect", "code": close.code}
        elif message["type"] == "websocket.disconnect":
            self._is_over = True
        return message

    async def sending(self, message: Message) -> None:
        """Send, unless the WebSocket has been closed."""
        async with self._turn:
            if self._is_over:
                return
            if message["type"] == "websocket.close":
                self._is_over = True
                await self._stop_listening()
            try:
                await self._send(message)
            except RuntimeError as gone:  # What granian says where the specification has OSError.
                raise OSError(_GONE) from gone
        if message["type"] == "websocket.send":
            self._is_acknowledged = True

    async def _heard_next(self) -> Message:
        if self._is_over:
            return {"type": "websocket.disconnect", "code": _SILENT}
        self._hearing = asyncio.create_task(self._hear())
        try:
            return await self._hearing
        except asyncio.CancelledError:
            if not self._is_over:
                raise
            async with self._turn:  # The application's end would overtake the close.
                pass
            return {"type": "websocket.disconnect", "code": _SILENT}

    async def _hear(self) -> Message:
        return await self._receive()

    async def _stop_listening(self) -> None:
        """Let go of the server's `receive`: granian sends no close while it waits in there."""
        hearing = self._hearing
        if hearing is not None and not hearing.done():
            hearing.cancel()
            await asyncio.wait([hearing])

    def _check(self, message: Message) -> None:
        limits, now = self._of.limits, time.monotonic()
        text = message.get("text") or ""
        if len(text) > limits.socket_message_bytes:
            raise _Close(_TOO_LARGE, "message too large")
        back = (now - self._heard) * limits.socket_message_rate
        self._messages = min(limits.socket_message_burst, self._messages + back) - 1
        self._heard, self._is_pinged = now, False
        if self._messages < 0:
            raise _Close(_TOO_MANY, "too many messages")
        if self._person is None and not self._is_acknowledged and _INIT in text:
            self._identify(text)

    def _identify(self, text: str) -> None:
        claims = self._of.read_token(_token_of(text))
        if claims is None:
            return
        if self._of.people[claims.identity_id] >= self._of.limits.user_sockets:
            raise _Close(_TOO_MANY, "too many connections")
        self._person = claims.identity_id
        self._of.people[claims.identity_id] += 1
        self._expires = _seconds_until(claims.expires_at)
        if (footprint := FOOTPRINT.get()) is not None:
            footprint.tenant_id, footprint.membership_id = claims.tenant_id, claims.membership_id

    async def _keep(self) -> None:
        limits = self._of.limits
        tick = min(1.0, limits.socket_ping_seconds / 4)
        while not self._is_over:
            await asyncio.sleep(tick)
            silence = time.monotonic() - self._heard
            if time.monotonic() > self._expires:
                await self._close(_Close(_UNAUTHORIZED, "the access token has expired"))
            elif silence > limits.socket_silence_seconds:
                await self._close(_Close(_SILENT, "nothing was heard for too long"))
            elif (
                silence > limits.socket_ping_seconds
                and self._is_acknowledged
                and not self._is_pinged
            ):
                self._is_pinged = True
                await self.sending({"type": "websocket.send", "text": _PING})

    async def _close(self, close: _Close) -> None:
        await self.sending({"type": "websocket.close", "code": close.code, "reason": close.reason})


def _token_of(text: str) -> str:
    """Return the token of a `connection_init`, or nothing."""
    try:
        message = orjson.loads(text)
        payload = cast("dict[str, Any]", message["payload"])
        given = str(payload.get("authorization") or payload.get("Authorization") or "")
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError):
        return ""
    return given.partition(" ")[2]


def _seconds_until(instant: datetime | None) -> float:
    if instant is None:
        return math.inf
    return time.monotonic() + (instant.timestamp() - time.time())
