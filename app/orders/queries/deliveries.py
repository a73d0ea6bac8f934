"""When orders that wait could be delivered at the earliest."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from app.db.work import Work
from app.deliverydays.operations import plans_for
from app.deliverydays.rules import DeliveryDay
from app.orders.models import Order
from app.orders.rules.states import OrderState
from app.organisations.models import TradingRelationship
from app.rbac.guard import requires

_DONE = frozenset(
    {
        OrderState.CANCELLED,
        OrderState.SHIPPED,
        OrderState.SIGNED,
        OrderState.RECEIVED,
        OrderState.COMPLETED,
    }
)


@requires()
async def earliest_deliveries(work: Work, orders: Sequence[Order]) -> dict[UUID, DeliveryDay]:
    """Return the first day for which each order came in time, by order; for its two sides alone.

    Of a draft, for which it would come in time now; none of what is on its way, and none where the
    seller has no calendar. Three statements at most. The orders were read before.
    """
    own = work.actor.organisation_id
    waiting = [
        order
        for order in orders
        if OrderState(order.state) not in _DONE and own in (order.seller_id, order.buyer_id)
    ]
    if not waiting:
        return {}
    ids = {order.relationship_id for order in waiting}
    found = await work.session.scalars(
        select(TradingRelationship).where(TradingRelationship.id.in_(ids))
    )
    plans = await plans_for(work, found.all())
    days: dict[UUID, DeliveryDay] = {}
    for order in waiting:
        plan = plans.get(order.relationship_id)
        day = plan and next(plan.following(order.submitted_at or work.now), None)
        if day is not None:
            days[order.id] = day
    return days
