"""What an operation's text says about compiling it, before any type is looked at."""

from collections.abc import Iterator

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    NonNullTypeNode,
    SelectionNode,
    SelectionSetNode,
    VariableNode,
)

from app.execution.plan import TYPENAME, Asked

MOST_FIELDS = 1_000
"""About 40 ms of compiling; longer documents are nobody's page."""
MOST_LEVELS = 60
_CONDITIONS = frozenset({"skip", "include"})


def reason_against(asked: Asked) -> str | None:
    """Say why graphql-core must run it, in words that do not depend on the client's."""
    return _operation_reason(asked) or _selection_reason(asked) or _size_reason(asked)


def switches_of(asked: Asked) -> tuple[str, ...]:
    """Return the variables that decide in `@skip` and `@include`, each once."""
    found: dict[str, None] = {}
    for node in _selections(asked):
        for directive in node.directives or ():
            for argument in directive.arguments or ():
                if isinstance(argument.value, VariableNode):
                    found[argument.value.name.value] = None
    return tuple(found)


def _operation_reason(asked: Asked) -> str | None:
    if asked.operation.directives:
        return "directive on the operation"
    if any(one.variable_definitions for one in asked.definitions.values()):
        return "variables of a fragment"
    return "condition that may be null" if _nullable_switches(asked) else None


def _selection_reason(asked: Asked) -> str | None:
    for node in _selections(asked):
        if any(one.name.value not in _CONDITIONS for one in node.directives or ()):
            return "directive"
        if isinstance(node, FieldNode) and _is_introspection(node):
            return "introspection"
    return None


def _is_introspection(node: FieldNode) -> bool:
    return node.name.value.startswith("__") and node.name.value != TYPENAME


def _nullable_switches(asked: Asked) -> set[str]:
    required = {
        one.variable.name.value
        for one in asked.operation.variable_definitions or ()
        if isinstance(one.type, NonNullTypeNode)
    }
    return set(switches_of(asked)) - required


def _selections(asked: Asked) -> Iterator[SelectionNode]:
    """Give each selection that the operation can reach, each fragment's once."""
    seen: set[str] = set()
    pending = [asked.operation.selection_set]
    while pending:
        for node in pending.pop().selections:
            yield node
            if isinstance(node, FragmentSpreadNode):
                name = node.name.value
                if name in asked.definitions and name not in seen:
                    seen.add(name)
                    pending.append(asked.definitions[name].selection_set)
            elif inner := _inner(node):
                pending.append(inner)


def _inner(node: SelectionNode) -> SelectionSetNode | None:
    return getattr(node, "selection_set", None)


def _size_reason(asked: Asked) -> str | None:
    fields, levels = _Size(asked).of(asked.operation.selection_set)
    if fields > MOST_FIELDS:
        return "too many fields"
    return "too deep" if levels > MOST_LEVELS else None


class _Size:
    """Fields and levels of a selection with its fragments written out; each is walked once."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.known: dict[str, tuple[int, int]] = {}

    def of(self, selected: SelectionSetNode) -> tuple[int, int]:
        fields, levels = 0, 0
        for node in selected.selections:
            more, deeper = self._one(node)
            fields, levels = fields + more, max(levels, deeper)
        return fields, levels

    def _one(self, node: SelectionNode) -> tuple[int, int]:
        if isinstance(node, FragmentSpreadNode):
            return self._fragment(node.name.value)
        inner = _inner(node)
        fields, levels = self.of(inner) if inner else (0, 0)
        return (fields + 1, levels + 1) if isinstance(node, FieldNode) else (fields, levels)

    def _fragment(self, name: str) -> tuple[int, int]:
        if name not in self.known:
            definition = self.asked.definitions.get(name)
            self.known[name] = self.of(definition.selection_set) if definition else (0, 0)
        return self.known[name]
