"""The suggested order of a relationship."""

from uuid import UUID

from app.db.work import Work
from app.ordering.operations.reach import ORDERING
from app.ordering.operations.suggesting import Asked, SuggestedOrder, suggested_order
from app.orders.operations.placing import relationship_to_order_in
from app.rbac.guard import requires


@requires(*ORDERING)
async def suggestion(work: Work, relationship_id: UUID, asked: Asked) -> SuggestedOrder:
    """Suggest what to order, for the buyer or by the rep who orders for it (P20)."""
    relationship = await relationship_to_order_in(work, relationship_id)
    return await suggested_order(work, relationship, asked)
