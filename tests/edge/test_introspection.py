"""The schema is told from memory; what has to be worked out is charged in full."""

import pytest
from graphql import get_introspection_query

from app.edge.cost import appraising
from app.edge.introspection import Introspecting, Introspections
from app.edge.limits import Limits
from app.edge.plans import PlainPlan, core_schema
from app.edge.preparing import Prepare
from app.execution import Compiler
from app.schema.root import build_schema

WHOLE = get_introspection_query()
KIND = "query Kind($n: String!) { __type(name: $n) { name } }"


@pytest.fixture(scope="module")
def schema():
    return build_schema()


@pytest.fixture
def prepare(schema):
    appraise = appraising(core_schema(schema), Limits())
    return Prepare(schema, compiler=Compiler(schema), appraise=appraise)


@pytest.fixture
def runs(monkeypatch):
    """The variables of what graphql-core has really run."""
    seen = []
    run = PlainPlan.run

    async def noted(self, context, variables, root_value=None):
        seen.append(variables)
        return await run(self, context, variables, root_value)

    monkeypatch.setattr(PlainPlan, "run", noted)
    return seen


async def answered(prepare, text, variables=None):
    return await prepare(text, None).plan.run(None, variables)


async def test_the_same_question_is_worked_out_once(prepare, runs):
    for text in (WHOLE, WHOLE, WHOLE.replace("  ", " ") + "# written by another client"):
        await answered(prepare, text)

    assert len(runs) == 1


async def test_other_variables_are_another_question(prepare, runs):
    for name in ("Order", "Sku", "Order"):
        await answered(prepare, KIND, {"n": name})

    assert [given["n"] for given in runs] == ["Order", "Sku"]


async def test_variables_that_nobody_declared_are_no_part_of_the_question(prepare, runs):
    for number in range(3):
        await answered(prepare, KIND, {"n": "Order", "salt": number})

    assert len(runs) == 1


async def test_another_name_in_the_question_is_another_question(prepare, runs):
    for name in ("a", "b"):
        await answered(prepare, f'{{ {name}: __type(name: "Order") {{ name }} }}')

    assert len(runs) == 2


async def test_what_is_wrong_is_not_remembered(prepare, runs):
    for _ in range(2):
        ran = await answered(prepare, KIND, {"n": 1})

        assert ran.data is None
        assert ran.errors

    assert len(runs) == 2


@pytest.mark.parametrize(
    "text",
    [
        "{ __schema { queryType { name } } viewer { name } }",
        "{ ...A } fragment A on Query { __schema { queryType { name } } viewer { name } }",
    ],
)
def test_what_asks_for_more_than_the_schema_is_never_remembered(prepare, text):
    prepared = prepare(text, None)

    assert isinstance(prepared.plan, PlainPlan)
    assert not isinstance(prepared.plan, Introspecting)


async def test_a_question_costs_in_full_once_and_then_what_sending_it_costs(world):
    first, second = [(await world.ask(WHOLE)).body for _ in range(2)]

    assert first["data"] == second["data"]
    costs = [answer["extensions"]["cost"] for answer in (first, second)]
    assert costs[0]["actual"] in {costs[0]["requested"], costs[1]["actual"]}
    assert costs[1]["actual"] < costs[1]["requested"] / 10


async def test_the_first_who_asks_pays_for_it(prepare):
    prepared = prepare(WHOLE, None)

    first, second = [await prepared.plan.run(None, None) for _ in range(2)]

    assert prepared.cost.actual(first.spent, None) == prepared.cost.requested(None) > 10_000
    assert prepared.cost.actual(second.spent, None) < prepared.cost.requested(None) / 10


def test_answers_are_few_and_not_too_long():
    by_number = Introspections(most_answers=2)
    by_bytes = Introspections(most_bytes=25)

    for kept in (by_number, by_bytes):
        for name in "abc":
            kept.keep((name, None, b"{}"), b"0123456789")
            kept.find(("a", None, b"{}"))

        assert len(kept) == 2
        assert kept.find(("b", None, b"{}")) is None
        assert kept.find(("a", None, b"{}")) == b"0123456789"


async def test_an_operation_left_to_the_plain_executor_is_charged_what_it_asked_for(world):
    document = "query($s: Boolean = false) { viewer { name @skip(if: $s) } __typename }"

    answer = await world.ask(document, s=True)

    cost = answer.body["extensions"]["cost"]
    assert cost["actual"] == cost["requested"]
