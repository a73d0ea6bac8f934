"""A client of graphql-transport-ws, as a browser speaks it."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed


class Socket:
    """One connection; every message must be a text frame."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection

    async def send(self, **message: Any) -> None:
        await self._connection.send(json.dumps(message))

    async def receive(self, seconds: float = 5) -> dict[str, Any]:
        async with asyncio.timeout(seconds):
            frame = await self._connection.recv()
        assert isinstance(frame, str)
        return json.loads(frame)

    async def subscribe(self, document: str, id: str = "1") -> None:
        """Subscribe, and wait until the stream has begun to listen."""
        await self.send(id=id, type="subscribe", payload={"query": document})
        await asyncio.sleep(0.15)

    async def next(self, seconds: float = 5) -> dict[str, Any]:
        """The next event's data."""
        message = await self.receive(seconds)
        assert message["type"] == "next", message
        assert "errors" not in message["payload"], message
        return message["payload"]["data"]

    async def close_code(self, seconds: float = 5, *, answers: bool = False) -> int:
        """The code with which the server closes, whatever it says before; `answers` with pongs."""
        with suppress(ConnectionClosed):
            async with asyncio.timeout(seconds):
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
