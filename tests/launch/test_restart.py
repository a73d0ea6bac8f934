"""The web processes are replaced while people work: nobody is refused."""

import asyncio
import os
import sys
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
import psutil
import pytest

from launch.processes import Process
from launch.restarting import NotReplaced, NotServing, restart
from launch.settings import LaunchSettings
from launch.stack import await_health, web_server
from tests.support.chain import Chain
from tests.support.patience import PATIENCE_SECONDS
from tests.support.ports import held_port
from tests.support.sockets import socket
from tests.support.world import gid

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="asks for one queue of connections")
SET = "mutation ($input: SetCartLineInput!) { setCartLine(input: $input) { __typename } }"


@asynccontextmanager
async def web(tmp_path: Path, access, settings):
    """The web server as the launcher runs it, on the database of all tests."""
    with held_port() as port:
        told = {"TRIBUTARY_DATA": str(tmp_path), "TRIBUTARY_PORT": str(port)}
        asked = LaunchSettings.read(told)
        own = {"TRIBUTARY_SECRET": settings.secret, "TRIBUTARY_REQUEST_LOG": "off"}
        own |= {f"TRIBUTARY_LIMIT_{name}_BURST": "1000000000" for name in ("USER", "TENANT")}
        process = web_server(asked, access.app_dsn, tmp_path / "log", more=own)
        process.start()
        try:
            await asyncio.to_thread(await_health, process, asked)
            yield process, f"http://127.0.0.1:{port}"
        finally:
            process.stop()


def workers_of(process: Process) -> set[int]:
    return {child.pid for child in psutil.Process(process.pid).children()}


@asynccontextmanager
async def people_at_work(address: str, person, wish, refused, told_to_leave):
    """Have clients write without a pause, on connections kept and on new ones."""
    is_over = asyncio.Event()
    asked = {"query": SET, "variables": {"input": wish}}
    headers = {"Authorization": f"Bearer {person.token}"}

    async def go_on(client: httpx2.AsyncClient) -> None:
        try:
            answer = await client.post("/graphql", json=asked, headers=headers)
        except httpx2.TransportError as failed:
            refused.append(failed)
        else:
            if answer.json().get("data") != {"setCartLine": {"__typename": "Cart"}}:
                refused.append(answer.text)
            if answer.headers.get("connection") == "close":
                told_to_leave.append(client)

    async def keeping() -> None:
        async with httpx2.AsyncClient(base_url=address, timeout=PATIENCE_SECONDS) as client:
            while not is_over.is_set():
                await go_on(client)

    async def coming() -> None:
        while not is_over.is_set():
            async with httpx2.AsyncClient(base_url=address, timeout=PATIENCE_SECONDS) as client:
                await go_on(client)

    tasks = [asyncio.create_task(one()) for one in (keeping, keeping, coming, coming)]
    try:
        yield
    finally:
        is_over.set()
        await asyncio.gather(*tasks)


async def test_web_processes_are_replaced_and_nobody_is_refused(tmp_path, access, settings, world):
    chain = await Chain.create(world)
    person = await world.member(chain.retailer, "BUYER")
    wish = {"relationshipId": gid("TradingRelationship", chain.downstream)}
    wish |= {"skuId": gid("Sku", chain.sku), "quantity": "1", "packagingLevel": "CASE"}
    refused: list[object] = []
    told_to_leave: list[object] = []
    async with (
        web(tmp_path, access, settings) as (process, address),
        people_at_work(address, person, wish, refused, told_to_leave),
        socket(address, person.token) as live,
    ):
        await live.subscribe("subscription { notificationReceived { id } }")
        before = workers_of(process)

        await asyncio.to_thread(restart, tmp_path, 1)

        assert await live.close_code() == 1012
        assert len(workers_of(process) - before) == len(before) == 1
        assert not before & workers_of(process)
        async with socket(address, person.token) as again:
            await again.subscribe("subscription { notificationReceived { id } }")
    assert not refused
    assert told_to_leave, "nobody was told to open another connection"


def test_restart_without_a_server_says_so(tmp_path):
    with pytest.raises(NotServing, match="TRIBUTARY_DATA"):
        restart(tmp_path, 1)
    (tmp_path / "web.pid").write_text(str(os.getpid()))
    with pytest.raises(NotServing):
        restart(tmp_path, 1)


async def test_new_process_that_does_not_come_up_leaves_the_old_one_serving(tmp_path):
    (tmp_path / "sample.py").write_text(SAMPLE)
    with held_port() as port:
        asked = LaunchSettings.read({"TRIBUTARY_DATA": str(tmp_path), "TRIBUTARY_PORT": str(port)})
        more = {"PYTHONPATH": str(tmp_path)}
        process = web_server(asked, "postgresql://", tmp_path / "log", "sample:create", more)
        process.start()
        try:
            await asyncio.to_thread(await_health, process, asked)
            before = workers_of(process)
            (tmp_path / "sample.py").write_text("raise RuntimeError('half a release')")

            with pytest.raises(NotReplaced, match="old ones go on"):
                await asyncio.to_thread(restart, tmp_path, 1)

            assert workers_of(process) == before
            assert httpx2.get(f"http://127.0.0.1:{port}/readyz").status_code == 200
            (tmp_path / "sample.py").write_text(SAMPLE)
            await asyncio.to_thread(restart, tmp_path, 1)
            assert not workers_of(process) & before
        finally:
            process.stop()


SAMPLE = """
def create():
    async def application(scope, receive, send):
        if scope["type"] == "lifespan":
            for step in ("startup", "shutdown"):
                await receive()
                await send({"type": f"lifespan.{step}.complete"})
            return
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"ok"})

    return application
"""
