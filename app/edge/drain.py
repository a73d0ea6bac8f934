"""Emptying a process before it stops: whoever is connected for long is told to come back."""

import asyncio
import os
import signal
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

_LOOK_SECONDS = 0.5


class Drain:
    """Whether a process is being emptied: while the drain file exists, and once it is to stop."""

    def __init__(self, file: Path | None = None) -> None:
        """Begin without."""
        self._file = file
        self._is_stopping = self._was_seen = False
        self._heard_by: list[Callable[[], object]] = []
        self._empty: list[Callable[[], bool]] = []

    @property
    def is_on(self) -> bool:
        """Whether nobody new should stay."""
        return self._is_stopping or (self._file is not None and self._file.exists())

    def on_begin(self, send_away: Callable[[], object], is_empty: Callable[[], bool]) -> None:
        """Call `send_away` whenever draining begins; `is_empty` tells when all have left."""
        self._heard_by.append(send_away)
        self._empty.append(is_empty)

    def begin(self) -> None:
        """Send everybody away; the process is about to stop."""
        self._is_stopping = True
        self._tell()

    async def emptied(self, seconds: float) -> None:
        """Wait until all have left, but not longer."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not all(is_empty() for is_empty in self._empty):  # noqa: ASYNC110  # nothing rings when one leaves
                    await asyncio.sleep(0.02)

    @asynccontextmanager
    async def watched(self, seconds: float) -> AsyncGenerator[None, None]:
        """Look for the drain file, and let SIGTERM wait until all have left, or `seconds`."""
        looking = asyncio.create_task(self._look())
        _heed_termination(self, seconds)
        try:
            yield
        finally:
            looking.cancel()
            with suppress(asyncio.CancelledError):
                await looking

    async def _look(self) -> None:
        while True:
            is_there = self.is_on
            if is_there and not self._was_seen:
                self._tell()
            self._was_seen = is_there
            await asyncio.sleep(_LOOK_SECONDS)

    def _tell(self) -> None:
        for send_away in self._heard_by:
            send_away()


def _heed_termination(drain: Drain, seconds: float) -> None:
    """Put the emptying before what the server does at SIGTERM.

    The server drops its WebSockets at once. It does the same at SIGINT as at SIGTERM, so it is
    sent that one when they are closed. Where nobody heeds SIGTERM, nothing changes.
    """
    usual = signal.getsignal(signal.SIGTERM)
    if usual in {signal.SIG_DFL, signal.SIG_IGN, None}:
        return
    loop = asyncio.get_running_loop()
    stopping: list[asyncio.Task[None]] = []

    async def stop() -> None:
        drain.begin()
        await drain.emptied(seconds)
        os.kill(os.getpid(), signal.SIGINT)

    def begin() -> None:
        if not stopping:
            stopping.append(asyncio.create_task(stop()))

    loop.add_signal_handler(signal.SIGTERM, begin)
