"""A real HTTP receiver of webhooks, that answers as a test tells it."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

CRLF = b"\r\n"
OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"


def answer(status: int, body: bytes = b"", *headers: str) -> bytes:
    """An answer as it goes over the wire."""
    lines = [f"HTTP/1.1 {status} Said", f"content-length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


@dataclass(frozen=True)
class Received:
    """One message as it came."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def message(self) -> dict[str, Any]:
        return json.loads(self.body)

    @property
    def subject(self) -> dict[str, Any]:
        return self.message["data"]


Respond = Callable[["Received"], Awaitable[bytes]]


@dataclass
class Receiver:
    """Keeps what it gets; `answers` are given one after the other, then 200 for ever.

    `respond` may take its time, or for ever. Who does not let close waits for the sender to do so.
    """

    port: int = 0
    received: list[Received] = field(default_factory=list)
    answers: list[bytes] = field(default_factory=list)
    respond: Respond | None = None
    lets_close: bool = True
    open: set[asyncio.StreamWriter] = field(default_factory=set)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook?of=east"

    @property
    def states(self) -> list[str]:
        """What orders looked like, in the order in which they were told."""
        return [each.subject["state"] for each in self.received]

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.open.add(writer)
        try:
            received = await _read(reader)
            self.received.append(received)
            writer.write(await self._answer(received))
            await writer.drain()
            if not self.lets_close:
                await reader.read()
        except (ConnectionError, asyncio.IncompleteReadError):
            return  # The sender has lost patience, as tests want it to.
        finally:
            self.open.discard(writer)
            writer.close()

    async def _answer(self, received: Received) -> bytes:
        if self.respond is not None:
            return await self.respond(received)
        return self.answers.pop(0) if self.answers else OK


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    """Listen until the block ends."""
    receiver = Receiver()
    server = await asyncio.start_server(receiver.handle, "127.0.0.1", 0)
    receiver.port = server.sockets[0].getsockname()[1]
    try:
        yield receiver
    finally:
        server.close()
        for writer in list(receiver.open):
            writer.transport.abort()
        await server.wait_closed()


async def _read(reader: asyncio.StreamReader) -> Received:
    head = (await reader.readuntil(CRLF * 2)).decode().split("\r\n")
    headers = {
        name.lower(): value.strip() for name, _, value in (each.partition(":") for each in head[1:])
    }
    body = await reader.readexactly(int(headers["content-length"]))
    return Received(head[0].split(" ")[1], headers, body)
