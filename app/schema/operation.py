"""Root fields, each tied to the guarded operation it calls: the build fails without one (F3)."""

from collections.abc import Callable
from typing import Any

import strawberry

from app.rbac.guard import declaration_of

OPERATION = "operation"


def query(operation: Callable[..., Any], *, name: str | None = None) -> Any:
    """Make a query field that calls `operation`; its requirement is shown in the SDL."""
    return strawberry.field(name=name, metadata=_metadata(operation))


def mutation(operation: Callable[..., Any], *, name: str | None = None) -> Any:
    """Make a mutation field that calls `operation`; its requirement is shown in the SDL."""
    return strawberry.mutation(name=name, metadata=_metadata(operation))


def subscription(operation: Callable[..., Any]) -> Any:
    """Make a subscription field whose every event passes `operation`."""
    return strawberry.subscription(metadata=_metadata(operation))


def _metadata(operation: Callable[..., Any]) -> dict[str, object]:
    return {OPERATION: operation, "requirement": declaration_of(operation).sentence}
