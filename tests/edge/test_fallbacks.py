"""Operations that the compiled executor leaves to the plain one are seen from outside."""

from dataclasses import replace

import pytest

from tests.support.served import served
from tests.support.world import World

TOKEN = "a token for metrics"
CONDITION = "query($hidden: Boolean = false) { viewer { __typename name @skip(if: $hidden) } }"
COMPILED = "query($hidden: Boolean!) { viewer { __typename name @skip(if: $hidden) } }"


@pytest.fixture(scope="module")
async def metered(settings):
    async with served(replace(settings, metrics_token=TOKEN)) as http:
        yield http


@pytest.fixture
async def person(metered, database, settings):
    world = await World.create(database, metered, settings)
    return await world.member(await world.organisation("Shop"), "BUYER")


async def counted(http) -> dict[str, float]:
    """How many were left to the plain executor, by reason."""
    page = await http.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})
    lines = [line.rsplit(" ", 1) for line in page.text.splitlines()]
    return {name: float(value) for name, value in lines if name.startswith("tributary_fallbacks_t")}


async def test_what_the_plain_executor_runs_shows_in_the_metrics_with_its_reason(metered, person):
    before = await counted(metered)

    for hidden in (True, False):
        for document in (CONDITION, COMPILED):
            assert (await person.ask(document, hidden=hidden)).error_codes == []

    name = 'tributary_fallbacks_total{reason="condition that may be null"}'
    assert await counted(metered) == before | {name: before.get(name, 0) + 2}
