"""The SDL says what fields cost, in the words of IBM's draft; none is left out."""

import pytest
from graphql import (
    GraphQLObjectType,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    is_list_type,
    is_required_argument,
    is_required_input_field,
)

from app.edge.cost.weights import weights_of
from app.schema.cost import Cost, ListSize, directive_of, is_connection
from app.schema.root import build_schema
from tests.support.documents import schema

FIELDS = [
    (kind, name, field)
    for kind in schema().type_map.values()
    if isinstance(kind, GraphQLObjectType) and not kind.name.startswith("__")
    for name, field in kind.fields.items()
]


def declared(field, directive):
    return directive_of(field.extensions["strawberry-definition"], directive)


def is_many(field) -> bool:
    kind = get_nullable_type(field.type)
    return is_list_type(kind) or is_connection(kind)


@pytest.mark.parametrize(
    "field",
    [pytest.param(field, id=f"{kind}.{name}") for kind, name, field in FIELDS if is_many(field)],
)
def test_every_list_says_how_long_it_is(field):
    size = declared(field, ListSize)

    assert size, "say it beside the field: `@list_size(20)`, or `= sized(20)` for an attribute"
    assert size.assumed_size > 0


def test_every_argument_that_slices_exists():
    for kind, name, field in FIELDS:
        size = declared(field, ListSize)
        for written in (size.slicing_arguments if size else None) or ():
            found = field.args[written.split(".")[0]].type
            for step in written.split(".")[1:]:
                found = get_named_type(found).fields[step].type
            named = get_named_type(found).name
            assert named in ("Int", "ID") or written.endswith("lines"), (kind, name)


def is_required(field, written: str) -> bool:
    """Whether the argument must be given, as graphql-core validates it."""
    first, *rest = written.split(".")
    found, required = field.args[first], is_required_argument(field.args[first])
    for step in rest:
        found = get_named_type(found.type).fields[step]
        required = required and is_required_input_field(found)
    return required


def test_one_slicing_argument_is_required_only_where_validation_requires_it():
    found = set()
    for kind, name, field in FIELDS:
        size = declared(field, ListSize)
        if slicing := (size.slicing_arguments if size else None) or ():
            required = [is_required(field, written) for written in slicing]
            assert size.require_one_slicing_argument is (required == [True]), (kind, name)
            found.add(size.require_one_slicing_argument)

    assert found == {True, False}


async def test_a_required_slicing_argument_that_is_left_out_is_named(world):
    answer = await world.ask("{ nodes { id } }")

    (error,) = answer.body["errors"]
    assert error["extensions"]["code"] == "INVALID"
    assert "'Query.nodes(ids:)'" in error["message"]
    assert "required" in error["message"]


def test_every_field_that_is_sized_from_above_exists_and_is_a_list():
    for _, _, field in FIELDS:
        size = declared(field, ListSize)
        for name in (size.sized_fields if size else None) or ():
            below = get_named_type(field.type).fields[name]
            assert is_many(below)


def test_every_connection_is_sliced_by_first():
    for kind, name, field in FIELDS:
        if is_connection(get_nullable_type(field.type)) and "first" in field.args:
            size = declared(field, ListSize)
            assert size.slicing_arguments == ["first"], (kind, name)
            assert size.sized_fields == ["edges"], (kind, name)


def test_every_mutation_has_a_weight():
    weights = weights_of(schema())

    for name in schema().mutation_type.fields:
        assert weights.field("Mutation", name).call >= 10


def test_scalars_cost_nothing_and_objects_something():
    weights = weights_of(schema())

    for kind, name, field in FIELDS:
        named = get_named_type(field.type)
        wraps = named.name == "PageInfo" or named.name.endswith("Edge")
        assert (weights.field(kind.name, name).each == 0) is (is_leaf_type(named) or wraps)


def test_the_words_stand_in_the_sdl():
    shown = build_schema().as_str()

    assert "directive @cost(weight: String!)" in shown
    assert "directive @listSize(assumedSize: Int, slicingArguments: [String!]," in shown
    assert 'type CatalogueItem @cost(weight: "3") {' in shown
    assert 'slicingArguments: ["input.lines"], sizedFields: ["lines"]' in shown


def test_a_schema_built_twice_says_everything_once():
    again = build_schema().as_str()

    assert again == build_schema().as_str()
    for kind, name, field in FIELDS:
        directives = field.extensions["strawberry-definition"].directives
        for word in (Cost, ListSize):
            assert sum(isinstance(one, word) for one in directives) <= 1, (kind, name)
