"""What surrounds each operation that strawberry runs: its name, its charge, its span.

The view for POST charges by itself, with the cost that it has worked out. This extension does so
for what goes past that view: operations of WebSockets, and the plain path while it is the only one.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, nullcontext

from graphql import FieldNode, OperationDefinitionNode, OperationType, get_operation_ast
from starlette.requests import HTTPConnection
from strawberry.extensions import SchemaExtension

from app.edge.buckets import Budgets, Charge
from app.kernel.errors import Unauthenticated
from app.kernel.footprint import FOOTPRINT, Footprint
from app.schema.context import Context

UNPRICED = 1_000
"""What an operation is charged whose cost is not known beforehand, in microseconds."""

SEVERAL = "several"
Span = Callable[[str], AbstractContextManager[None]]


def no_span(_name: str) -> AbstractContextManager[None]:
    """Stand in for traces where they are off."""
    return nullcontext()


def name_of(operation: OperationDefinitionNode, trusted: str = "") -> str:
    """Return what logs and metrics may call a valid operation.

    That is the name of a trusted document, else its only root field, which is a word of the
    schema's; never a name that the caller has made up.
    """
    if trusted:
        return trusted
    fields = operation.selection_set.selections
    first = fields[0]
    return first.name.value if len(fields) == 1 and isinstance(first, FieldNode) else SEVERAL


def address_of(connection: HTTPConnection) -> str:
    """Return the address that a request came from."""
    return connection.client.host if connection.client else ""


def watched_by(budgets: Budgets, span: Span = no_span) -> type[SchemaExtension]:
    """Return the extension that charges `budgets` and opens spans."""

    class Watched(SchemaExtension):
        """Charges an operation that nobody has charged, and gives it a name once it is valid."""

        async def on_operation(self) -> AsyncIterator[None]:  # pyright: ignore[reportIncompatibleMethodOverride]
            """Charge before anything of it is read; raises `OverBudget`."""
            charge = self._charge()
            yield
            if charge is not None:
                charge.settle(charge.requested)

        async def on_execute(self) -> AsyncIterator[None]:  # pyright: ignore[reportIncompatibleMethodOverride]
            """Name the operation, and open its span."""
            document = self.execution_context.graphql_document
            operation = document and get_operation_ast(
                document, self.execution_context.operation_name
            )
            name = name_of(operation) if operation else ""
            footprint = FOOTPRINT.get()
            if footprint is not None and not footprint.operation:
                footprint.operation = name
            if operation and operation.operation is OperationType.SUBSCRIPTION:
                yield  # A span of hours would tell nobody anything.
                return
            with span(name):
                yield

        def _charge(self) -> Charge | None:
            context: Context = self.execution_context.context
            footprint = FOOTPRINT.get()
            if _is_charged(footprint, context):
                return None
            try:
                claims = context.claims
            except Unauthenticated:
                claims = None  # The resolvers answer for it.
            return budgets.charge(claims, address_of(context.connection), UNPRICED)

    return Watched


def _is_charged(footprint: Footprint | None, context: Context) -> bool:
    is_socket = context.connection.scope["type"] == "websocket"
    return footprint is not None and footprint.is_charged and not is_socket
