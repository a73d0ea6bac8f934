"""The application spoken to within this process: no socket, no server, the whole of its layers."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from app.asgi import create_application
from app.config import Settings
from tests.support.world import Answer


class Inside:
    """Asks an application that has started."""

    def __init__(self, application: Any) -> None:
        self._application = application

    async def ask(self, text: str, token: str | None, variables: Mapping[str, Any]) -> Answer:
        """Send one GraphQL operation."""
        payload = json.dumps({"query": text, "variables": variables}).encode()
        status, body = await self._send("POST", "/graphql", token, payload)
        return Answer(status, json.loads(body))

    async def fetch(self, path: str) -> tuple[int, bytes]:
        """Get what lies behind an address of ours."""
        return await self._send("GET", path, None, b"")

    async def _send(
        self, method: str, path: str, token: str | None, payload: bytes
    ) -> tuple[int, bytes]:
        headers = [(b"content-type", b"application/json"), (b"accept", b"application/json")]
        if token:
            headers.append((b"authorization", f"Bearer {token}".encode()))
        status, parts = 0, list[bytes]()
        has_asked = False

        async def receive() -> dict[str, Any]:
            nonlocal has_asked
            if has_asked:
                await asyncio.Event().wait()
            has_asked = True
            return {"type": "http.request", "body": payload, "more_body": False}

        async def send(message: Mapping[str, Any]) -> None:
            nonlocal status
            status = message.get("status", status)
            parts.append(message.get("body", b""))

        await self._application(_scope(method, path, headers), receive, send)
        return status, b"".join(parts)


def _scope(method: str, path: str, headers: list[tuple[bytes, bytes]]) -> dict[str, Any]:
    return {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
        "headers": headers,
    }


@asynccontextmanager
async def inside(settings: Settings) -> AsyncIterator[Inside]:
    """Start an application of this process's own, and end it with the block."""
    application = create_application(replace(settings, request_log=False))
    wanted: asyncio.Queue[str] = asyncio.Queue()
    told: asyncio.Queue[str] = asyncio.Queue()

    async def receive() -> dict[str, str]:
        return {"type": await wanted.get()}

    async def send(message: Mapping[str, Any]) -> None:
        await told.put(message["type"])

    async def live() -> None:
        await application({"type": "lifespan", "asgi": {"version": "3.0"}}, receive, send)

    living = asyncio.create_task(live())
    for step in ("startup", "shutdown"):
        await wanted.put(f"lifespan.{step}")
        assert await told.get() == f"lifespan.{step}.complete"
        if step == "startup":
            try:
                yield Inside(application)
            except BaseException:
                living.cancel()
                raise
    await living
