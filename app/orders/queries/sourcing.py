"""Where the goods of an order could come from (R1-19..R1-21)."""

from uuid import UUID

from app.db.work import Work
from app.orders.operations.sourcing import LineSourcing, sourcing_of
from app.rbac.guard import requires
from app.rbac.permissions import Permission


@requires(Permission.ORDER_ALLOCATE)
async def order_sourcing(work: Work, order_id: UUID) -> list[LineSourcing]:
    """Say what each own warehouse has for the lines of an order, and in which order they serve."""
    return await sourcing_of(work, order_id)
