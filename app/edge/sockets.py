"""Limits of WebSockets: how many, how much they may say, how long they may be silent or stall."""

import asyncio
import math
import time
from collections import Counter
from contextlib import suppress
from datetime import datetime

import orjson
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.edge.drain import Drain
from app.edge.limits import Limits
from app.identities.tokens import AccessClaims
from app.kernel.addresses import network_of
from app.kernel.footprint import FOOTPRINT

SOCKET = "tributary.socket"
"""Where the scope of a WebSocket holds its `Socket`, for whoever learns whose it is."""
_TOO_MANY, _TOO_LARGE, _UNAUTHORIZED, _SILENT = 4429, 1009, 4401, 4408
_RESTART, _LATER = 1012, 1013
_STALLED = "messages are not taken"
_LAST_WORD_SECONDS = 0.5
_GONE = "the other side has closed the connection"
_PING = orjson.dumps({"type": "ping"}).decode()


class _Close(Exception):
    """This WebSocket is to be closed, and why."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


class Sockets:
    """Counts the WebSockets of this process, and closes those that go beyond a limit.

    One whose token expires is closed with 4401: the client connects again with a new one. One
    that does not take its messages, and all when the process is emptied, with 1013 and 1012, after
    which clients come back by themselves.
    """

    def __init__(self, app: ASGIApp, limits: Limits, drain: Drain) -> None:
        """Stand before an application that speaks graphql-transport-ws."""
        self._app, self.limits, self._drain = app, limits, drain
        self._addresses: Counter[str] = Counter()
        self._sockets: set[Socket] = set()
        self._closing: set[asyncio.Task[None]] = set()
        self.people: Counter[object] = Counter()
        drain.on_begin(self._close_all, lambda: not self._sockets)

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
            self._drain.is_on
            or self.open >= self.limits.sockets
            or self._addresses[address] >= self.limits.address_sockets
        ):
            await receive()
            await send({"type": "websocket.close", "code": _LATER, "reason": "no room"})
            return
        self._addresses[address] += 1
        socket = Socket(self, receive, send)
        self._sockets.add(socket)
        try:
            await socket.run(self._app, {**scope, SOCKET: socket})
        finally:
            self._sockets.discard(socket)
            socket.leave()
            self._addresses[address] -= 1
            if not self._addresses[address]:
                del self._addresses[address]

    def _close_all(self) -> None:
        for socket in self._sockets:
            closing = asyncio.create_task(socket.send_away())
            self._closing.add(closing)
            closing.add_done_callback(self._closing.discard)


class Socket:
    """One WebSocket: what it has said lately, whose it is, and when that ends."""

    def __init__(self, of: Sockets, receive: Receive, send: Send) -> None:
        """Begin as nobody's."""
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
            await self._sent(message)
        if message["type"] == "websocket.send":
            self._is_acknowledged = True

    async def send_away(self) -> None:
        """Close it because the process is to stop."""
        await self._close(_Close(_RESTART, "this server is about to stop"))

    async def identify(self, claims: AccessClaims) -> bool:
        """Count it as a person's, and end it with the token; false when they have too many."""
        if self._person is not None:
            return True
        if self._of.people[claims.identity_id] >= self._of.limits.user_sockets:
            await self._close(_Close(_TOO_MANY, "too many connections"))
            return False
        self._person = claims.identity_id
        self._of.people[claims.identity_id] += 1
        self._expires = time.monotonic() + seconds_until(claims.expires_at)
        if (footprint := FOOTPRINT.get()) is not None:
            footprint.tenant_id, footprint.membership_id = claims.tenant_id, claims.membership_id
        return True

    async def _sent(self, message: Message) -> None:
        """Send while the other side takes it; a reader that stalls is left, with what it missed."""
        seconds = self._of.limits.stalled_reader_seconds
        if message["type"] == "websocket.close":
            seconds = min(seconds, _LAST_WORD_SECONDS)
        try:
            async with asyncio.timeout(seconds):
                await self._send(message)
        except RuntimeError as gone:  # What granian says where the specification has OSError.
            raise OSError(_GONE) from gone
        except TimeoutError:
            self._is_over = True
            await self._stop_listening()
            with suppress(TimeoutError, RuntimeError):
                async with asyncio.timeout(_LAST_WORD_SECONDS):
                    await self._send(
                        {"type": "websocket.close", "code": _LATER, "reason": _STALLED}
                    )
            raise OSError(_STALLED) from None

    async def _heard_next(self) -> Message:
        if not self._is_over:
            self._hearing = asyncio.create_task(self._hear())
            try:
                return await self._hearing
            except asyncio.CancelledError:
                if not self._is_over:
                    raise
        async with self._turn:  # The application's end would overtake the close.
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
        if _size(message, limits.socket_message_bytes) > limits.socket_message_bytes:
            raise _Close(_TOO_LARGE, "message too large")
        back = (now - self._heard) * limits.socket_message_rate
        self._messages = min(limits.socket_message_burst, self._messages + back) - 1
        self._heard, self._is_pinged = now, False
        if self._messages < 0:
            raise _Close(_TOO_MANY, "too many messages")

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
        with suppress(OSError):
            await self.sending(
                {"type": "websocket.close", "code": close.code, "reason": close.reason}
            )


def seconds_until(instant: datetime | None) -> float:
    """Return how long it is until an instant, which may have passed; infinity without one."""
    return math.inf if instant is None else instant.timestamp() - time.time()


def _size(message: Message, most: int) -> int:
    """Return how many bytes a message has; a text is only encoded where that can matter."""
    text = message.get("text")
    if text is None:
        return len(message.get("bytes") or b"")
    return len(text) if len(text) > most else len(text.encode())
