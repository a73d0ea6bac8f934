"""A client of graphql-transport-ws, as a browser speaks it."""

import asyncio
import gc
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any
from uuid import UUID

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from app.schema.events import EventHub
from tests.support.patience import PATIENCE_SECONDS, until


class Socket:
    """One connection; every message must be a text frame."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection

    async def send(self, **message: Any) -> None:
        await self._connection.send(json.dumps(message))

    async def frame(self, seconds: float | None = PATIENCE_SECONDS) -> dict[str, Any]:
        """The next message, whatever it is."""
        async with asyncio.timeout(seconds):
            frame = await self._connection.recv()
        assert isinstance(frame, str)
        return json.loads(frame)

    async def receive(self, seconds: float | None = PATIENCE_SECONDS) -> dict[str, Any]:
        """The next message that is no ping; pings come in every silence and are answered."""
        async with asyncio.timeout(seconds):
            while (message := await self.frame(None))["type"] == "ping":
                await self.send(type="pong")
        return message

    async def subscribe(self, document: str, id: str = "1") -> None:
        """Subscribe; whether the stream has begun to listen, `listeners_become` tells."""
        await self.send(id=id, type="subscribe", payload={"query": document})

    async def next(self, seconds: float | None = PATIENCE_SECONDS) -> dict[str, Any]:
        """The next event's data; without a number of seconds it may take for ever."""
        message = await self.receive(seconds)
        assert message["type"] == "next", message
        assert "errors" not in message["payload"], message
        return message["payload"]["data"]

    async def result(self) -> dict[str, Any]:
        """What comes next, whether it is an answer or says why there is none."""
        while (message := await self.receive())["type"] == "ping":
            await self.send(type="pong")
        assert message["type"] in {"next", "error"}, message
        payload = message["payload"]
        return {"errors": payload} if message["type"] == "error" else payload

    async def close_code(self, *, answers: bool = False) -> int:
        """The code with which the server closes, whatever it says before; `answers` with pongs."""
        with suppress(ConnectionClosed):
            async with asyncio.timeout(PATIENCE_SECONDS):
                while True:
                    await self._connection.recv()
                    if answers:
                        await self.send(type="pong")
        return self._connection.close_code

    async def error_code(self) -> str:
        """The code of the error that comes next, before or amid the stream."""
        payload = (await self.receive())["payload"]
        errors = payload if isinstance(payload, list) else payload["errors"]
        return errors[0]["extensions"]["code"]


@asynccontextmanager
async def socket(server: str, token: str | None) -> AsyncIterator[Socket]:
    """A connection that is initialised with a token."""
    address = f"{server.replace('http', 'ws', 1)}/graphql"
    async with connect(address, subprotocols=["graphql-transport-ws"]) as connection:
        opened = Socket(connection)
        payload = {"authorization": f"Bearer {token}"} if token else {}
        await opened.send(type="connection_init", payload=payload)
        assert (await opened.receive())["type"] == "connection_ack"
        yield opened


def event_hubs() -> list[EventHub]:
    """Those of the server, which runs in this process."""
    gc.unfreeze()  # A server that has started sets aside what lives as long as itself.
    return [item for item in gc.get_objects() if type(item) is EventHub]


async def listeners_become(tenant_id: UUID, number: int) -> None:
    """Wait until so many streams listen to a tenant: what is told earlier they do not hear."""
    hubs = event_hubs()

    async def are_so_many() -> bool:
        return sum(hub.listeners_of(tenant_id) for hub in hubs) == number

    await until(are_so_many)
