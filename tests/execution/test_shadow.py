import asyncio
import gc
import warnings

import pytest
from graphql import build_schema, execute, parse

from app.execution.failures import Failures
from tests.support.shadow import finished


async def test_a_query_is_asked_of_both_executors(world, shadow):
    before = shadow.compared

    await world.ask("{ viewer { name } }")

    assert shadow.compared == before + 1


async def test_a_disagreement_is_noted_with_its_query(world, shadow, monkeypatch):
    monkeypatch.setattr(Failures, "visible", lambda *_: [])

    await world.ask("{ viewer { name roles } }")

    (noted,) = shadow.disagreements
    shadow.disagreements.clear()
    assert "{ viewer { name roles } }" in noted


async def test_a_mutation_is_done_once(world, shadow):
    before = shadow.compared

    await world.ask("mutation { signOut { __typename } }")

    assert shadow.compared == before


async def test_statements_of_the_second_run_are_not_counted(world, statements):
    boss = await world.member(await world.organisation("Brand"), "ENTERPRISE_ADMIN")
    await boss.ask("{ viewer { name } }")

    with statements.counting() as sent:
        await boss.ask("{ viewer { name } }")

    assert len(sent) == 3  # begin, who acts, commit


@pytest.mark.parametrize("ticks", range(1, 6))
async def test_a_second_run_whose_asker_leaves_drops_nothing_that_it_has_not_begun(ticks):
    class Node:
        async def node(self, _info):
            return self

        async def name(self, _info):
            return "Shop"

    schema = build_schema("type Query { node: Query name: String }")
    query = parse("{ a: node { b: node { name } c: name } d: node { name } name }")
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        asking = asyncio.create_task(finished(execute(schema, query, Node())))
        for _ in range(ticks):
            await asyncio.sleep(0)
        asking.cancel()
        await asyncio.wait([asking])
        gc.collect()

    assert not [str(each.message) for each in warned if "never awaited" in str(each.message)]
