"""Every place where the executor leans on how strawberry is built; each is pinned by a test."""
# pyright: reportPrivateUsage=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false
# strawberry has no public face for these.

import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

import strawberry
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
)
from graphql.execution import Executor
from strawberry import relay
from strawberry.exceptions import WrongNumberOfResultsReturned
from strawberry.execution import optimized_is_awaitable
from strawberry.relay.utils import to_base64
from strawberry.types.arguments import convert_arguments
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.field import StrawberryField

Load = Callable[..., Awaitable[list[Any]]]
Schema = strawberry.Schema
ResolveInfo = GraphQLResolveInfo[Any]
_DEFINITION = "strawberry-definition"
_BATCH, _SHARED = "batch", "shared"

is_awaitable: Callable[[Any], bool] = optimized_is_awaitable


@dataclass(frozen=True, slots=True)
class Attribute:
    """A field that is the attribute of its object, and nothing else."""

    read: Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class GlobalId:
    """A node's `id`: made of the type's name and the attribute marked as `relay.NodeID`."""

    origin: type
    type_name: str
    read: Callable[[Any], Any]

    def of_all(self, sources: list[Any]) -> list[Any] | None:
        """Return the global ids; none when a source is not quite what its type declares."""
        if any(type(source) is not self.origin for source in sources):
            return None
        name = self.type_name
        try:
            keys = list(map(self.read, sources))
            return None if None in keys else [to_base64(name, str(key)) for key in keys]
        except Exception:  # noqa: BLE001  # strawberry's own resolver says what is wrong
            return None


@dataclass(frozen=True, slots=True)
class Batch:
    """A field that is loaded for all parents at once; see `app/schema/batch.py`."""

    load: Load
    field: StrawberryField
    is_shared: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """Any other field: strawberry's own resolver, once for each object."""

    resolve: Callable[..., Any] | None


Source = Attribute | GlobalId | Batch | Call


def answers_all_alike(source: Source) -> bool:
    """Tell whether a field answers the same to everybody who has its object."""
    if isinstance(source, Batch):
        return source.is_shared
    return isinstance(source, Attribute | GlobalId)


class StrawberryContact:
    """What the executor asks strawberry about one schema."""

    def __init__(self, schema: Schema) -> None:
        """Take the schema as it is; nothing is changed in it."""
        self._schema = schema
        self.graphql: GraphQLSchema = schema._schema  # noqa: SLF001  # no public face

    def source_of(self, parent: GraphQLObjectType, name: str, field: GraphQLField) -> Source:
        """Say where a field's value comes from."""
        declared = (field.extensions or {}).get(_DEFINITION)
        if not isinstance(declared, StrawberryField):
            return Call(field.resolve)
        if self.is_handled(declared) or declared.extensions:
            return Call(field.resolve)
        if declared.is_basic_field:
            return self._attribute(declared) or Call(field.resolve)
        if load := declared.metadata.get(_BATCH):
            return Batch(load, declared, bool(declared.metadata.get(_SHARED)))
        if name == "id":
            return self._global_id(parent, declared) or Call(field.resolve)
        return Call(field.resolve)

    def origin_of(self, named: GraphQLNamedType) -> type | None:
        """Return the class whose exact instances always are of this object type."""
        definition = (named.extensions or {}).get(_DEFINITION)
        if not isinstance(definition, StrawberryObjectDefinition):
            return None
        if definition.concrete_of is not None or definition.is_type_of is not None:
            return None
        return definition.origin

    def resolves_by_class(self, abstract: GraphQLNamedType) -> bool:
        """Say whether an abstract type has no resolver of its own for the types of its objects."""
        definition = (abstract.extensions or {}).get(_DEFINITION)
        return getattr(definition, "resolve_type", None) is None

    def members_of(self, enum: GraphQLEnumType) -> dict[Any, str]:
        """Return the names of what resolvers return for an enum: its members."""
        members = getattr(enum, "wrapped_cls", None)
        if members is None:
            return {value.value: name for name, value in enum.values.items()}
        return {member: enum.coerce_output_value(member) for member in members}

    def converted(
        self, batch: Batch, given: dict[str, Any], info: "strawberry.Info[Any, Any]"
    ) -> dict[str, Any]:
        """Turn arguments as graphql-core coerced them into what resolvers take."""
        converter = self._schema.schema_converter
        return convert_arguments(
            given,
            batch.field.arguments,
            scalar_registry=converter.scalar_registry,
            config=self._schema.config,
            info=info,
        )

    def info(self, raw: ResolveInfo, batch: Batch) -> "strawberry.Info[Any, Any]":
        """Wrap graphql-core's info as resolvers know it."""
        return self._schema.config.info_class(_raw_info=raw, _field=batch.field)

    @property
    def executor_class(self) -> Callable[..., Executor[Any]]:
        """The class that makes graphql-core's infos for resolvers."""
        return self._schema.execution_context_class

    def is_handled(self, declared: StrawberryField) -> bool:
        """Tell whether an exception of the field may become a member of its union."""
        converter = self._schema.schema_converter
        return bool(converter._get_field_exception_handlers(declared))  # noqa: SLF001  # no public face

    def _attribute(self, declared: StrawberryField) -> Attribute | None:
        if self._schema.config.default_resolver is not getattr:
            return None
        return Attribute(attrgetter(declared.python_name))

    def _global_id(self, parent: GraphQLObjectType, declared: StrawberryField) -> GlobalId | None:
        origin = self.origin_of(parent)
        resolver = declared.base_resolver
        if origin is None or resolver is None or not issubclass(origin, relay.Node):
            return None
        if not _same(resolver.wrapped_func, relay.Node.__dict__["_id"]):
            return None
        for name in ("resolve_id", "resolve_typename"):
            if getattr(origin, name).__func__ is not getattr(relay.Node, name).__func__:
                return None
        attribute = origin.resolve_id_attr()
        if not _is_plain(origin, attribute):
            return None
        return GlobalId(origin, parent.name, attrgetter(attribute))


def wrong_number(expected: int, received: int) -> Exception:
    """Return the error of a batch resolver that does not answer one item a parent."""
    return WrongNumberOfResultsReturned(expected=expected, received=received)


def operation_extensions(given: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return what strawberry's infos hold beside graphql-core's."""
    return {"operation_extensions": given}


def _is_plain(origin: type, name: str) -> bool:
    """Tell whether reading twice is harmless: no property, nor another descriptor with code."""
    static = inspect.getattr_static(origin, name, None)
    return not hasattr(type(static), "__get__") or inspect.ismemberdescriptor(static)


def _same(function: Any, declared: Any) -> bool:
    declared = getattr(declared, "base_resolver", declared)
    declared = getattr(declared, "wrapped_func", declared)
    return getattr(function, "__func__", function) is getattr(declared, "__func__", declared)
