"""Where a page begins: an instant and an identifier, which tells rows of one instant apart."""

from datetime import datetime
from uuid import UUID

from app.kernel.errors import Invalid


def read_place(after: tuple[str, ...]) -> tuple[datetime, UUID]:
    """Read a cursor's key; raises `Invalid` for what this connection never gave out."""
    try:
        instant, key = after
        return datetime.fromisoformat(instant), UUID(key)
    except ValueError:
        raise Invalid("after", "must be a cursor that this connection gave out") from None
