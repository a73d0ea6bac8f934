"""The schema's weights and sizes as `@cost` and `@listSize` declare them, looked up by name."""
# pyright: reportUnknownVariableType=false, reportUnknownMemberType=false
# pyright: reportUnknownArgumentType=false
# graphql-core's wrapping types leave open what they wrap.

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from typing import Any
from weakref import WeakKeyDictionary

from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    is_list_type,
    is_object_type,
)

from app.schema.cost import DEFINITION, Cost, ListSize, directive_of

Composite = GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType
_ROUNDS = frozenset({"types", "fields", "inputFields", "interfaces", "possibleTypes"})


@dataclass(frozen=True, slots=True)
class Slicing:
    """An argument, or a path into one, that says how long a list is."""

    path: tuple[str, ...]
    default: int | None


@dataclass(frozen=True, slots=True)
class FieldWeight:
    """What a field costs: `call` once, `each` for every object of its list."""

    call: int
    each: int
    child: str | None
    is_sized: bool
    """Whether it answers a list, or something with a list that it sizes."""
    assumed: int
    slicing: tuple[Slicing, ...] = ()
    sized_fields: frozenset[str] = frozenset()
    is_round: bool = False
    """Whether it is a list on the way round through introspection's types."""


_LEAF = FieldWeight(call=0, each=0, child=None, is_sized=False, assumed=1)


class Weights:
    """One schema's weights; fields are looked at when first asked for."""

    def __init__(self, schema: GraphQLSchema) -> None:
        """Find which fields of a type take their size from the field that answers the type."""
        self._schema = schema
        self._fields: dict[tuple[str, str], FieldWeight | None] = {}
        self._introspection = _introspection_sizes(schema)
        sizable: defaultdict[str, set[str]] = defaultdict(set)
        for kind in schema.type_map.values():
            for field in kind.fields.values() if is_object_type(kind) else ():
                if size := _declared(field, ListSize):
                    sizable[get_named_type(field.type).name] |= set(size.sized_fields or ())
        self._sizable = {name: frozenset(fields) for name, fields in sizable.items()}

    def root(self, operation: str) -> str | None:
        """Return the name of the type of `query`, `mutation` or `subscription`."""
        roots = {
            "query": self._schema.query_type,
            "mutation": self._schema.mutation_type,
            "subscription": self._schema.subscription_type,
        }
        kind = roots.get(operation)
        return kind.name if kind else None

    def sizable(self, parent: str | None) -> frozenset[str]:
        """Return the fields of a type that a field above may size."""
        return self._sizable.get(parent or "", frozenset())

    def is_concrete(self, name: str | None) -> bool:
        """Whether a name is an object type's, which no object shares with another's."""
        return is_object_type(self._schema.type_map.get(name or ""))

    def field(self, parent: str | None, name: str) -> FieldWeight | None:
        """Return a field's weight; none for what the schema does not have."""
        key = (parent or "", name)
        if key not in self._fields:
            weight = self._weigh(*key)
            if weight is None:
                return None  # Names are the client's own: remembering them would fill memory.
            self._fields[key] = weight
        return self._fields[key]

    def _weigh(self, parent: str, name: str) -> FieldWeight | None:
        kind = self._schema.type_map.get(parent)
        if not isinstance(kind, Composite):
            return None
        field = self._schema.get_field(kind, name)
        if field is None:
            return None
        if name == "__typename":
            return _LEAF
        if parent.startswith("__") or name in {"__schema", "__type"}:
            return self._introspecting(name, field)
        return self._of(field)

    def _of(self, field: GraphQLField) -> FieldWeight:
        named = get_named_type(field.type)
        size = _declared(field, ListSize)
        return FieldWeight(
            call=int(weight.weight) if (weight := _declared(field, Cost)) else 0,
            each=self._each(named),
            child=None if is_leaf_type(named) else named.name,
            is_sized=size is not None,
            assumed=(size.assumed_size if size else None) or 1,
            slicing=_slicings(field, size),
            sized_fields=frozenset((size.sized_fields if size else None) or ()),
        )

    def _each(self, named: Any) -> int:
        if is_leaf_type(named):
            return 0
        kinds = [named] if is_object_type(named) else self._schema.get_possible_types(named)
        return max((_object_weight(kind) for kind in kinds), default=1)

    def _introspecting(self, name: str, field: GraphQLField) -> FieldWeight:
        named = get_named_type(field.type)
        return FieldWeight(
            call=0,
            each=0 if is_leaf_type(named) or name == "ofType" else 1,
            child=None if is_leaf_type(named) else named.name,
            is_sized=name == "__type" or is_list_type(get_nullable_type(field.type)),
            assumed=self._introspection.get(name, 1),
            is_round=name in _ROUNDS,
        )


_KNOWN: WeakKeyDictionary[GraphQLSchema, Weights] = WeakKeyDictionary()


def weights_of(schema: GraphQLSchema) -> Weights:
    """Return a schema's weights, made once."""
    found = _KNOWN.get(schema)
    if found is None:
        found = _KNOWN[schema] = Weights(schema)
    return found


def weight_of(schema: GraphQLSchema) -> Callable[[GraphQLObjectType, str], int]:
    """Make the function that says what one object of a type's field weighs, 0 for scalars."""
    weights = weights_of(schema)

    def weigh(parent: GraphQLObjectType, name: str) -> int:
        weight = weights.field(parent.name, name)
        return weight.each if weight else 0

    return weigh


def _declared(thing: Any, kind: type[Any]) -> Any:
    definition = thing.extensions.get(DEFINITION)
    return directive_of(definition, kind) if definition is not None else None


def _object_weight(kind: GraphQLObjectType) -> int:
    weight = _declared(kind, Cost)
    return int(weight.weight) if weight else 1


def _slicings(field: GraphQLField, size: ListSize | None) -> tuple[Slicing, ...]:
    found: list[Slicing] = []
    for written in (size.slicing_arguments if size else None) or ():
        path = tuple(written.split("."))
        argument = field.args[path[0]]
        default = argument.default_value
        found.append(Slicing(path, default if isinstance(default, int) else None))
    return tuple(found)


def _introspection_sizes(schema: GraphQLSchema) -> dict[str, int]:
    """Return how long introspection's lists are in this schema, on average rounded up.

    A type that is asked for by its name counts as so many, as if it were the largest of all.
    """
    kinds = list(schema.type_map.values())
    fields = [field for kind in kinds for field in getattr(kind, "fields", {}).values()]
    arguments = sum(len(getattr(field, "args", ())) for field in fields)
    largest = max(len(getattr(kind, "fields", ())) for kind in kinds)
    inputs = sum(1 for field in fields if not isinstance(field, GraphQLField))
    return {
        "types": len(kinds),
        "__type": ceil(largest * len(kinds) / max(len(fields), 1)),
        "directives": len(schema.directives),
        "fields": ceil((len(fields) - inputs) / len(kinds)),
        "inputFields": ceil(inputs / len(kinds)),
        "args": ceil(arguments / max(len(fields) - inputs, 1)),
        "enumValues": ceil(sum(len(getattr(kind, "values", ())) for kind in kinds) / len(kinds)),
    }
