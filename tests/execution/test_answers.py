import asyncio
from inspect import isawaitable

import pytest
from graphql import execute, parse
from strawberry.execution import optimized_is_awaitable
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from app.execution import running
from tests.execution.small_schema import GRAPHQL, Seen, compiled, page, run, run_plainly
from tests.support.agreement import disagreement

ALIKE = {
    "scalars, enums and dates": "{ pages { number text price at colour words __typename } }",
    "global ids": "{ pages { id other: id } nodes { id } }",
    "connections": "{ book { edges { cursor node { number } } pageInfo { endCursor } } }",
    "methods and arguments": "{ pages(first: 3) { length other: length(times: 5) place } }",
    "batches": "{ pages { notes { of } few: notes(first: 1) { rank } } }",
    "unions": '{ turned(how: "x") { __typename ... on Page { number } ... on Late { reason } } }',
    "interfaces": "{ nodes { ... on Node { id } ... on Page { number notes { rank } } } }",
    "a handled exception": '{ turn(wish: {amount: "9"}) { ... on Late { reason } } }',
    "lists of lists": "{ letters }",
    "lists that come later": "{ coming }",
    "merged fields": "{ pages { id } ...F pages { text } } fragment F on Query { pages { at } }",
    "nothing selected of a type": "{ nodes { ... on Page { __typename } } }",
    "a denied field": "{ pages { number denied } }",
    "nulls and wrong values in a list": "{ torn { number words } }",
    "a batch that fails": "{ pages { number broken } }",
    "a batch that answers too few": "{ pages { short } }",
    "an error far below": "{ pages(first: 3) { number notes { rank sure } } }",
    "an argument that is no id": '{ turn(wish: {pageId: "no"}) { ... on Page { number } } }',
    "an exception that no handler takes": '{ turned(how: "late") { ... on Late { reason } } }',
    "mutations": 'mutation { a: write(word: "x") { at } b: write(word: "y") { id } }',
}


@pytest.mark.parametrize("case", ALIKE)
async def test_an_operation_is_answered_as_graphql_core_does(case):
    ran, _ = await run(ALIKE[case])
    plain, _ = await run_plainly(ALIKE[case])

    assert disagreement((ran.data, ran.errors), (plain.data, plain.errors or [])) is None


@pytest.mark.parametrize(
    "selection", ["id number notes { of }", "broken number", "sure: number notes { rank sure }"]
)
@pytest.mark.parametrize("event", [page(3), None, LookupError("lost"), "no page"])
async def test_what_is_selected_of_an_event_is_answered_as_graphql_core_does(selection, event):
    text = f"subscription($after: Int!) {{ written(after: $after) {{ {selection} }} }}"
    compiled_run = compiled(text).run(Seen(), {"after": 2}, event)
    plain_run = execute(
        GRAPHQL,
        parse(text),
        event,
        Seen(),
        {"after": 2},
        is_awaitable=optimized_is_awaitable,
        executor_class=StrawberryGraphQLCoreExecutionContext,
    )

    ran, plain = await compiled_run, await plain_run if isawaitable(plain_run) else plain_run

    assert disagreement((ran.data, ran.errors), (plain.data, plain.errors or [])) is None


async def test_a_null_bubbles_to_the_nearest_place_that_may_be_null():
    ran, _ = await run("{ torn { number words } }")

    assert ran.data == {"torn": [{"number": 0, "words": ["a", "b"]}, None, None, None]}
    assert [error.path for error in ran.errors] == [["torn", 2, "number"], ["torn", 3, "words", 1]]


async def test_one_error_is_told_for_each_null_and_none_for_what_is_hidden():
    ran, _ = await run("{ pages { broken notes { sure } } }")

    assert ran.data is None
    assert [error.path for error in ran.errors] == [["pages", 1, "notes", 0, "sure"]]


async def test_no_resolver_runs_twice_when_something_fails():
    _, seen = await run("{ pages { broken place notes { sure } } }")

    assert len(seen.calls) == len({str(call) for call in seen.calls}) + 1  # `place` of two pages
    assert seen.calls.count("broken") == 1


async def test_a_batch_is_called_once_for_all_objects_of_a_position():
    _, seen = await run("{ book { edges { node { notes(first: 1) { of } } } } }")

    assert seen.calls == [("notes", 3, 1)]


async def test_a_batch_is_never_called_without_objects():
    _, seen = await run("{ pages(first: 0) { notes { of } } }")

    assert seen.calls == []


async def test_a_method_learns_its_exact_path():
    ran, _ = await run("{ book { edges { node { here: place } } } }")

    places = [edge["node"]["here"] for edge in ran.data["book"]["edges"]]
    assert places == [f"book.edges.{number}.node.here" for number in range(3)]


async def test_mutations_stop_at_the_first_that_must_not_be_null_and_is():
    text = 'mutation { a: write(word: "x") { number } b: write(word: "break") { number }'

    ran, seen = await run(text + ' c: write(word: "z") { number } }')

    assert ran.data is None
    assert seen.calls == ["x", "break"]


async def test_each_run_gets_input_of_its_own():
    operation = compiled("query($w: Wish!) { turn(wish: $w) { __typename } }")
    seen = Seen()

    for _ in range(2):
        await operation.run(seen, {"w": {"amount": "2"}})
    first, second = seen.calls
    first.days.append(1)

    assert second.days == []


async def test_wrong_variables_are_refused_before_anything_runs():
    text = "query($first: Int!) { pages(first: $first) { notes { of } } }"

    ran, seen = await run(text, first="many")
    plain, _ = await run_plainly(text, first="many")

    assert (ran.data, ran.spent, seen.calls) == (None, 0, [])
    assert [error.message for error in ran.errors] == [error.message for error in plain.errors]
    assert ran.errors[0].path is None


async def test_what_is_spent_are_the_objects_that_were_made():
    ran, _ = await run("{ pages(first: 3) { number notes(first: 2) { rank } } }")

    assert ran.spent == 3 + 6


async def test_weights_are_the_callers():
    weights = {"pages": 10, "notes": 3, "rank": 1}
    text = "{ pages(first: 3) { number notes(first: 2) { rank } } }"
    operation = compiled(text, weight_of=lambda _, name: weights.get(name, 0))

    ran = await operation.run(Seen(), None)

    assert ran.spent == 3 * 10 + 6 * 3 + 6


async def test_what_was_made_is_spent_though_a_null_hides_it():
    ran, _ = await run("{ torn { number notes { rank } } }")

    assert ran.spent == 3 + 3 * 2  # three pages, though one of them fails


def test_a_private_field_stays_private():
    assert "secret" not in str(compiled("{ pages { number } }").schema.type_map["Page"].fields)
    assert page(1).secret == "abc"


async def test_a_fault_of_our_own_is_an_error_without_data(monkeypatch):
    monkeypatch.setattr(running.Running, "call", None)

    ran, _ = await run("{ pages { number } }")

    assert ran.data is None
    assert [type(error.original_error) for error in ran.errors] == [TypeError]


async def test_who_gives_up_waiting_is_not_held():
    task = asyncio.create_task(run("{ waiting }"))
    await asyncio.sleep(0.01)

    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task
