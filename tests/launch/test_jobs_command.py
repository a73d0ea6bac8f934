"""`tributary jobs dead …`: for whoever runs the installation, over all networks."""

import asyncio
import json

import pytest
from typer.testing import CliRunner

from app.kernel.ids import new_id
from app.tenants.operations import tenant_of
from launch.cli import tributary
from launch.jobs import DeadJobUnknown
from tests.support.jobs import dead_job
from tests.support.world import World

runner = CliRunner()


@pytest.fixture(autouse=True)
def _installation(monkeypatch, access) -> None:
    monkeypatch.setenv("TRIBUTARY_APP_URL", access.app_dsn)


async def slug_of(world: World) -> str:
    return (await world.run(tenant_of)).slug


async def run(*words: str):
    """Run a command in a thread of its own, as it brings its own event loop."""
    return await asyncio.to_thread(runner.invoke, tributary, ["jobs", "dead", *words])


async def listed(*words: str) -> list[dict]:
    said = (await run("list", "--json", *words)).stdout
    # The server of the tests, in this same process, may log a request meanwhile.
    ours = [line for line in said.splitlines() if not line.startswith('{"time":')]
    return json.loads("\n".join(ours))


async def test_dead_jobs_of_all_networks_are_listed_or_of_one(world, database, http, settings):
    other = await World.create(database, http, settings)
    ours, theirs = [str(await dead_job(each, error="Broken pipe")) for each in (world, other)]

    everywhere = {job["id"]: job for job in await listed()}
    here = await listed("--network", await slug_of(world))

    assert {ours, theirs} <= set(everywhere)
    assert [job["id"] for job in here] == [ours]
    assert here[0]["error"] == "Broken pipe"
    told = await run("show", ours)
    assert (told.exit_code, everywhere[theirs]["network"]) == (0, await slug_of(other))


async def test_a_replayed_and_a_dropped_job_are_dead_no_more(world):
    slug = await slug_of(world)
    first, second, third = [str(await dead_job(world)) for _ in range(3)]

    replayed = await run("replay", first)
    dropped = await run("drop", second)
    left = await listed("--network", slug)
    everything = await run("replay", "--all", "--network", slug)

    assert (replayed.exit_code, dropped.exit_code, everything.exit_code) == (0, 0, 0)
    assert [job["id"] for job in left] == [third]
    assert await listed("--network", slug) == []


async def test_a_job_that_is_not_there_is_said_to_be_so(world):
    unknown = str(new_id())

    answer = await run("replay", unknown)

    assert isinstance(answer.exception, DeadJobUnknown)
    assert unknown in str(answer.exception)


async def test_naming_nothing_does_nothing(world):
    letter = str(await dead_job(world))

    answer = await run("replay")

    assert answer.exit_code == 2
    assert [job["id"] for job in await listed("--network", await slug_of(world))] == [letter]
