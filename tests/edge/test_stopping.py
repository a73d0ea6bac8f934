"""A server that is told to stop lets go of its WebSockets in good order first."""

import asyncio
import os
import signal
import sys
from contextlib import asynccontextmanager

import httpx2
import pytest

from tests.support.patience import PATIENCE_SECONDS, until
from tests.support.ports import held_port
from tests.support.sockets import socket


@asynccontextmanager
async def a_server(settings, **variables):
    """The application as it is run in earnest: processes of granian's own, by its command."""
    with held_port() as port:
        command = [sys.executable, "-m", "granian", "--interface", "asgi", "--factory"]
        command += ["--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
        told = {"TRIBUTARY_APP_URL": settings.database_url, "TRIBUTARY_SECRET": settings.secret}
        process = await asyncio.create_subprocess_exec(
            *command,
            "app.asgi:create_application",
            env={**os.environ, **told, **variables},
            stdout=asyncio.subprocess.DEVNULL,
        )
        address = f"http://127.0.0.1:{port}"
        try:
            async with httpx2.AsyncClient(base_url=address) as client:
                await until(lambda: _is_well(client, process))
            yield process, address
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()


async def _is_well(client, process):
    assert process.returncode is None, "the server ended before it served"
    try:
        return (await client.get("/healthz")).status_code == 200
    except httpx2.TransportError:
        return False


@pytest.mark.skipif(sys.platform == "win32", reason="has no SIGTERM")
async def test_a_server_that_is_to_stop_closes_its_sockets_with_a_code_to_come_back(
    settings, world
):
    person = await world.member(await world.organisation("Shop"), "BUYER")
    async with (
        a_server(settings) as (process, address),
        socket(address, person.token) as client,
    ):
        await client.subscribe("subscription { notificationReceived { id } }")

        process.send_signal(signal.SIGTERM)

        assert await client.close_code() == 1012
        async with asyncio.timeout(PATIENCE_SECONDS):
            assert await process.wait() == 0


@pytest.mark.skipif(sys.platform == "win32", reason="has no SIGTERM")
async def test_a_server_without_sockets_stops_at_once(settings):
    async with a_server(settings) as (process, _):
        process.send_signal(signal.SIGTERM)

        async with asyncio.timeout(PATIENCE_SECONDS):
            assert await process.wait() == 0
