"""Operations as server-sent events, as the `graphql-sse` client of a browser reads them."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2

from tests.support.patience import PATIENCE_SECONDS


class Stream:
    """One stream; what is no result, such as a heartbeat, is passed over."""

    def __init__(self, response: httpx2.Response) -> None:
        self.status, self._lines = response.status_code, response.aiter_lines()
        self._kind = ""

    async def next(self) -> dict[str, Any] | None:
        """The next result, none when the stream is complete or cut off."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            async for line in self._lines:
                name, _, value = line.partition(":")
                if name == "event":
                    self._kind = value.strip()
                    if self._kind == "complete":
                        return None
                elif name == "data" and self._kind == "next":
                    return json.loads(value)
        return None


@asynccontextmanager
async def events(
    http: httpx2.AsyncClient, token: str | None, body: dict[str, Any]
) -> AsyncIterator[Stream]:
    """Follow an operation."""
    headers = {"accept": "text/event-stream"}
    if token:
        headers["authorization"] = f"Bearer {token}"
    async with http.stream("POST", "/graphql", json=body, headers=headers) as response:
        yield Stream(response)


async def streamed(
    http: httpx2.AsyncClient, token: str | None, body: dict[str, Any]
) -> list[dict[str, Any]]:
    """All results of an operation that ends by itself."""
    async with events(http, token, body) as stream:
        found: list[dict[str, Any]] = []
        while (result := await stream.next()) is not None:
            found.append(result)
        return found
