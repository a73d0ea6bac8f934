"""What an operation asks for, as positions: one selection set on one object type in one place."""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false
# graphql-core's types are generic without parameters.

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLAbstractType,
    GraphQLEnumType,
    GraphQLField,
    GraphQLObjectType,
    OperationDefinitionNode,
    default_field_resolver,
    is_abstract_type,
    is_leaf_type,
)
from graphql.execution import Executor
from graphql.execution.collect_fields import (
    FieldDetails,
    FragmentDetails,
    collect_fields,
    collect_subfields,
)
from graphql.execution.executor import default_type_resolver
from graphql.execution.values import VariableValues
from graphql.pyutils import Path

from app.execution.columns import Known, Leaf, Objects, first_known, leaf_of
from app.execution.shapes import Shape, shape_of
from app.execution.strawberry_contact import (
    ResolveInfo,
    Source,
    StrawberryContact,
    answers_all_alike,
    is_awaitable,
)
from app.kernel.kept import Keeper

WeightOf = Callable[[GraphQLObjectType, str], int]
Complete = Callable[[Any, list[Any]], Awaitable[list[Any]]]
"""A generated function: completes the objects of a position in one run."""
TYPENAME = "__typename"
_FEW_TYPES = 3
_MANY_STEPS = 500
"""Types of a small union are written at once in a small plan, all others when they are met."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One operation of a document, with the fragments it may use."""

    operation: OperationDefinitionNode
    definitions: dict[str, FragmentDefinitionNode]
    fragments: dict[str, FragmentDetails]

    @classmethod
    def of(cls, document: DocumentNode, operation: OperationDefinitionNode) -> "Asked":
        """Gather a document's fragments."""
        found = {
            one.name.value: one
            for one in document.definitions
            if isinstance(one, FragmentDefinitionNode)
        }
        return cls(operation, found, {name: FragmentDetails(one) for name, one in found.items()})


@dataclass(slots=True, eq=False)
class Step:
    """One field of a position: where its values come from, and how they are completed."""

    number: int
    index: int
    key: str
    name: str
    position: "Position"
    definition: GraphQLField
    details: list[FieldDetails]
    source: Source
    shape: Shape
    weight: int
    known: Known
    path: Path
    is_exact: bool
    may_keep: bool = False
    info: ResolveInfo | None = None
    leaf: Leaf | None = None
    objects: Objects | None = None
    kinds: dict[type, GraphQLObjectType] = field(default_factory=dict[type, GraphQLObjectType])
    parts: dict[str, "Position"] = field(default_factory=dict[str, "Position"])

    @property
    def nodes(self) -> list[FieldNode]:
        """The field as it stands in the document, merged from all its places."""
        return [one.node for one in self.details]

    @property
    def is_abstract(self) -> bool:
        """Whether each object must be asked for its type."""
        return is_abstract_type(self.shape.named)


@dataclass(slots=True, eq=False)
class Position:
    """The selection set on one object type, below one field; the root has none above.

    `asked` writes it down, the same wherever it stands, where all that is asked answers the same to
    everybody who has the object.
    """

    number: int
    type: GraphQLObjectType
    parent: Step | None
    steps: list[Step] = field(default_factory=list[Step])
    constants: dict[str, str] = field(default_factory=dict[str, str])
    keys: list[str] = field(default_factory=list[str])
    complete: Complete | None = None
    asked: str | None = None


class Types:
    """What is known of a schema's types once and for all operations."""

    def __init__(self, contact: StrawberryContact, weight_of: WeightOf | None) -> None:
        """Know nothing yet; types are looked at when they are first asked for."""
        self.contact = contact
        self.weight_of = weight_of
        self._sources: dict[tuple[str, str], Source] = {}
        self._members: dict[str, dict[Any, str]] = {}
        self._kinds: dict[str, dict[type, GraphQLObjectType]] = {}

    def source_of(self, parent: GraphQLObjectType, name: str, definition: GraphQLField) -> Source:
        """Say where a field's values come from."""
        key = (parent.name, name)
        if key not in self._sources:
            self._sources[key] = self.contact.source_of(parent, name, definition)
        return self._sources[key]

    def weight(self, parent: GraphQLObjectType, name: str, shape: Shape) -> int:
        """Return what one object, or one scalar, of a field weighs."""
        if self.weight_of is not None:
            return self.weight_of(parent, name)
        return 0 if is_leaf_type(shape.named) else 1

    def members_of(self, shape: Shape) -> dict[Any, str] | None:
        """Return an enum's members with their names."""
        named = shape.named
        if not isinstance(named, GraphQLEnumType):
            return None
        if named.name not in self._members:
            self._members[named.name] = self.contact.members_of(named)
        return self._members[named.name]

    def kinds_of(self, named: GraphQLAbstractType) -> dict[type, GraphQLObjectType]:
        """Return the classes whose instances are surely of one type of an abstract type."""
        if named.name not in self._kinds:
            possible = self.contact.graphql.get_possible_types(named)
            found = {self.contact.origin_of(one): one for one in possible}
            by_class = self.contact.resolves_by_class(named)
            known = {origin: one for origin, one in found.items() if origin} if by_class else {}
            self._kinds[named.name] = known
        return self._kinds[named.name]


