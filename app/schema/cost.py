"""What fields cost, said in the SDL with the words of IBM's draft: `@cost` and `@listSize`.

A request costs what it asks for: scalars nothing, an object 1 for each of its list's items, edges
and page information nothing, a mutation 10, an item of a list that is sent 1. Where a field
costs more, it says so where it is declared:

```python
@cost(20)
@query(queries.quote)
async def quote(...) -> Quote: ...

lines: list[QuotedLine] = sized(20)
```

A connection's size is its `first`; every other list of objects declares its usual size.

`requireOneSlicingArgument` is true only where the argument's type requires it, so that validation
keeps the promise. Elsewhere it is false: the argument has a default, which counts as given.
"""
# pyright: reportUnknownVariableType=false, reportUnknownMemberType=false
# pyright: reportUnknownArgumentType=false
# graphql-core's wrapping types leave open what they wrap.

from collections.abc import Callable, Iterator
from typing import Any

import strawberry
from graphql import (
    GraphQLField,
    GraphQLObjectType,
    Undefined,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
)
from strawberry.schema_directive import Location
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.field import StrawberryField
from strawberry.types.unset import UNSET

DEFINITION = "strawberry-definition"
MUTATION_WEIGHT = 10
LEAVES = 10
"""How many words a list of scalars is taken to hold; they cost nothing."""
PAGE = 20
_EDGES, _FIRST = "edges", "first"


@strawberry.schema_directive(locations=[Location.OBJECT, Location.FIELD_DEFINITION], name="cost")
class Cost:
    """What an object costs each, by default 1, or a call of the field besides, by default 0."""

    weight: str


@strawberry.schema_directive(locations=[Location.FIELD_DEFINITION], name="listSize")
class ListSize:
    """How long a list is: as its slicing arguments say, else as assumed.

    Arguments are numbers or lists, and may be paths such as `input.lines`. With `sizedFields`,
    it is those fields of the answer that are so long.
    """

    assumed_size: int | None = UNSET  # pyright: ignore[reportAssignmentType]  # absent, not null
    slicing_arguments: list[str] | None = UNSET  # pyright: ignore[reportAssignmentType]
    sized_fields: list[str] | None = UNSET  # pyright: ignore[reportAssignmentType]
    require_one_slicing_argument: bool = True


DIRECTIVES: tuple[type, ...] = (Cost, ListSize)


def cost(weight: int) -> Callable[[Any], Any]:
    """Say what one call of a field costs besides the objects it answers; 0 unless said."""

    def declare(field: StrawberryField) -> StrawberryField:
        field.directives = [*field.directives, Cost(weight=str(weight))]
        return field

    return declare


def list_size(
    assumed: int, *, by: tuple[str, ...] = (), of: tuple[str, ...] = ()
) -> Callable[[Any], Any]:
    """Say how long a field's list is: as arguments `by` say, else as assumed; `of` sub-fields."""

    def declare(field: StrawberryField) -> StrawberryField:
        field.directives = [*field.directives, _list_size(assumed, by, of)]
        return field

    return declare


def sized(
    assumed: int, *, of: tuple[str, ...] = (), **options: Any
) -> Any:  # a strawberry field without a resolver
    """Make a list attribute's field with the size that it usually has."""
    return strawberry.field(directives=[_list_size(assumed, (), of)], **options)


def weigh(schema: strawberry.Schema) -> None:
    """Put on every type and field what goes by rule, wherever nothing else is declared."""
    types = schema._schema.type_map  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  # no public walk exists
    for kind in types.values():
        definition = kind.extensions.get(DEFINITION)
        if is_object_type(kind) and isinstance(definition, StrawberryObjectDefinition):
            if _is_wrapping(kind) and not definition.directives:
                definition.directives = [Cost(weight="0")]
            for field, declared in _declared(kind):
                _weigh(kind, field, declared)


def directive_of(thing: Any, kind: type[Any]) -> Any:
    """Return the `Cost` or `ListSize` of a type's or field's strawberry definition, or none."""
    return next((one for one in thing.directives or () if isinstance(one, kind)), None)


def is_connection(kind: Any) -> bool:
    """Whether a type is a connection, whose edges are what is counted."""
    return is_object_type(kind) and kind.name.endswith("Connection") and _EDGES in kind.fields


def _weigh(parent: GraphQLObjectType, field: GraphQLField, declared: StrawberryField) -> None:
    if not directive_of(declared, ListSize) and (size := _size_by_rule(parent, field)):
        declared.directives = [*declared.directives, size]
    size = directive_of(declared, ListSize)
    if size and (slicing := size.slicing_arguments or ()):
        size.require_one_slicing_argument = len(slicing) == 1 and _is_required(field, slicing[0])
    if parent.name == "Mutation" and not directive_of(declared, Cost):
        declared.directives = [*declared.directives, Cost(weight=str(MUTATION_WEIGHT))]


def _is_required(field: GraphQLField, path: str) -> bool:
    """Whether validation refuses a field without this argument, or this path into one."""
    first, *rest = path.split(".")
    given: Any = field.args[first]
    ways = [given]
    for step in rest:
        given = get_named_type(given.type).fields[step]
        ways.append(given)
    return all(is_non_null_type(way.type) and way.default_value is Undefined for way in ways)


def _size_by_rule(parent: GraphQLObjectType, field: GraphQLField) -> ListSize | None:
    kind = get_nullable_type(field.type)
    if is_connection(kind) and _FIRST in field.args:
        return _list_size(PAGE, (_FIRST,), (_EDGES,))
    if is_list_type(kind) and is_connection(parent):
        return _list_size(PAGE, (), ())
    if is_list_type(kind) and is_leaf_type(get_named_type(kind)):
        return _list_size(LEAVES, (), ())
    return None


def _list_size(assumed: int, by: tuple[str, ...], of: tuple[str, ...]) -> ListSize:
    return ListSize(
        assumed_size=assumed,
        slicing_arguments=list(by) if by else UNSET,
        sized_fields=list(of) if of else UNSET,
        require_one_slicing_argument=UNSET,  # pyright: ignore[reportArgumentType]
    )


def _is_wrapping(kind: GraphQLObjectType) -> bool:
    return kind.name == "PageInfo" or (kind.name.endswith("Edge") and "cursor" in kind.fields)


def _declared(kind: GraphQLObjectType) -> Iterator[tuple[GraphQLField, StrawberryField]]:
    for field in kind.fields.values():
        declared = field.extensions.get(DEFINITION)
        if isinstance(declared, StrawberryField):
            yield field, declared
