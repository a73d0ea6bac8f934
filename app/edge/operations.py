"""What surrounds each operation: its charge, its name for logs and metrics, its span."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from types import TracebackType
from typing import Protocol, Self

from graphql import FieldNode, OperationDefinitionNode
from starlette.requests import HTTPConnection

from app.edge.buckets import Budgets, Charge
from app.identities.tokens import AccessClaims
from app.kernel.errors import Unauthenticated
from app.kernel.footprint import FOOTPRINT
from app.schema.context import Context

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

    def new_document(self, context: Context, characters: int) -> None:
        """Charge for preparing a document; raises `OverBudget`."""
        self.budgets.charge_document(bearer_of(context), address_of(context.connection), characters)

    def toll(self, context: Context, points: int) -> None:
        """Charge what is paid whatever comes of it; raises `OverBudget`."""
        _charge(self.budgets, context, points).settle(points)


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


def _charge(budgets: Budgets, context: Context, requested: int) -> Charge:
    return budgets.charge(bearer_of(context), address_of(context.connection), requested)


def bearer_of(context: Context) -> AccessClaims | None:
    """Return whose operation it is; none without a good token, for which the resolvers answer."""
    try:
        return context.claims
    except Unauthenticated:
        return None
