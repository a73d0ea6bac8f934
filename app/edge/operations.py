"""What surrounds each operation: its charge, its name for logs and metrics, its span.

`Admissions` does so for an endpoint that has worked out what the operation costs; the extension of
`watched_by` for what strawberry runs by itself, such as the operations of WebSockets.
"""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from types import TracebackType
from typing import Protocol, Self

from graphql import (
    FieldNode,
    GraphQLError,
    OperationDefinitionNode,
    OperationType,
    get_operation_ast,
)
from starlette.requests import HTTPConnection
from strawberry.extensions import SchemaExtension

from app.edge.buckets import Budgets, Charge
from app.kernel.errors import OverBudget, Unauthenticated
from app.kernel.footprint import FOOTPRINT, Footprint
from app.schema.context import Context

UNPRICED = 10
"""What an operation is charged whose cost is not known beforehand, in points."""

SEVERAL = "several"
Span = Callable[[str], AbstractContextManager[None]]
_NO_SPAN = nullcontext()


class Prepared(Protocol):
    """What an endpoint knows of an operation before it runs it."""

    @property
    def operation(self) -> OperationDefinitionNode:
        """The operation, valid."""
        ...

    @property
    def name(self) -> str | None:
        """The operation's own name."""
        ...

    @property
    def is_trusted(self) -> bool:
        """Whether its document was known beforehand."""
        ...

    @property
    def reason(self) -> str | None:
        """Why the compiled executor does not run it, where it does not."""
        ...


class Admission:
    """One operation: charged and named when it is entered, settled once its cost is known."""

    __slots__ = ("_budgets", "_charge", "_context", "_name", "_prepared", "_requested", "_span")

    def __init__(
        self, of: "Admissions", context: Context, prepared: Prepared, requested: int
    ) -> None:
        """Charge nothing yet."""
        trusted = prepared.name or "" if prepared.is_trusted else ""
        self._name = name_of(prepared.operation, trusted)
        self._budgets, self._span = of.budgets, of.span(self._name)
        self._context, self._prepared, self._requested = context, prepared, requested
        self._charge: Charge | None = None

    def __enter__(self) -> Self:
        """Charge the caller, and name the operation; raises `OverBudget`."""
        if (footprint := FOOTPRINT.get()) is not None:
            footprint.operation = self._name
            footprint.fallback = self._prepared.reason or ""
        self._charge = _charge(self._budgets, self._context, self._requested)
        self._span.__enter__()
        return self

    def settle(self, actual: int) -> None:
        """Charge what it has really cost."""
        if self._charge is not None:
            self._charge.settle(actual)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End its span; what was cut off stays charged as it was requested."""
        self._span.__exit__(kind, error, trace)


class Admissions:
    """Makes the admission of each operation: `admit=Admissions(budgets)` for an endpoint."""

    def __init__(self, budgets: Budgets, span: "Span | None" = None) -> None:
        """Charge `budgets`, and open spans."""
        self.budgets, self.span = budgets, span or no_span

    def __call__(self, context: Context, prepared: Prepared, requested: int) -> Admission:
        """Make the admission of one operation."""
        return Admission(self, context, prepared, requested)


def no_span(_name: str) -> AbstractContextManager[None]:
    """Stand in for traces where they are off."""
    return _NO_SPAN


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

        _charge: Charge | None = None

        async def on_operation(self) -> AsyncIterator[None]:  # pyright: ignore[reportIncompatibleMethodOverride]
            """Settle when the operation has ended."""
            yield
            if self._charge is not None:
                self._charge.settle(self._charge.requested)

        def on_validate(self) -> Iterator[None]:  # pyright: ignore[reportIncompatibleMethodOverride]
            """Charge before the document is validated; a caller beyond its budget is refused."""
            context: Context = self.execution_context.context
            if not _is_charged(FOOTPRINT.get(), context):
                try:
                    self._charge = _charge(budgets, context, UNPRICED)
                except OverBudget as over:
                    refused = GraphQLError(over.message, original_error=over)
                    self.execution_context.pre_execution_errors = [refused]
            yield

        async def on_execute(self) -> AsyncIterator[None]:  # pyright: ignore[reportIncompatibleMethodOverride]
            """Name the operation, and open its span."""
            document = self.execution_context.graphql_document
            name = self.execution_context.operation_name
            operation = document and get_operation_ast(document, name)
            footprint = FOOTPRINT.get()
            if operation and footprint is not None and not footprint.operation:
                footprint.operation = name_of(operation)
            if operation is None or operation.operation is OperationType.SUBSCRIPTION:
                yield  # A span of hours would tell nobody anything.
                return
            with span(name_of(operation)):
                yield

    return Watched


def _charge(budgets: Budgets, context: Context, requested: int) -> Charge:
    try:
        claims = context.claims
    except Unauthenticated:
        claims = None  # The resolvers answer for it.
    return budgets.charge(claims, address_of(context.connection), requested)


def _is_charged(footprint: Footprint | None, context: Context) -> bool:
    is_socket = context.connection.scope["type"] == "websocket"
    return footprint is not None and footprint.is_charged and not is_socket
