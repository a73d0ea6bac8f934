"""The lists and null rules around a field's named type, from outside to inside."""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false
# graphql-core's types are generic without parameters.

from dataclasses import dataclass
from typing import Any

from graphql import GraphQLList, GraphQLNamedType, GraphQLNonNull


@dataclass(frozen=True, slots=True)
class Shape:
    """One level: whether null is forbidden here, and what the list's items look like."""

    is_required: bool
    item: "Shape | None"
    named: GraphQLNamedType

    @property
    def levels(self) -> tuple["Shape", ...]:
        """This level and those inside it."""
        return (self, *(self.item.levels if self.item else ()))


def shape_of(given: Any) -> Shape:  # graphql-core's wrapping types are generic without end
    """Read a field's type."""
    is_required = isinstance(given, GraphQLNonNull)
    inner: Any = given.of_type if is_required else given
    if isinstance(inner, GraphQLList):
        item = shape_of(inner.of_type)
        return Shape(is_required, item, item.named)
    return Shape(is_required, None, inner)
