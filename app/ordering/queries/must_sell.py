"""What a buyer must sell, and what of it is missing."""

from uuid import UUID

from app.db.work import Work
from app.ordering.operations.must_sell import MustSell
from app.ordering.operations.must_sell import must_sell as told
from app.ordering.operations.reach import ORDERING
from app.orders.operations.placing import relationship_to_order_in
from app.rbac.guard import requires


@requires(*ORDERING)
async def must_sell(work: Work, relationship_id: UUID, history_days: int) -> list[MustSell]:
    """Tell the buyer, or the rep who orders for it, what it should carry and does not.

    Raises `Invalid`, and what `relationship_to_order_in` raises.
    """
    return await told(work, await relationship_to_order_in(work, relationship_id), history_days)
