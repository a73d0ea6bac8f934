"""The application behind a real server, in this process."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import httpx2
from granian.server.embed import Server

from app.asgi import create_application
from app.config import Settings


@asynccontextmanager
async def serving(settings: Settings) -> AsyncIterator[str]:
    """Serve until the end of the block; gives the address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    granian = Server(create_application(settings), "127.0.0.1", port, interface="asgi")
    running = asyncio.create_task(granian.serve())
    address = f"http://127.0.0.1:{port}"
    async with httpx2.AsyncClient(base_url=address) as client:
        for _ in range(200):
            with suppress(httpx2.TransportError):
                if (await client.get("/healthz")).status_code == 200:
                    break
            await asyncio.sleep(0.02)
    yield address
    granian.stop()
    await running
