"""GraphQL documents written from the schema itself: each root field with all it can be asked."""

from contextlib import suppress
from functools import cache

from graphql import (
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    get_operation_ast,
    is_leaf_type,
    is_required_argument,
    parse,
)

from app.edge.cost import DefaultLimits, DocumentRefused, cost_of
from app.schema.root import build_schema

ROOTS = ("query", "mutation", "subscription")


@cache
def schema() -> GraphQLSchema:
    return build_schema()._schema  # noqa: SLF001  # the walkable schema is kept there


@cache
def root_fields() -> dict[str, str]:
    """Each root field's name, and the kind of operation it belongs to."""
    types = (schema().query_type, schema().mutation_type, schema().subscription_type)
    roots = zip(ROOTS, types, strict=True)
    return {name: root for root, found in roots if found for name in found.fields}


@cache
def node_types() -> tuple[str, ...]:
    """The names of all types with a global id."""
    interface = schema().type_map["Node"]
    assert isinstance(interface, GraphQLInterfaceType)
    return tuple(sorted(found.name for found in schema().get_possible_types(interface)))


@cache
def document(name: str, depth: int) -> str:
    """An operation that gives a root field all its arguments as variables, and asks for all of it.

    Fields that need arguments of their own are left out, and no type stands within itself.
    """
    root = root_fields()[name]
    root_type = {
        "query": schema().query_type,
        "mutation": schema().mutation_type,
        "subscription": schema().subscription_type,
    }[root]
    assert root_type is not None
    field = root_type.fields[name]
    declared = ", ".join(f"${key}: {_shown(field, key)}" for key in field.args)
    given = ", ".join(f"{key}: ${key}" for key in field.args)
    heading = f"{root}({declared})" if declared else root
    call = f"{name}({given})" if given else name
    return f"{heading} {{ {call} {_selection(get_named_type(field.type), depth, ())} }}"


@cache
def deepest(name: str) -> str:
    """The document of a root field that asks for as much as one request may, 7 levels at most."""
    for depth in range(7, 3, -1):
        text = document(name, depth)
        parsed = parse(text)
        with suppress(DocumentRefused):
            cost_of(schema(), parsed, get_operation_ast(parsed), DefaultLimits()).within({})
            return text
    return document(name, 3)


@cache
def command_document(name: str) -> str:
    """A mutation that asks for little: what changed by id, and why not."""
    mutations = schema().mutation_type
    assert mutations is not None
    field = mutations.fields[name]
    union = get_named_type(field.type)
    assert isinstance(union, GraphQLUnionType)
    parts = [
        f"... on {member.name} {{ {'id' if 'id' in member.fields else ''}"
        f" {'number lines { id }' if member.name == 'Order' else '__typename'} }}"
        for member in union.types
        if member.name != "Refusal"
    ]
    asked = f"__typename {' '.join(parts)} ... on Refusal {{ code message field }}"
    return f"mutation($input: {field.args['input'].type}) {{ {name}(input: $input) {{ {asked} }} }}"


def _shown(field: GraphQLField, key: str) -> str:
    """A variable's type; one with a default may be left out."""
    shown = str(field.args[key].type)
    return shown if is_required_argument(field.args[key]) else shown.removesuffix("!")


def _selection(found: GraphQLNamedType, depth: int, above: tuple[str, ...]) -> str:
    if is_leaf_type(found):
        return ""
    if isinstance(found, GraphQLUnionType):
        members = (
            f"... on {member.name} {_fields(member, depth, above)}" for member in found.types
        )
        return f"{{ __typename {' '.join(members)} }}"
    assert isinstance(found, GraphQLObjectType | GraphQLInterfaceType)
    return _fields(found, depth, above)


def _fields(
    found: GraphQLObjectType | GraphQLInterfaceType, depth: int, above: tuple[str, ...]
) -> str:
    chosen = ["__typename"]
    for name, field in found.fields.items():
        inner = get_named_type(field.type)
        if any(map(is_required_argument, field.args.values())) or inner.name in above:
            continue
        if is_leaf_type(inner):
            chosen.append(name)
        elif depth > 0:
            chosen.append(f"{name} {_selection(inner, depth - 1, (*above, found.name))}")
    return f"{{ {' '.join(chosen)} }}"


@cache
def node_document(kind: str, depth: int) -> str:
    """A look at one thing by its global id, with all of it."""
    return f"query($id: ID!) {{ node(id: $id) {{ ... on {kind} {shown_fields(kind, depth)} }} }}"


@cache
def shown_fields(kind: str, depth: int) -> str:
    """All that can be asked of a thing of a kind."""
    found = schema().type_map[kind]
    assert isinstance(found, GraphQLObjectType)
    return _fields(found, depth, ())


@cache
def input_fields(command: str) -> frozenset[str]:
    """The names of a command's input fields."""
    mutations = schema().mutation_type
    assert mutations is not None
    given = get_named_type(mutations.fields[command].args["input"].type)
    assert isinstance(given, GraphQLInputObjectType)
    return frozenset(given.fields)


@cache
def number_fields() -> frozenset[str]:
    """Every field of every type that holds a number, as `Type.field`."""
    return frozenset(
        f"{found.name}.{name}"
        for found in schema().type_map.values()
        if isinstance(found, GraphQLObjectType) and not found.name.startswith("__")
        for name, field in found.fields.items()
        if get_named_type(field.type).name in ("Decimal", "Int", "Float")
        and found not in (schema().query_type, schema().mutation_type, schema().subscription_type)
    )
