"""The application behind a real server, in this process."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
from granian.server.embed import Server

from app.asgi import create_application
from app.config import Settings
from tests.support.patience import until
from tests.support.ports import held_port


@asynccontextmanager
async def serving(settings: Settings) -> AsyncIterator[str]:
    """Serve until the end of the block; gives the address."""
    with held_port() as port:
        granian = Server(create_application(settings), "127.0.0.1", port, interface="asgi")
        running = asyncio.create_task(granian.serve())
        address = f"http://127.0.0.1:{port}"
        try:
            await until(lambda: _is_alive(address, running))
            yield address
        finally:
            granian.stop()
            await running


async def _is_alive(address: str, running: asyncio.Task[None]) -> bool:
    assert not running.done(), "the server ended before it served"
    async with httpx2.AsyncClient(base_url=address) as client:
        try:
            return (await client.get("/healthz")).status_code == 200
        except httpx2.TransportError:
            return False
