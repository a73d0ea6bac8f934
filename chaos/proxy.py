"""A proxy between two who talk over TCP, that cuts, delays, falls silent and swallows answers."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Self

from chaos.wire import Watch

HOST = "127.0.0.1"
_CHUNK = 1 << 16
Reach = Callable[[], Awaitable[tuple[asyncio.StreamReader, asyncio.StreamWriter]]]


@dataclass(eq=False)
class Passage:
    """One connection through the proxy, from the one who called to the one who was called."""

    caller: asyncio.StreamWriter
    called: asyncio.StreamWriter
    watch: Watch
    swallows: bool = False
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    loud: asyncio.Event = field(default_factory=asyncio.Event)

    def cut(self) -> None:
        """End both connections at once, as a crash or a firewall does."""
        self.ended.set()
        for writer in (self.caller, self.called):
            writer.transport.abort()

    def fall_silent(self) -> None:
        """Keep both connections open and pass nothing on any more."""
        self.loud.clear()


class Proxy:
    """Passes on what callers and called say, until it is told otherwise."""

    def __init__(self, reach: Reach, watch: Callable[[], Watch]) -> None:
        """Reach the called party anew for each caller."""
        self.delay = 0.0
        self.armed = 0
        self.swallowed = 0
        self._reach, self._watch = reach, watch
        self._passages: set[Passage] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def start(self) -> Self:
        """Listen on a port of the system's choice."""
        self._server = await asyncio.start_server(self._pass_on, HOST, 0)
        return self

    @property
    def port(self) -> int:
        """Where it listens."""
        assert self._server is not None
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    @property
    def open(self) -> Sequence[Passage]:
        """The connections through it, the oldest first."""
        return [passage for passage in self._passages if not passage.ended.is_set()]

    def cut(self, passages: Iterable[Passage]) -> int:
        """Cut connections; returns how many."""
        chosen = list(passages)
        for passage in chosen:
            passage.cut()
        return len(chosen)

    def silence(self, passages: Iterable[Passage]) -> int:
        """Let connections fall silent for ever; returns how many."""
        chosen = list(passages)
        for passage in chosen:
            passage.fall_silent()
        return len(chosen)

    async def stop(self) -> None:
        """End everything."""
        if self._server is not None:
            self._server.close()
        self.cut(list(self._passages))
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            await self._connect(reader, writer)
        except asyncio.CancelledError:
            writer.transport.abort()
        finally:
            self._tasks.discard(task)

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            answers, called = await self._reach()
        except OSError:  # Nobody is there: the caller learns it as it would without us.
            writer.transport.abort()
            return
        passage = Passage(writer, called, self._watch())
        passage.loud.set()
        self._passages.add(passage)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._there(passage, reader))
                group.create_task(self._back(passage, answers))
        finally:
            passage.cut()
            self._passages.discard(passage)

    async def _there(self, passage: Passage, reader: asyncio.StreamReader) -> None:
        with suppress(OSError):
            while data := await reader.read(_CHUNK):
                await self._hold(passage)
                if passage.watch(data) and self.armed > 0:
                    self.armed -= 1
                    passage.swallows = True
                passage.called.write(data)
                await passage.called.drain()
        passage.cut()

    async def _back(self, passage: Passage, answers: asyncio.StreamReader) -> None:
        with suppress(OSError):
            while data := await answers.read(_CHUNK):
                await self._hold(passage)
                if passage.swallows:
                    self.swallowed += 1
                    break
                passage.caller.write(data)
                await passage.caller.drain()
        passage.cut()

    async def _hold(self, passage: Passage) -> None:
        if self.delay:
            await asyncio.sleep(self.delay)
        if not passage.loud.is_set():
            await passage.ended.wait()
