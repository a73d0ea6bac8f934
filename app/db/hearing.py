"""Connections that listen to their socket for as long as they live, not anew for each statement.

The driver tells the event loop of its socket before it waits for an answer, and forgets it
afterwards: five system calls and a handle for each statement, more than sending it takes.
"""

import asyncio
from collections.abc import Generator
from contextlib import suppress
from typing import Any, TypeVar

from psycopg import AsyncConnection, OperationalError
from psycopg.abc import PQGen
from psycopg.errors import QueryCanceled
from psycopg.pq import ConnStatus, TransactionStatus
from psycopg.waiting import READY_R, WAIT_R, Ready, Wait, wait_async

Result = TypeVar("Result")
_INTERVAL_SECONDS, _CANCEL_SECONDS = 0.1, 5.0
_INTERRUPTED = (asyncio.CancelledError, KeyboardInterrupt, SystemExit)


class HearingConnection(AsyncConnection[Any]):
    """A driver's connection whose socket stays known to the event loop."""

    _ear: tuple[asyncio.AbstractEventLoop, int] | None = None
    _waiter: asyncio.Future[None] | None = None

    async def wait(
        self,
        gen: PQGen[Result],
        interval: float = _INTERVAL_SECONDS,
        timeout: float | None = None,  # noqa: ASYNC109  # the driver's own name for it
    ) -> Result:
        """Do what the driver has begun, to its end; one that is interrupted is cancelled there."""
        if timeout is not None:
            self._deafen()
            return await super().wait(gen, interval, timeout)
        try:
            return await self._heard_out(gen)
        except _INTERRUPTED:
            if self.pgconn.transaction_status == TransactionStatus.ACTIVE:
                self._deafen()
                await self._try_cancel(timeout=_CANCEL_SECONDS)
                with suppress(QueryCanceled):
                    await wait_async(
                        gen, self.pgconn.socket, _INTERVAL_SECONDS, timeout=_CANCEL_SECONDS
                    )
            raise
        finally:
            if self.pgconn.status == ConnStatus.BAD:  # Its number may be another's socket soon.
                self._deafen()

    async def close(self) -> None:
        """Close it; who waits for an answer learns that there will be none."""
        self._deafen()
        await super().close()
        self._wake()

    async def _heard_out(self, gen: PQGen[Result]) -> Result:
        try:
            state = next(gen)
            self._listen()
            while state == WAIT_R:
                self._waiter = asyncio.get_running_loop().create_future()
                try:
                    await self._waiter
                finally:
                    self._waiter = None
                state = gen.send(READY_R)
        except StopIteration as done:
            return done.value
        except OSError as broken:
            raise OperationalError("connection socket closed") from broken
        # What is too much for the socket's buffer is the driver's to send.
        self._deafen()
        return await wait_async(_going_on(gen, state), self.pgconn.socket, _INTERVAL_SECONDS)

    def _listen(self) -> None:
        loop = asyncio.get_running_loop()
        if self._ear is None or self._ear[0] is not loop:
            self._ear = loop, self.pgconn.socket
            loop.add_reader(self._ear[1], self._hear)

    def _hear(self) -> None:
        if self._waiter is None:  # The server says something by itself: it may be its last word.
            self._deafen()
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def _deafen(self) -> None:
        ear, self._ear = self._ear, None
        if ear is not None and not ear[0].is_closed():
            ear[0].remove_reader(ear[1])


def _going_on(gen: PQGen[Result], state: Wait) -> Generator[Wait, Ready | int, Result]:
    """Go on with what waits for `state` already."""
    try:
        while True:
            ready = yield state
            state = gen.send(ready)  # pyright: ignore[reportArgumentType]  # as its own waiting does
    except StopIteration as done:
        return done.value
