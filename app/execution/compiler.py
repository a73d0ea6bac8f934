"""The face of the executor: an operation is compiled once and run often."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
)
from graphql.execution import get_variable_values
from graphql.execution.values import VariableValues

from app.execution.failures import FAILED
from app.execution.plan import Asked, Plan, Types, WeightOf
from app.execution.reading import reason_against, switches_of
from app.execution.running import Running
from app.execution.strawberry_contact import Schema, StrawberryContact
from app.execution.writing import Written

_MOST_VARIANTS = 32
_MOST_COERCION_ERRORS = 50
"""As many as graphql-core reports by default."""


@dataclass(frozen=True, slots=True)
class NotCompiled:
    """Why an operation is left to graphql-core; reasons are few, so that they can be counted."""

    reason: str


@dataclass(frozen=True, slots=True)
class Ran:
    """The answer; `spent` is the weight of the objects that were really made."""

    data: dict[str, Any] | None
    errors: list[GraphQLError]
    spent: int


class Compiler:
    """Compiles operations of one schema; it keeps what it learns about the schema's types."""

    def __init__(self, schema: Schema, *, weight_of: WeightOf | None = None) -> None:
        """Weigh objects 1 and scalars 0 unless told by `weight_of(parent type, field name)`."""
        self._types = Types(StrawberryContact(schema), weight_of)

    def compile(
        self, document: DocumentNode, operation: OperationDefinitionNode
    ) -> "Compiled | NotCompiled":
        """Compile a validated operation of a document, or say why not."""
        asked = Asked.of(document, operation)
        if reason := reason_against(asked):
            return NotCompiled(reason)
        return Compiled(self._types, asked)


class Compiled:
    """One operation as generated functions: one set for each choice in `@skip` and `@include`."""

    def __init__(self, types: Types, asked: Asked) -> None:
        """Write the functions at once where nothing can be skipped, else at their first use."""
        self._types = types
        self._asked = asked
        self._switches = switches_of(asked)
        self._variants: dict[tuple[bool, ...], Written] = {}
        if not self._switches:
            self._variant({})

    @property
    def schema(self) -> GraphQLSchema:
        """The schema as graphql-core knows it, for a caller who compares the two."""
        return self._types.contact.graphql

    @property
    def operation(self) -> OperationDefinitionNode:
        """What was compiled."""
        return self._asked.operation

    @property
    def fragments(self) -> tuple[FragmentDefinitionNode, ...]:
        """The fragments that the operation may use."""
        return tuple(self._asked.definitions.values())

    @property
    def source(self) -> str:
        """The generated source of all variants so far, to be read by people."""
        return "\n\n".join(
            f"# {dict(zip(self._switches, choice, strict=True))!r}\n{written.source}"
            for choice, written in self._variants.items()
        )

    async def run(
        self,
        context: Any,
        variables: Mapping[str, Any] | None,
        root_value: Any = None,
        extensions: Mapping[str, Any] | None = None,
    ) -> Ran:
        """Run the operation; raises nothing but what ends the task itself.

        Of a subscription it runs what is selected from one event, which is the root value.
        """
        try:
            coerced = self._coerced(variables)
            if not isinstance(coerced, VariableValues):
                return Ran(None, coerced, 0)
            plan = self._variant(coerced.coerced).plan
            return await _ran(Running(plan, coerced, context, root_value, extensions))
        except Exception as error:  # noqa: BLE001  # a fault of ours: masked and logged by the edge
            return Ran(None, [GraphQLError(str(error), original_error=error)], 0)

    def _coerced(self, variables: Mapping[str, Any] | None) -> VariableValues | list[GraphQLError]:
        definitions = self._asked.operation.variable_definitions
        if not definitions:
            return VariableValues({}, {})
        return get_variable_values(
            self._types.contact.graphql,
            definitions,
            dict(variables or {}),
            max_errors=_MOST_COERCION_ERRORS,
        )

    def _variant(self, coerced: Mapping[str, Any]) -> Written:
        choice = tuple(coerced[name] for name in self._switches)
        written = self._variants.get(choice)
        if written is None:
            switches = dict(zip(self._switches, choice, strict=True))
            if len(self._variants) >= _MOST_VARIANTS:
                del self._variants[next(iter(self._variants))]
            written = Written(Plan(self._types, self._asked, switches))
            self._variants[choice] = written
        return written


async def _ran(running: Running) -> Ran:
    complete = running.plan.root.complete
    assert complete is not None
    (answer,) = await complete(running, [running.root_value])
    data: dict[str, Any] | None = None if answer is FAILED else answer
    errors = running.failures.visible(data) if running.failed else []
    return Ran(data, errors, running.spent)
