"""The good case, a column at a time: whatever is not quite as declared gives none (a surprise).

A column holds one value for each object of a position, in order. An exception in a column stands
for a resolver that raised it.
"""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false
# graphql-core's types are generic without parameters.

from collections.abc import Callable, Iterable
from itertools import chain, islice
from typing import Any

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLID,
    GraphQLInt,
    GraphQLLeafType,
    GraphQLString,
)

from app.execution.shapes import Shape
from app.kernel.kept import Kept

Column = list[Any]
Leaf = Callable[[Column], Column | None]
_LISTS = frozenset({list, tuple, Kept})
_LISTS_OR_NULL = _LISTS | {type(None)}
_PLAIN = frozenset({str, int, float, bool, dict, list})
_LEAST_INT, _GREATEST_INT = -(2**31), 2**31 - 1
_MOST_KNOWN = 16
"""How many classes a column learns to trust; more would be a leak."""


def attributes(read: Callable[[Any], Any], sources: Column) -> Column:
    """Read an attribute of each object, once."""
    column: Column = []
    left = iter(sources)
    while True:
        try:
            column.extend(map(read, left))  # what was read before an exception stays
        except Exception as error:  # noqa: BLE001  # becomes the value's located error
            column.append(error)
        else:
            return column


class Known:
    """Classes whose instances a column need not look at again."""

    __slots__ = ("classes",)

    def __init__(self, classes: Iterable[type]) -> None:
        self.classes = set(classes)

    def learn(self, seen: type) -> None:
        """Trust a class from now on."""
        if len(self.classes) < _MOST_KNOWN:
            self.classes.add(seen)


class Objects:
    """How a column of objects, or of lists of objects, is flattened and put back."""

    __slots__ = ("known", "shape")

    def __init__(self, shape: Shape, known: Known) -> None:
        self.shape = shape
        self.known = known

    def flat(self, column: Column) -> Column | None:
        """Return the objects without nulls, in order; none for a surprise."""
        if (item := self.shape.item) is None:
            return self._present(column, self.shape)
        if item.item is not None:
            return None
        if _LISTS.issuperset(map(type, column)):
            lists: Iterable[Any] = column
        elif not self.shape.is_required and _LISTS_OR_NULL.issuperset(map(type, column)):
            lists = (value for value in column if value is not None)
        else:
            return None
        return self._present(list(chain.from_iterable(lists)), item)

    def restored(self, column: Column, done: Column) -> Column:
        """Put completed objects where their sources stood."""
        if (item := self.shape.item) is None:
            return done if len(done) == len(column) else _between_gaps(column, iter(done))
        left = iter(done)
        if item.is_required:
            return [None if v is None else list(islice(left, len(v))) for v in column]
        return [None if v is None else _between_gaps(v, left) for v in column]

    def _present(self, values: Column, shape: Shape) -> Column | None:
        classes = self.known.classes
        if classes.issuperset(map(type, values)):
            return values
        if shape.is_required:
            return None
        present = [value for value in values if value is not None]
        return present if classes.issuperset(map(type, present)) else None


def leaf_of(shape: Shape, known: Known, members: dict[Any, str] | None) -> Leaf:
    """Return the function that completes a column of scalars or enums."""
    if shape.item is None:
        return _single(shape, known, members)
    if shape.item.item is not None:
        return _surprise
    return _listed(shape, _single(shape.item, known, members))


def first_known(named: GraphQLLeafType) -> Known:
    """Return the classes that a scalar surely takes."""
    plain = {GraphQLString.name: str, GraphQLBoolean.name: bool, GraphQLInt.name: int}
    return Known([kind] if (kind := plain.get(named.name)) else [])


def _single(shape: Shape, known: Known, members: dict[Any, str] | None) -> Leaf:
    named: Any = shape.named
    if isinstance(named, GraphQLEnumType):
        names: dict[Any, str | None] = {**(members or {})}
        return _enum(names if shape.is_required else names | {None: None})
    if named.name == GraphQLInt.name:
        return _integer(is_required=shape.is_required)
    itself = {GraphQLString.name: str, GraphQLID.name: str, GraphQLBoolean.name: bool}
    same = {kind} if (kind := itself.get(named.name)) else set[type]()
    return _scalar(shape, same, known)


def _scalar(shape: Shape, same: set[type], known: Known) -> Leaf:
    named: Any = shape.named
    coerce: Callable[[Any], Any] = named.coerce_output_value
    null: set[type] = set() if shape.is_required else {type(None)}
    as_it_is, plain = frozenset(same | null), _PLAIN | null

    def complete(column: Column) -> Column | None:
        kinds = {*map(type, column)}
        if kinds <= as_it_is:
            return column
        has_null = not null.isdisjoint(kinds)
        if not (kinds - null) <= known.classes:
            return None
        try:
            done = (
                [None if value is None else coerce(value) for value in column]
                if has_null
                else list(map(coerce, column))
            )
        except Exception:  # noqa: BLE001  # each value is looked at again, and the guilty one named
            return None
        wanted = plain if has_null else _PLAIN
        return done if wanted.issuperset(map(type, done)) else None

    return complete


def _integer(*, is_required: bool) -> Leaf:
    allowed: set[type] = {int} if is_required else {int, type(None)}

    def complete(column: Column) -> Column | None:
        if not allowed.issuperset(map(type, column)):
            return None
        numbers = column if is_required else [value for value in column if value is not None]
        if not numbers or (min(numbers) >= _LEAST_INT and max(numbers) <= _GREATEST_INT):
            return column
        return None

    return complete


def _enum(names: dict[Any, str | None]) -> Leaf:
    name_of = names.__getitem__

    def complete(column: Column) -> Column | None:
        try:
            return list(map(name_of, column))
        except (KeyError, TypeError):
            return None

    return complete


def _listed(shape: Shape, single: Leaf) -> Leaf:
    allowed = _LISTS if shape.is_required else _LISTS_OR_NULL

    def complete(column: Column) -> Column | None:
        if not allowed.issuperset(map(type, column)):
            return None
        done = single(list(chain.from_iterable(value for value in column if value is not None)))
        if done is None:
            return None
        left = iter(done)
        return [None if value is None else list(islice(left, len(value))) for value in column]

    return complete


def _surprise(column: Column) -> None:
    del column


def _between_gaps(values: Iterable[Any], left: Any) -> Column:
    return [None if value is None else next(left) for value in values]
