"""What introspection answers, made once: the schema of a process never changes.

It is graphql-core's to run, field by field, for as long as a hundred other operations. So the same
question is answered again from memory, and a new one is worked out in a thread beside the event
loop, one at a time, and charged in full.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    OperationDefinitionNode,
    OperationType,
    print_ast,
)

from app.edge.cost.merging import fields_by_name
from app.edge.plans import PlainPlan, PlainRan
from app.schema.context import Context

MOST_ANSWERS = 64
MOST_BYTES = 8 * 1024 * 1024
"""The whole schema takes half a megabyte."""
_BYTES_A_POINT = 1_024
_ROOTS = frozenset({"__schema", "__type", "__typename"})
_Key = tuple[str, str | None, bytes]


@dataclass(frozen=True, slots=True)
class Remembered:
    """An answer that was written before; `spent` is what sending it comes to."""

    data: orjson.Fragment
    spent: int
    errors: tuple[GraphQLError, ...] = ()


class Introspections:
    """The answers of one schema, by question: its text without spaces and comments, its variables.

    The one unused for longest goes when they become too many or too long.
    """

    def __init__(self, most_answers: int = MOST_ANSWERS, most_bytes: int = MOST_BYTES) -> None:
        """Begin with none."""
        self._most_answers, self._most_bytes = most_answers, most_bytes
        self._bytes = 0
        self._answers: OrderedDict[_Key, bytes] = OrderedDict()
        self.turn = asyncio.Lock()

    def __len__(self) -> int:
        return len(self._answers)

    def find(self, key: _Key) -> bytes | None:
        """Return what was answered before."""
        found = self._answers.get(key)
        if found is not None:
            self._answers.move_to_end(key)
        return found

    def keep(self, key: _Key, answer: bytes) -> None:
        """Keep an answer, which belongs to nobody."""
        self._answers[key] = answer
        self._bytes += len(answer)
        while len(self._answers) > self._most_answers or self._bytes > self._most_bytes:
            _, dropped = self._answers.popitem(last=False)
            self._bytes -= len(dropped)


class Introspecting:
    """An operation that asks for the schema and nothing else."""

    def __init__(
        self,
        plain: PlainPlan,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        kept: Introspections,
    ) -> None:
        """Write the question in the one way in which it is looked for."""
        self._plain, self._kept = plain, kept
        self._text = print_ast(document)
        self._name = operation.name.value if operation.name else None
        self._declared = [node.variable.name.value for node in operation.variable_definitions or ()]

    async def run(
        self, context: Context, variables: Mapping[str, Any] | None, root_value: None = None
    ) -> Remembered | PlainRan:
        """Answer from memory, else work it out; what is wrong is not remembered."""
        del root_value
        key = self._key(variables or {})
        kept = self._kept
        if (found := kept.find(key)) is not None:
            return _remembered(found)
        async with kept.turn:  # Who waited here mostly asks what has just been answered.
            if (found := kept.find(key)) is not None:
                return _remembered(found)
            ran = await asyncio.to_thread(self._work_out, context, variables)
            if not ran.errors:
                kept.keep(key, orjson.dumps(ran.data))
            return ran

    def _work_out(self, context: Context, variables: Mapping[str, Any] | None) -> PlainRan:
        return asyncio.run(self._plain.run(context, variables))

    def _key(self, variables: Mapping[str, Any]) -> _Key:
        given = {name: variables[name] for name in self._declared if name in variables}
        return self._text, self._name, orjson.dumps(given, option=orjson.OPT_SORT_KEYS)


def is_introspection(
    operation: OperationDefinitionNode, fragments: Iterable[FragmentDefinitionNode]
) -> bool:
    """Whether a query asks for nothing but the schema, which is the same for everybody."""
    known = {fragment.name.value: fragment for fragment in fragments}
    return operation.operation is OperationType.QUERY and all(
        nodes[0].name.value in _ROOTS for nodes in fields_by_name([operation.selection_set], known)
    )


def _remembered(answer: bytes) -> Remembered:
    return Remembered(orjson.Fragment(answer), len(answer) // _BYTES_A_POINT)
