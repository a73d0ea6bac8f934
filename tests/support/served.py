"""A server of its own for a test that needs other settings than all the rest."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2

from app.config import Settings
from tests.support.serving import serving


@asynccontextmanager
async def served(settings: Settings) -> AsyncIterator[httpx2.AsyncClient]:
    """Serve the application over real HTTP, in this process."""
    async with (
        serving(settings) as address,
        httpx2.AsyncClient(base_url=address, timeout=120) as client,
    ):
        yield client
