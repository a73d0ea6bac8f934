"""The clock on the wall: no request takes longer than it may, nor goes on when nobody waits.

One ticker looks after all requests, so that a request costs an entry in a table and no timer.
"""

import asyncio
import time
from contextlib import suppress
from enum import Enum
from typing import Any, cast

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.edge.answers import send_error, send_overload
from app.edge.limits import Limits
from app.kernel.errors import TookTooLong

_TICK_SECONDS = 0.1
_REQUEST_TIMEOUT = 408
_MOST_DIGITS = 18


class Verdict(Enum):
    """Why a request was stopped."""

    SLOW_BODY = "the body came too slowly"
    TOO_LONG = "the operation took too long"
    GONE = "the caller has left"


class _Watched:
    """One request on its way: when it began, what was heard of it, how it was stopped."""

    __slots__ = (
        "announced",
        "began",
        "has_answered",
        "has_body",
        "has_left",
        "heard",
        "is_upload",
        "owes_end",
        "receive",
        "task",
        "verdict",
        "watcher",
    )

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self.began = time.monotonic()
        self.announced, self.heard = _announced(scope), 0
        self.is_upload = scope["method"] == "PUT"
        self.task = cast("asyncio.Task[Any]", asyncio.current_task())
        self.receive = receive
        self.has_body = self.has_answered = self.has_left = self.owes_end = False
        self.verdict: Verdict | None = None
        self.watcher: asyncio.Task[None] | None = None

    async def receiving(self) -> Message:
        if self.watcher is not None:
            await self.unwatch()
        if self.has_left:
            return {"type": "http.disconnect"}
        message = await self._next()
        if not message.get("more_body", False):
            self.has_body = True
        return message

    def stop(self, verdict: Verdict) -> None:
        if self.verdict is None and not self.has_answered:
            self.verdict = verdict
            self.task.cancel()

    def watch(self) -> None:
        """Look whether the caller is still there, from now on."""
        if self.watcher is None and self.has_body and not self.has_answered:
            self.watcher = asyncio.create_task(self._watching())

    async def unwatch(self) -> None:
        watcher, self.watcher = self.watcher, None
        if watcher is not None:
            watcher.cancel()
            with suppress(asyncio.CancelledError):
                await watcher

    async def _watching(self) -> None:
        if (await self._next())["type"] == "http.disconnect":
            self.has_left = True
            self.stop(Verdict.GONE)

    async def _next(self) -> Message:
        """Tell the end of a body with the last of the bytes that were announced.

        Servers tell it with an empty message after them: one more way through the event loop.
        """
        message = await self.receive()
        if self.owes_end and message["type"] == "http.request":
            self.owes_end = False
            message = await self.receive()
        if message.get("more_body", False):
            self.heard += len(message.get("body", b""))
            if self.heard == self.announced:
                self.owes_end = True
                message["more_body"] = False
        return message


class WallClock:
    """Stops requests that take too long: 408 for a body that trickles, 504 for an operation.

    An answer that has begun, such as a file or a stream of events, may take its time. When the
    caller leaves, what was asked is cancelled, and PostgreSQL is told to stop its statement.
    """

    def __init__(self, app: ASGIApp, limits: Limits) -> None:
        """Stand before an application."""
        self._app, self._limits = app, limits
        self._running: dict[int, _Watched] = {}
        self._ticker: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and watch it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        watched = _Watched(scope, receive)

        async def sending(message: Message) -> None:
            watched.has_answered = True
            await send(message)

        self._running[id(watched)] = watched
        if self._ticker is None:
            self._ticker = asyncio.create_task(self._tick())
        try:
            await self._app(scope, watched.receiving, sending)
        except asyncio.CancelledError:
            if watched.verdict is None:
                raise
            watched.task.uncancel()
        finally:
            del self._running[id(watched)]
            if watched.watcher is not None:
                await watched.unwatch()
        if watched.verdict is not None and not watched.has_answered:
            await _answer(send, watched.verdict)

    @property
    def watched(self) -> int:
        """How many requests are on their way."""
        return len(self._running)

    @property
    def is_ticking(self) -> bool:
        """Whether the ticker runs: only while there are requests."""
        return self._ticker is not None

    async def _tick(self) -> None:
        while self._running:
            await asyncio.sleep(_TICK_SECONDS)
            self._look(time.monotonic())
        self._ticker = None

    def _look(self, now: float) -> None:
        limits = self._limits
        for watched in list(self._running.values()):
            age = now - watched.began
            if age < limits.disconnect_seconds:
                break  # The younger ones stand behind it.
            more = limits.upload_seconds if watched.is_upload else 0
            if age > limits.operation_seconds + more:
                watched.stop(Verdict.TOO_LONG)
            elif age > max(limits.body_seconds, more) and not watched.has_body:
                watched.stop(Verdict.SLOW_BODY)
            else:
                watched.watch()


def _announced(scope: Scope) -> int:
    """Return the length that a body must have; -1 where only its end will tell."""
    length = -1
    for name, value in scope["headers"]:
        if name == b"content-length":
            length = int(value) if value.isdigit() and len(value) <= _MOST_DIGITS else -1
        elif name == b"transfer-encoding":
            return -1
    return length


async def _answer(send: Send, verdict: Verdict) -> None:
    if verdict is Verdict.TOO_LONG:
        await send_overload(send, TookTooLong())
    elif verdict is Verdict.SLOW_BODY:
        await send_error(send, _REQUEST_TIMEOUT, "the body came too slowly", "TIMEOUT")
