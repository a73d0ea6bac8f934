"""What a reviewer sees of an order: its three checks (R1-17)."""

from uuid import UUID

from sqlalchemy import select

from app.db.work import Work
from app.kernel.errors import NotFound
from app.orders.models import Order
from app.orders.operations.documents import OrderDocument, lines_of
from app.orders.operations.reviewing import OrderReview, checked, kept_review
from app.orders.operations.visibility import reachable
from app.rbac.guard import requires
from app.rbac.permissions import Permission


@requires(Permission.ORDER_REVIEW)
async def order_review(work: Work, order_id: UUID) -> OrderReview:
    """Return the checks of an order that the own organisation sells: kept ones, or as it is now.

    Raises `NotFound`.
    """
    statement = select(Order).where(
        Order.id == order_id,
        Order.seller_id == work.actor.own_organisation,
        reachable(work, [Permission.ORDER_REVIEW]),
    )
    order = await work.session.scalar(statement)
    if order is None:
        raise NotFound("Order")
    kept = await kept_review(work, order)
    if kept is not None:
        return kept
    document = OrderDocument(order, await lines_of(work, order))
    return OrderReview(order.id, order.revision, await checked(work, document))
