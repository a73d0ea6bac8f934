"""What surrounds the running of an operation: budgets, names for logs, spans.

The endpoint knows only this face, so that it runs as well without any of them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Protocol, Self

from app.edge.plans import Ran
from app.edge.preparing import Prepared
from app.schema.context import Context


class Admission(Protocol):
    """One operation that may run; entered before its first resolver, left after its last."""

    def __enter__(self) -> Self:
        """Begin; raises a `DomainError` or `BadRequest` when it may not run now."""
        ...

    def settle(self, actual: int) -> None:
        """Say what it really cost; never called when it was cut off."""
        ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End, however it ended."""
        ...


Admit = Callable[[Context, Prepared, int], Admission]
"""Makes an admission of the context, the operation and its requested cost."""


Toll = Callable[[Context, int], None]
"""Charges the caller for a new document of so many characters; raises a `DomainError`."""


def no_toll(_context: Context, _characters: int) -> None:
    """Charge nothing."""


class Open:
    """The admission where nobody keeps the door."""

    def __init__(self, context: Context, prepared: Prepared, requested: int) -> None:
        """Let everybody in."""
        del context, prepared, requested

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def settle(self, actual: int) -> None:
        """Keep no account."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation that may run once it is let in; `requested` is what it may cost at most."""

    context: Context
    prepared: Prepared
    variables: Mapping[str, Any] | None
    requested: int

    @classmethod
    def of(cls, context: Context, prepared: Prepared, variables: Mapping[str, Any] | None) -> Self:
        """Work out what it may cost; raises `BadRequest` where that is too much."""
        cost = prepared.cost
        return cls(context, prepared, variables, cost.within(variables) if cost else 0)

    async def run(self, admit: Admit, root_value: Any = None) -> tuple[Ran, dict[str, Any] | None]:
        """Run it; returns what came of it, and what an answer tells of its cost."""
        context, prepared = self.context, self.prepared
        with admit(context, prepared, self.requested) as admission:
            try:
                ran = await prepared.plan.run(context, self.variables, root_value)
            finally:
                await context.close()  # The connection is free before a slow caller reads a byte.
            actual = prepared.cost.actual(ran.spent, self.variables) if prepared.cost else 0
            admission.settle(actual)
        if prepared.cost is None:
            return ran, None
        return ran, {"cost": {"requested": self.requested, "actual": actual}}
