"""How one operation is run, whether compiled or by graphql-core.

The compiler and the cost rule are given from outside, so that each can be left out.
"""
# pyright: reportUnknownVariableType=false, reportUnknownMemberType=false
# graphql-core leaves its executor's type parameter open.

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass
from inspect import isawaitable
from typing import Any, Protocol, cast, runtime_checkable

import orjson
import strawberry
from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    create_source_event_stream,
    execute,
)
from strawberry.execution import optimized_is_awaitable

from app.edge.cost.points import MOST
from app.schema.context import Context


class Ran(Protocol):
    """What came of an operation; `spent` is the weight of what was really made."""

    @property
    def data(self) -> dict[str, Any] | orjson.Fragment | None:
        """What was found; none when the operation could not begin, or nothing is left of it."""
        ...

    @property
    def errors(self) -> Sequence[GraphQLError]:
        """What went wrong, each with its path."""
        ...

    @property
    def spent(self) -> int:
        """The weight of the objects that were made."""
        ...


class Plan(Protocol):
    """One operation, ready to be run any number of times."""

    async def run(
        self, context: Context, variables: Mapping[str, Any] | None, root_value: None = None
    ) -> Ran:
        """Run it; errors are part of what came of it."""
        ...


@runtime_checkable
class Declined(Protocol):
    """The compiler's word that it leaves an operation to graphql-core."""

    @property
    def reason(self) -> str:
        """Why; of few reasons, so that they can be counted."""
        ...


class Compiler(Protocol):
    """Makes plans that are faster than graphql-core."""

    def compile(
        self, document: DocumentNode, operation: OperationDefinitionNode
    ) -> Plan | Declined:
        """Compile one operation of a valid document, or decline."""
        ...


class CostRule(Protocol):
    """What an operation costs, worked out once for all its requests."""

    def within(self, variables: Mapping[str, Any] | None) -> int:
        """Return what these variables can cost at most; raises `BadRequest` beyond the limit."""
        ...

    def actual(self, made: int, variables: Mapping[str, Any] | None) -> int:
        """Return what a request came to when objects of the weight `made` were made."""
        ...


Appraise = Callable[[DocumentNode, OperationDefinitionNode], CostRule]


@dataclass(frozen=True, slots=True)
class PlainRan:
    """What came of an operation that graphql-core ran, which weighs nothing.

    So it is charged what was requested.
    """

    data: dict[str, Any] | None
    errors: list[GraphQLError]
    spent: int = MOST


class PlainPlan:
    """graphql-core's own executor, as strawberry calls it."""

    def __init__(
        self, schema: strawberry.Schema, document: DocumentNode, operation_name: str | None
    ) -> None:
        """Keep what every run needs."""
        self._schema = core_schema(schema)
        self._executor_class = schema.execution_context_class
        self._document = document
        self._operation_name = operation_name

    async def run(
        self, context: Context, variables: Mapping[str, Any] | None, root_value: None = None
    ) -> PlainRan:
        """Run it field by field."""
        running = execute(
            self._schema,
            self._document,
            root_value=root_value,
            context_value=context,
            variable_values=cast("dict[str, Any] | None", variables),
            operation_name=self._operation_name,
            executor_class=self._executor_class,
            is_awaitable=optimized_is_awaitable,  # pyright: ignore[reportArgumentType]  # strawberry's own choice
            hide_suggestions=True,
        )
        result: ExecutionResult = await running if isawaitable(running) else running
        return PlainRan(result.data, result.errors or [])


async def source_of(
    schema: strawberry.Schema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    context: Context,
    variables: Mapping[str, Any] | None,
) -> AsyncGenerator[Any, None] | list[GraphQLError]:
    """Return the events of a subscription as its resolver yields them, or why there are none."""
    built = schema.execution_context_class.build(
        core_schema(schema),
        document,
        context_value=context,
        raw_variable_values=cast("dict[str, Any] | None", variables),
        operation_name=operation.name.value if operation.name else None,
        hide_suggestions=True,
        operation_extensions=None,
    )
    if isinstance(built, list):
        return built
    found = create_source_event_stream(built)
    stream = await found if isawaitable(found) else found
    if isinstance(stream, ExecutionResult):
        return stream.errors or []
    return cast("AsyncGenerator[Any, None]", stream)


def core_schema(schema: strawberry.Schema) -> GraphQLSchema:
    """Return the graphql-core schema inside strawberry's."""
    return schema._schema  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  # no public way
