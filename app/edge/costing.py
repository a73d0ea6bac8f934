"""Costs within strawberry's own pipeline: counted before validation, reported in `extensions`."""

from collections.abc import Iterator
from typing import Any

import strawberry
from graphql import GraphQLError, GraphQLSchema, OperationDefinitionNode, get_operation_ast
from strawberry.extensions import SchemaExtension

from app.edge.cost import DefaultLimits, DocumentRefused, cost_of

_LIMITS = DefaultLimits()


class Costing(SchemaExtension):
    """Refuses a document that is too large or costly; says what the others cost."""

    _requested: int | None = None

    def on_validate(self) -> Iterator[None]:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Measure the document first: validation takes the square of what it finds."""
        operation = self._operation()
        if operation is not None:
            try:
                self._measure(operation)
            except DocumentRefused as refused:
                raise GraphQLError(refused.message, extensions=dict(refused.extensions)) from None
        yield

    def get_results(self) -> dict[str, Any]:
        """Report the points; what the answer really took is what was asked for, so far."""
        if self._requested is None:
            return {}
        return {"cost": {"requested": self._requested, "actual": self._requested}}

    def _operation(self) -> OperationDefinitionNode | None:
        context = self.execution_context
        document = context.graphql_document
        return document and get_operation_ast(document, context.operation_name)

    def _measure(self, operation: OperationDefinitionNode) -> None:
        context = self.execution_context
        assert context.graphql_document is not None
        schema: GraphQLSchema = context.schema._schema  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  # no public way
        rule = cost_of(schema, context.graphql_document, operation, _LIMITS)
        self._requested = rule.within(context.variables)


def with_costs(schema: strawberry.Schema) -> strawberry.Schema:
    """Let a schema's own pipeline hold every document against its costs."""
    schema.extensions = (*schema.extensions, Costing)
    return schema
