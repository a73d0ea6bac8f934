"""What surrounds the running of an operation: budgets, names for logs, spans.

The endpoint knows only this face, so that it runs as well without any of them.
"""

from collections.abc import Callable
from types import TracebackType
from typing import Protocol, Self

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
