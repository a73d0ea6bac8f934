"""How long a list will be: from a literal at once, from a variable when the request comes."""

from collections.abc import Iterable, Mapping
from typing import Any, cast

from graphql import (
    BooleanValueNode,
    DirectiveNode,
    FieldNode,
    IntValueNode,
    ListValueNode,
    ObjectValueNode,
    ValueNode,
    VariableNode,
)

from app.edge.cost.points import MOST, Factor, Variables
from app.edge.cost.weights import FieldWeight, Slicing

Defaults = Mapping[str, ValueNode | None]
"""The operation's variables with their default values."""

_DIGITS = 15
"""Whole numbers of so many digits stay below `MOST`."""
_ABSENT = object()
_HOLDERS = frozenset({list, dict})
"""What JSON nests; its decoder makes no subclasses."""


def size_of(weight: FieldWeight, node: FieldNode, defaults: Defaults) -> Factor:
    """Return how long a field's list will be, as its slicing arguments say, else as assumed."""
    factors = [
        factor
        for slicing in weight.slicing
        if (factor := _sliced(slicing, node, defaults, weight.assumed)) is not None
    ]
    if not factors:
        return weight.assumed
    if len(factors) == 1:
        return factors[0]
    return lambda variables: max(one if isinstance(one, int) else one(variables) for one in factors)


def condition_of(directives: tuple[DirectiveNode, ...], defaults: Defaults) -> Factor:
    """Return 0 where `@skip` or `@include` leave a selection out, else 1."""
    factor: Factor = 1
    for directive in directives:
        name = directive.name.value
        if name in {"skip", "include"} and directive.arguments:
            flag = _flag(directive.arguments[0].value, defaults, wanted=name == "include")
            factor = _both(factor, flag)
    return factor


def _both(one: Factor, other: Factor) -> Factor:
    if isinstance(one, int):
        return other if one else 0
    if isinstance(other, int):
        return one if other else 0
    return lambda variables: one(variables) * other(variables)


def _flag(node: ValueNode, defaults: Defaults, *, wanted: bool) -> Factor:
    if isinstance(node, BooleanValueNode):
        return int(node.value is wanted)
    if not isinstance(node, VariableNode):
        return 1
    name, written = node.name.value, defaults.get(node.name.value)
    default = written.value if isinstance(written, BooleanValueNode) else wanted
    return lambda variables: int(variables.get(name, default) is wanted)


def _sliced(slicing: Slicing, node: FieldNode, defaults: Defaults, assumed: int) -> Factor | None:
    first, *rest = slicing.path
    for argument in node.arguments or ():
        if argument.name.value == first:
            return _measured(argument.value, tuple(rest), defaults, assumed)
    return slicing.default


def _measured(
    node: ValueNode, path: tuple[str, ...], defaults: Defaults, assumed: int
) -> Factor | None:
    if isinstance(node, VariableNode):
        return _from_variable(node.name.value, path, defaults, assumed)
    if path and isinstance(node, ObjectValueNode):
        for item in node.fields:
            if item.name.value == path[0]:
                return _measured(item.value, path[1:], defaults, assumed)
        return None
    return _literal(node)


def _literal(node: ValueNode) -> int | None:
    if isinstance(node, ListValueNode):
        return len(node.values)
    if isinstance(node, IntValueNode):
        return int(node.value) if len(node.value) <= _DIGITS else MOST
    return None


def _from_variable(name: str, path: tuple[str, ...], defaults: Defaults, assumed: int) -> Factor:
    written = defaults.get(name)
    default = _measured(written, path, {}, assumed) if written else None
    fallback = default if isinstance(default, int) else assumed

    def measure(variables: Variables) -> int:
        value: Any = variables.get(name, _ABSENT)
        for step in path:
            value = value.get(step, _ABSENT) if isinstance(value, dict) else _ABSENT  # pyright: ignore[reportUnknownMemberType,reportUnknownVariableType]
        return _counted(value, fallback)

    return measure


def _counted(value: Any, fallback: int) -> int:
    if isinstance(value, list):
        return len(value)  # pyright: ignore[reportUnknownArgumentType]
    if isinstance(value, int) and not isinstance(value, bool):
        return min(max(value, 0), MOST)
    if isinstance(value, float) and 0 <= value <= MOST:
        return int(value)
    return fallback


def items_in(variables: Variables, most: int) -> int:
    """Count the items of all lists in variables; beyond `most` it is enough to know so."""
    count = 0
    rest: list[Any] = [value for value in variables.values() if type(value) in _HOLDERS]
    while rest:
        value = rest.pop()
        is_list = type(value) is list
        count += len(value) * is_list
        if count > most:
            break
        items = cast("Iterable[Any]", value if is_list else value.values())
        rest += [item for item in items if type(item) in _HOLDERS]
    return count