class Plan:
    """The positions of one operation for one choice of what is skipped and included."""

    def __init__(self, types: Types, asked: Asked, switches: Mapping[str, bool]) -> None:
        """Collect the root's fields; `switches` are the variables in `@skip` and `@include`."""
        self.types = types
        self.asked = asked
        self.variables = VariableValues({}, dict(switches))
        self.positions: list[Position] = []
        self.write: Callable[[], None] | None = None
        self._steps = 0
        graphql = types.contact.graphql
        root_type = graphql.get_root_type(asked.operation.operation)
        assert root_type is not None
        collected = collect_fields(
            graphql, asked.fragments, self.variables, root_type, asked.operation
        )
        self.root = self._filled(root_type, None, collected.grouped_field_set)

    @cached_property
    def executor(self) -> Executor[Any]:
        """graphql-core's executor of the operation, for its infos and its messages only."""
        asked, contact = self.asked, self.types.contact
        return contact.executor_class(
            contact.graphql,
            asked.definitions,
            asked.fragments,
            None,
            None,
            asked.operation,
            self.variables,
            default_field_resolver,
            default_type_resolver,
            default_field_resolver,
            is_awaitable=is_awaitable,
        )

    def info_of(self, step: Step) -> ResolveInfo:
        """Return a field's info as far as it is the same in every run."""
        if step.info is None:
            step.info = self.executor.build_resolve_info(
                step.definition, step.nodes, step.position.type, step.path
            )
        return step.info

    def part(self, step: Step, object_type: GraphQLObjectType) -> Position:
        """Return the position below a field for objects of one type; made when first needed."""
        found = step.parts.get(object_type.name)
        if found is None:
            asked = self.asked
            collected = collect_subfields(
                self.types.contact.graphql,
                asked.fragments,
                self.variables,
                asked.operation,
                object_type,
                step.details,
            )
            found = self._filled(object_type, step, collected.grouped_field_set)
            step.parts[object_type.name] = found
        return found

    def _filled(
        self,
        object_type: GraphQLObjectType,
        parent: Step | None,
        grouped: dict[str, list[FieldDetails]],
    ) -> Position:
        position = Position(len(self.positions), object_type, parent)
        self.positions.append(position)
        for key, details in grouped.items():
            name = details[0].node.name.value
            position.keys.append(key)
            if name == TYPENAME:
                position.constants[key] = object_type.name
            else:
                position.steps.append(self._step(position, key, name, details))
        position.asked = _asked_of(position)
        return position

    def _step(self, position: Position, key: str, name: str, details: list[FieldDetails]) -> Step:
        types, parent = self.types, position.parent
        definition = position.type.fields[name]
        shape = shape_of(definition.type)
        self._steps += 1
        step = Step(
            number=self._steps,
            index=len(position.keys) - 1,
            key=key,
            name=name,
            position=position,
            definition=definition,
            details=details,
            source=types.source_of(position.type, name, definition),
            shape=shape,
            weight=types.weight(position.type, name, shape),
            known=Known(()),
            path=Path(parent.path if parent else None, key, position.type.name),
            is_exact=parent is None or (parent.is_exact and parent.shape.item is None),
        )
        self._complete(step)
        return step

    def _complete(self, step: Step) -> None:
        shape, types = step.shape, self.types
        named = shape.named
        if is_leaf_type(named):
            step.known = first_known(named)
            step.leaf = leaf_of(shape, step.known, types.members_of(shape))
            return
        if is_abstract_type(named):
            step.kinds = types.kinds_of(named)
            step.known = Known(step.kinds)
        elif origin := types.contact.origin_of(named):
            step.known = Known([origin])
            is_list = shape.item is not None and shape.item.item is None
            step.may_keep = is_list or (shape.item is None and issubclass(origin, Keeper))
        step.objects = Objects(shape, step.known)
        if isinstance(named, GraphQLObjectType):
            self.part(step, named)
        elif is_abstract_type(named):
            possible = types.contact.graphql.get_possible_types(named)
            if len(possible) <= _FEW_TYPES and self._steps <= _MANY_STEPS:
                for one in possible:
                    self.part(step, one)


def _asked_of(position: Position) -> str | None:
    words = [f"{key!r}:{TYPENAME}" for key in position.constants]
    for step in position.steps:
        if not answers_all_alike(step.source) or step.definition.args or step.is_abstract:
            return None
        below = "" if step.leaf is not None else next(iter(step.parts.values())).asked
        if below is None:
            return None
        words.append(f"{step.index}:{step.key!r}:{step.name}{below}")
    return f"{position.type.name}({' '.join(words)})"
