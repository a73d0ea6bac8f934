"""What a document costs: pages times children, each fragment once, before validation."""

import json
import random
from contextlib import suppress
from itertools import pairwise
from typing import Any

import pytest
from graphql import (
    FragmentDefinitionNode,
    GraphQLError,
    get_introspection_query,
    get_operation_ast,
    parse,
)

from app.edge.cost import DefaultLimits, DocumentRefused, TooMuch, cost_of, weight_of
from app.edge.cost.points import MOST
from app.edge.cost.shape import Walk
from app.edge.cost.weights import weights_of
from app.schema.root import MOST_TOKENS
from bench.attacks import DOCUMENTS
from tests.support.documents import schema

LIMITS = DefaultLimits()
NONE = DefaultLimits(operation_cost=MOST, depth=60, fields=10**9, aliases=10**9)


def rule_of(document: str, limits=LIMITS):
    parsed = parse(document)
    return cost_of(schema(), parsed, get_operation_ast(parsed), limits)


def points(document: str, **variables) -> int:
    return rule_of(document, NONE).requested(variables)


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ("{ viewer { name roles } }", 1),
        ("{ a: viewer { name } b: viewer { name } }", 2),
        ("{ viewer { permissions { scope } } }", 1 + 50),
        ("{ orders { edges { node { id } } } }", 1 + 20),
        ("{ orders(first: 7) { edges { cursor node { id } } pageInfo { hasNextPage } } }", 1 + 7),
        ("{ orders(first: 7) { edges { node { lines { id } } } } }", 1 + 7 * (1 + 20)),
        ("{ orders(first: 0) { edges { node { lines { id } } } } }", 1),
        ('{ nodes(ids: ["a" "b" "c"]) { id } }', 3 + 3),
        ("{ quote(input: {lines: [{} {}]}) { lines { quantity } } }", 20 + 1 + 2 * 3 + 2),
        ("{ priceGrid(first: 5) { rows { edges { node { pieces } } } } }", 50 + 1 + 1 + 5),
        ("mutation { signOut { __typename } }", 10 + 1),
        ("mutation { placeOrder { ... on Order { lines { id } } } }", 50 + 1 + 20),
        ("subscription { orderChanged { id } }", 1),
        ("{ vieweg { nobody { knows } } }", 0),
        ("{ ...Unknown viewer { name } }", 1),
        ("{ viewer @skip(if: true) { name } orders @include(if: false) { edges { cursor } } }", 0),
    ],
)
def test_points_are_objects_weights_and_items(document, expected):
    assert points(document) == expected


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, 1 + 4),
        ({"n": 50}, 1 + 50),
        ({"n": 50.0}, 1 + 50),
        ({"n": 0}, 1),
        ({"n": -5}, 1),
        ({"n": None}, 1 + 4),
        ({"n": True}, 1 + 4),
        ({"n": "many"}, 1 + 4),
        ({"n": {"first": 9}}, 1 + 4),
        ({"n": [1, 2]}, 1 + 2 + 2),
        ({"n": 10**400}, MOST),
        ({"n": float("inf")}, 1 + 4),
    ],
)
def test_a_page_is_as_large_as_its_variable_says_whatever_that_is(variables, expected):
    document = "query($n: Int = 4) { orders(first: $n) { edges { node { id } } } }"

    assert points(document, **variables) == expected


def test_lists_deep_in_variables_are_counted():
    document = "query($i: QuoteInput!, $ids: [ID!]!) { quote(input: $i) { lines { net } } }"

    asked = points(document, i={"lines": [{"steps": [1, 2]}, {}]}, ids=["a"] * 4)

    assert asked == 20 + 1 + 2 * 3 + (2 + 2 + 4)


def test_a_list_inside_an_object_written_out_takes_its_length_from_its_variable():
    document = "query($l: [PriceLineInput!]!) { quote(input: {lines: $l}) { lines { net } } }"

    assert points(document, l=[{}] * 30) == 20 + 1 + 30 * 3 + 30


@pytest.mark.parametrize(("shown", "expected"), [(True, 1 + 20), (False, 0), (None, 0)])
def test_a_condition_by_variable_counts_only_when_it_holds(shown, expected):
    document = "query($s: Boolean) { orders @include(if: $s) { edges { node { id } } } }"

    assert points(document, s=shown) == expected


def test_of_several_kinds_of_one_object_the_dearest_counts():
    order, product = "... on Order { lines { id } }", "... on Product { skus { id } }"

    assert points(f"{{ nodes(ids: []) {{ {order} {product} }} }}") == 0
    assert points(f'{{ node(id: "x") {{ {order} {product} }} }}') == points(
        f'{{ node(id: "x") {{ {order} }} }}'
    )


def test_a_fragment_costs_what_its_fields_cost_in_place():
    inside = "edges { node { id lines { id sku { id } } } }"
    spread = f"{{ orders(first: 9) {{ ...O }} }} fragment O on OrderConnection {{ {inside} }}"

    assert points(spread) == points(f"{{ orders(first: 9) {{ {inside} }} }}")
    assert points(spread) == points(f"{{ orders(first: 9) {{ ... {{ {inside} }} }} }}")


