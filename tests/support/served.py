"""A server of its own for a test that needs other settings than all the rest."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import httpx2
from granian.server.embed import Server

from app.asgi import create_application
from app.config import Settings


@asynccontextmanager
async def served(settings: Settings) -> AsyncIterator[httpx2.AsyncClient]:
    """Serve the application over real HTTP, in this process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    granian = Server(create_application(settings), "127.0.0.1", port, interface="asgi")
    serving = asyncio.create_task(granian.serve())
    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
        for _ in range(200):
            with suppress(httpx2.TransportError):
                if (await client.get("/healthz")).status_code == 200:
                    break
            await asyncio.sleep(0.02)
        yield client
    granian.stop()
    await serving
