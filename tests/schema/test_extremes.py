"""No input, however far from sense, meets an answer that says it is our fault (F10)."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any
from zlib import crc32

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    get_named_type,
    get_nullable_type,
    is_list_type,
)

from tests.isolation.cases import CASES
from tests.isolation.test_strangers import _text
from tests.support.branches import fill
from tests.support.documents import root_fields, schema
from tests.support.world import World

pytestmark = [
    pytest.mark.xdist_group("extremes"),  # Filled once.
    pytest.mark.usefixtures("queries_run_once"),  # That both executors agree is for others to show.
]

EXTREMES: Mapping[str, tuple[Any, ...]] = {
    "String": (
        "",
        " ",
        "x" * 20_000,
        "\N{GRINNING FACE}" * 600,
        "'; DROP TABLE orders; --",
        "%_\\",
    ),
    "ID": ("", "T3JkZXI6eA==", "x" * 5_000),
    "Decimal": ("999999999999999", "-999999999999999", "0", "-0.000001", "0.000001", "1e14"),
    "Int": (2**31 - 1, -(2**31), 0),
    "DateTime": ("2200-12-31T23:59:59Z", "1970-01-01T00:00:00Z"),
    "Date": ("9999-12-31", "0001-01-01"),
}
READ_ALIKE = frozenset({"after", "first", "idempotencyKey"})
"""What one piece of code reads wherever it stands; ids are as well."""

ROUNDS = [
    pytest.param(name, place, id=f"{name}-{place}")
    for name, cases in CASES.items()
    for place, case in enumerate(cases)
    if root_fields()[name] != "subscription" and not case.is_for_staff
]


@pytest.fixture(scope="module")
async def mine(database, http, settings):
    world = await World.create(database, http, settings)
    return await fill(world, await world.organisation("Brand", "BRAND"))


@pytest.mark.parametrize(("name", "place"), ROUNDS)
async def test_no_extreme_is_our_fault(mine, name, place):
    case = CASES[name][place]
    usual = dict(case.build(mine, mine))
    person = mine.person(case.owner)

    for path, value in _extremes(name, usual):
        changed = _with(usual, path, value)
        answer = await person.ask(_text(name), **changed)
        assert "INTERNAL" not in answer.error_codes, (path, str(value)[:60], answer.body)


def _extremes(name: str, usual: Mapping[str, Any]) -> Iterator[tuple[tuple[Any, ...], Any]]:
    root = {"query": schema().query_type, "mutation": schema().mutation_type}[root_fields()[name]]
    assert root is not None
    for argument, declared in root.fields[name].args.items():
        for path, kind in _leaves(declared.type, (argument,), usual.get(argument)):
            values = EXTREMES.get(kind, ())
            if kind == "ID" or path[-1] in READ_ALIKE:  # One each, all of them somewhere.
                at = crc32(f"{name} {path}".encode()) % len(values)
                values = values[at : at + 1]
            for value in values:
                yield path, value


def _leaves(
    kind: GraphQLInputType, path: tuple[Any, ...], usual: Any
) -> Iterator[tuple[tuple[Any, ...], str]]:
    """Every place for a scalar; of lists the first item, where the usual input has one."""
    bare, named = get_nullable_type(kind), get_named_type(kind)
    if is_list_type(bare):
        if isinstance(usual, list) and usual:
            yield from _leaves(bare.of_type, (*path, 0), usual[0])
    elif isinstance(named, GraphQLInputObjectType):
        if isinstance(usual, Mapping) or len(path) == 1:
            for field, declared in named.fields.items():
                below = usual.get(field) if isinstance(usual, Mapping) else None
                yield from _leaves(declared.type, (*path, field), below)
    elif not isinstance(named, GraphQLEnumType):
        yield path, named.name


def _with(usual: Mapping[str, Any], path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    changed: Any = deepcopy(dict(usual))
    place = changed
    for step in path[:-1]:
        if isinstance(place, dict) and place.get(step) is None:
            place[step] = {}
        place = place[step]
    place[path[-1]] = value
    return changed
