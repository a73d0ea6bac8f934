"""A world made up for the real schema's types: random objects, faults among them, no database.

The leaves of the schema are replaced where both executors meet: graphql-core's resolvers, and the
batch resolvers beside strawberry's fields. Both then find the same values and the same faults.
"""

import asyncio
import copy
from collections.abc import AsyncIterator, Generator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

import strawberry
from graphql import (
    GraphQLEnumType,
    GraphQLError,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    is_leaf_type,
)
from strawberry import relay
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.field import StrawberryField

from app.execution.strawberry_contact import Batch, Call, StrawberryContact
from app.kernel.errors import Forbidden, Invalid, NotFound

_OBJECTS_A_TYPE = 5
_DEFINITION = "strawberry-definition"


class Later:
    """A value that must be waited for; unlike a coroutine, any number of times."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __await__(self) -> Generator[Any, None, Any]:
        yield from asyncio.sleep(0).__await__()
        if isinstance(self.value, Exception):
            raise self.value
        return self.value


class Several:
    """An iterable that is neither list nor tuple."""

    def __init__(self, items: list[Any]) -> None:
        self.items = items

    def __iter__(self) -> Iterator[Any]:
        return iter(self.items)


class Breaking(Several):
    """An iterable that cannot be read."""

    def __iter__(self) -> Iterator[Any]:
        raise LookupError("broke while it was read")


class Coming(Several):
    """Items that come one after another."""

    __iter__ = None  # type: ignore[assignment]

    async def __aiter__(self) -> AsyncIterator[Any]:
        for item in self.items:
            yield item


class Odd:
    """Nothing that a schema knows."""

    def __str__(self) -> str:
        raise ValueError("no text for this")

    def __repr__(self) -> str:
        return "Odd"


@dataclass
class MadeWorld:
    """Objects of every type, with a share of faults; `is_async` makes resolvers wait."""

    schema: GraphQLSchema
    seed: int
    faults: float
    is_async: bool
    objects: dict[str, list[Any]] = field(default_factory=dict)
    numbers: dict[int, int] = field(default_factory=dict)
    found: dict[Any, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)
        for kind in self._types():
            self.objects[kind.name] = [_empty(kind) for _ in range(_OBJECTS_A_TYPE)]
        for kind in self._types():
            for one in self.objects[kind.name]:
                self.numbers[id(one)] = len(self.numbers) + 1
                self._fill(kind, one)

    def value(self, kind: GraphQLObjectType, name: str, source: Any, given: Any) -> Any:
        """What a resolver finds for an object: always the same, whoever asks."""
        number = self.numbers.get(id(source), 0)
        key = (kind.name, name, number, repr(sorted(given.items())))
        if key not in self.found:
            self.random = Random(f"{self.seed}{key}")
            broken = Random(f"{self.seed}{kind.name}{name}").random() < self.faults / 3
            value = Forbidden("ORDER_VIEW") if broken else self.of(kind.fields[name].type)
            self.found[key] = value
        return self.found[key]

    def of(self, kind: Any) -> Any:
        """A random value of a type, or a fault."""
        if self._chance(self.faults):
            return self._fault(kind)
        value = self._good(kind)
        return Later(value) if self.is_async and self._chance(0.03) else value

    def _good(self, kind: Any) -> Any:
        if isinstance(kind, GraphQLNonNull):
            return self._good(kind.of_type)
        if self._chance(0.1) and not self._is_required:
            return None
        if isinstance(kind, GraphQLList):
            return self._list(kind)
        if is_leaf_type(kind):
            return self._leaf(kind)
        return self.random.choice(self.objects[self._concrete(kind).name])

    @property
    def _is_required(self) -> bool:
        return self.faults == 0

    def _list(self, kind: GraphQLList[Any]) -> Any:
        items = [self.of(kind.of_type) for _ in range(self.random.randint(0, 3))]
        if not self._chance(0.15):
            return items
        makers: list[Any] = [tuple, Several]
        if self.faults:
            makers += [Breaking, Coming] if self.is_async else [Breaking]
        return self.random.choice(makers)(items)

    def _concrete(self, kind: Any) -> GraphQLObjectType:
        if isinstance(kind, GraphQLUnionType | GraphQLInterfaceType):
            return self.random.choice(self.schema.get_possible_types(kind))
        return kind

    def _leaf(self, kind: Any) -> Any:
        if isinstance(kind, GraphQLEnumType):
            members = getattr(kind, "wrapped_cls", None)
            return self.random.choice([*members]) if members else "ODD"
        return self.random.choice(LEAVES[kind.name])

    def _fault(self, kind: Any) -> Any:
        other = self.random.choice([*self.objects.values()])
        faults: list[Any] = [
            None,
            None,
            LookupError("lost"),
            Invalid("first", "is too much"),
            NotFound("Order"),
            GraphQLError("said so", extensions={"code": "X"}),
            Forbidden("ORDER_VIEW"),
            42,
            "text",
            {"a": 1},
            [self._good(kind)],
            [None, LookupError("lost in a list")],
            Odd(),
            float("nan"),
            2**70,
            *other[:1],
        ]
        if self.is_async:
            faults += [Later(LookupError("lost later")), Later(None), [Later(self._good(kind))]]
        return self.random.choice(faults)

    def _fill(self, kind: GraphQLObjectType, one: Any) -> None:
        for definition in kind.fields.values():
            declared = definition.extensions.get(_DEFINITION)
            if declared.is_basic_field and not self._chance(self.faults / 5):
                _set(one, declared.python_name, self.of(definition.type))
        if isinstance(one, relay.Node):
            key = None if self._chance(self.faults / 3) else UUID(int=self.random.getrandbits(128))
            _set(one, type(one).resolve_id_attr(), key)

    def _chance(self, share: float) -> bool:
        return self.random.random() < share

    def _types(self) -> list[GraphQLObjectType]:
        named = self.schema.type_map.values()
        return [
            one
            for one in named
            if isinstance(one, GraphQLObjectType) and not one.name.startswith("__")
        ]


LEAVES: dict[str, tuple[Any, ...]] = {
    "String": ("", "text", "ünïcode"),
    "Int": (0, 1, -5, 2**31 - 1, True),
    "Boolean": (True, False),
    "Decimal": (Decimal("12.5"), Decimal(0), Decimal("1E+3"), Decimal("-0.125")),
    "DateTime": (datetime(2026, 3, 1, 8, tzinfo=UTC),),
    "Date": (date(2026, 3, 1),),
    "Time": (time(8), time(23, 59, 30)),
    "UUID": (UUID(int=7),),
    "ID": (relay.GlobalID("Order", "1"), "an id", 7),
    "JSON": ({"a": [1, None]}, [], "text", 1),
    "Float": (1.5, 2),
}


def play(schema: strawberry.Schema) -> StrawberryContact:
    """Let every resolver of a freshly built schema ask the made world that is its context."""
    contact = StrawberryContact(schema)
    for kind in contact.graphql.type_map.values():
        if isinstance(kind, GraphQLObjectType) and not kind.name.startswith("__"):
            for name, definition in kind.fields.items():
                source = contact.source_of(kind, name, definition)
                if isinstance(source, Batch):
                    _play_batch(contact, kind, name, definition, source)
                elif isinstance(source, Call) and not _is_id(definition, name):
                    _play_call(kind, name, definition)
    return contact


def _is_id(definition: GraphQLField, name: str) -> bool:
    return name == "id" and definition.extensions[_DEFINITION].base_resolver is not None


def _play_call(kind: GraphQLObjectType, name: str, definition: GraphQLField) -> None:
    def resolve(source: Any, info: Any, **given: Any) -> Any:
        return _answer(info.context, info.context.value(kind, name, source, given), name)

    definition.resolve = resolve


def _play_batch(
    contact: StrawberryContact,
    kind: GraphQLObjectType,
    name: str,
    definition: GraphQLField,
    source: Batch,
) -> None:
    async def load(parents: list[Any], info: Any, **given: Any) -> list[Any]:
        return [info.context.value(kind, name, parent, given) for parent in parents]

    def resolve(root: Any, info: Any, **given: Any) -> Any:
        arguments = contact.converted(source, given, contact.info(info, source))
        return _answer(info.context, info.context.value(kind, name, root, arguments), name)

    declared: StrawberryField = copy.copy(definition.extensions[_DEFINITION])
    declared.metadata = {**declared.metadata, "batch": load}  # type: ignore[misc]
    definition.extensions = {**definition.extensions, _DEFINITION: declared}
    definition.resolve = resolve


def _answer(world: MadeWorld, value: Any, name: str) -> Any:
    if world.is_async and len(name) % 2:
        return value if isinstance(value, Later) else Later(value)
    if isinstance(value, Exception) and len(name) % 3:
        raise value
    return value


def _empty(kind: GraphQLObjectType) -> Any:
    definition = kind.extensions[_DEFINITION]
    assert isinstance(definition, StrawberryObjectDefinition)
    generic = definition.concrete_of
    origin = generic.origin if generic is not None else definition.origin
    return object.__new__(origin)


def _set(one: Any, name: str, value: Any) -> None:
    object.__setattr__(one, name, value)
