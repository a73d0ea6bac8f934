"""What one request uses and meets on its way, gathered for its log line and for metrics."""

from contextvars import ContextVar
from dataclasses import dataclass
from uuid import UUID

from app.kernel.errors import Overload


@dataclass(slots=True, eq=False)
class Footprint:
    """Filled by whoever knows: names and numbers only, nothing that a caller has written.

    `operation` is a trusted document's name or a root field of the schema. Costs are microseconds,
    `waited` is seconds spent waiting for a database connection. `fallback` says why the compiled
    executor was not used. `overload` is set when an error of ours left nothing of the answer.
    """

    request_id: str = ""
    operation: str = ""
    tenant_id: UUID | None = None
    membership_id: UUID | None = None
    requested: int = 0
    spent: int = 0
    statements: int = 0
    waited: float = 0.0
    incident: str = ""
    fallback: str = ""
    overload: Overload | None = None
    is_charged: bool = False


FOOTPRINT: ContextVar[Footprint | None] = ContextVar("footprint", default=None)
"""The footprint of the request that is being answered; none in workers and at start."""