def doubling(levels: int) -> str:
    chain = [
        f"fragment F{n} on Organisation {{ a: parent {{ ...F{n + 1} }} b: parent {{ ...F{n + 1} }} }}"  # noqa: E501  # one fragment a line
        for n in range(levels)
    ]
    last = f"fragment F{levels} on Organisation {{ customers(first: $n) {{ edges {{ cursor }} }} }}"
    return f'query($n: Int) {{ organisation(id: "x") {{ ...F0 }} }} {" ".join(chain)} {last}'


def walk_over(document: str, limits) -> tuple[Walk, Any]:
    parsed = parse(document, max_lexical_tokens=MOST_TOKENS)
    operation = get_operation_ast(parsed) or parsed.definitions[0]
    fragments = {
        node.name.value: node
        for node in parsed.definitions
        if isinstance(node, FragmentDefinitionNode)
    }
    return Walk(weights_of(schema()), fragments, limits, {"n": None}), operation


def measured(levels: int):
    walk, operation = walk_over(doubling(levels), NONE)
    return walk, walk.operation(operation)


@pytest.mark.parametrize("attack", [pytest.param(attack, id=attack.name) for attack in DOCUMENTS])
def test_no_attack_makes_the_walk_longer_than_the_fields_that_are_allowed(attack):
    document = json.loads(attack.body())["query"]
    try:
        walk, operation = walk_over(document, LIMITS)
    except GraphQLError:
        return  # The parser's own limits met it first.

    with suppress(DocumentRefused):
        walk.operation(operation)

    assert walk.steps <= LIMITS.fields + 1
    assert len(walk.program.steps) <= 10 * LIMITS.fields


def test_names_that_a_client_makes_up_are_not_remembered():
    weights = weights_of(schema())
    points("{ viewer { name } }")
    known = len(weights._fields)  # what grows is what is asked for

    for number in range(50):
        points(f"{{ made{number} viewer {{ up{number} }} }}")

    assert len(weights._fields) == known


def test_fragments_that_double_take_linear_time_and_bounded_numbers():
    walks = {levels: measured(levels)[0] for levels in (5, 10, 15, 20)}

    visited = [walk.steps for walk in walks.values()]
    programs = [len(walk.program.steps) for walk in walks.values()]
    assert {later - earlier for earlier, later in pairwise(visited)} == {20}
    assert len({later - earlier for earlier, later in pairwise(programs)}) == 1


def test_points_never_pass_what_json_holds_exactly():
    walk, found = measured(25)

    asked = walk.program.run(walk.closed(found), {"n": 2**31 - 1})

    assert asked <= MOST
    assert asked > 2**25


def test_each_selection_is_visited_once():
    rule = rule_of("{ ...A ...A } fragment A on Query { viewer { name } }")

    assert rule.steps == 4
    assert rule.selections == 2 + 2 * 2


def test_the_whole_schema_may_be_asked_for_once():
    asked = rule_of(get_introspection_query(input_value_deprecation=True)).requested({})

    assert LIMITS.operation_cost / 2 < asked <= LIMITS.operation_cost


def test_what_is_spent_is_never_more_than_was_asked():
    rule = rule_of("query($n: Int!) { catalogue(first: $n) { edges { node { sku { id } } } } }")

    assert rule.requested({"n": 50}) == 20 + 1 + 50 * (3 + 1)
    assert rule.actual(made=1 + 7 * 4, variables={"n": 50}) == 20 + 1 + 7 * 4
    assert rule.actual(made=10**6, variables={"n": 50}) == rule.requested({"n": 50})


def test_too_many_points_by_variables_are_refused_with_the_numbers():
    rule = rule_of("query($n: Int!) { orders(first: $n) { edges { node { id } } } }")

    with pytest.raises(TooMuch) as refused:
        rule.within({"n": 30_000})

    assert rule.within({"n": 100}) == 101
    assert (refused.value.asked, refused.value.limit) == (30_001, LIMITS.operation_cost)


def test_the_executor_is_told_the_weight_of_an_object():
    weigh = weight_of(schema())

    query = schema().query_type
    item = schema().type_map["CatalogueItemEdge"]
    assert weigh(query, "viewer") == 1
    assert weigh(item, "node") == 3
    assert weigh(item, "cursor") == 0
    assert weigh(item, "nothing") == 0


def test_no_document_however_wrong_meets_an_error_of_ours():
    chance = random.Random(7)  # a repeatable choice, no secret
    words = ["viewer", "orders(first: $n)", "edges", "node", "...A", "...B", "... on Order", "x: y"]

    def selection(depth: int) -> str:
        chosen = [chance.choice(words) for _ in range(chance.randint(1, 4))]
        return (
            " ".join(
                f"{word} {{ {selection(depth - 1)} }}"
                if depth and (word.startswith("... on") or chance.random() < 0.7)
                else word.replace("... on Order", "id")
                for word in chosen
            )
            .replace("...A {", "... {")
            .replace("...B {", "... {")
        )

    for _ in range(500):
        document = (
            f"query($n: Int) {{ {selection(4)} }} fragment A on Query {{ {selection(2)} }}"
            f" fragment B on Nothing {{ {selection(2)} }}"
        )
        try:
            asked = rule_of(document).requested({"n": chance.choice([None, 3, "x", -1])})
        except DocumentRefused:
            continue
        assert 0 <= asked <= MOST
