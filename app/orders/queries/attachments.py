"""Files on orders, for both sides of each."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import or_, select

from app.db.work import Work
from app.orders.models import Order, OrderAttachment
from app.orders.operations.visibility import reachable
from app.rbac.guard import requires
from app.rbac.permissions import Permission


@requires(Permission.ORDER_READ)
async def attachments_by_order(
    work: Work, order_list: Sequence[Order]
) -> Mapping[UUID, Sequence[OrderAttachment]]:
    """Return what is attached to orders that were read before, the oldest first; one statement.

    Whoever only looks on reads none.
    """
    own = work.actor.organisation_id
    mine = [item.id for item in order_list if own in {item.seller_id, item.buyer_id}]
    found: dict[UUID, list[OrderAttachment]] = defaultdict(list)
    if not mine:
        return found
    statement = (
        select(OrderAttachment)
        .where(OrderAttachment.order_id.in_(mine))
        .order_by(OrderAttachment.attached_at, OrderAttachment.file_id)
    )
    for row in await work.session.scalars(statement):
        found[row.order_id].append(row)
    return found


@requires(Permission.ORDER_READ)
async def readable_attachments(work: Work, file_ids: Sequence[UUID]) -> Collection[UUID]:
    """Return those of the files that are attached to orders of the actor's side, in reach."""
    own = work.actor.organisation_id
    statement = (
        select(OrderAttachment.file_id)
        .join(Order, Order.id == OrderAttachment.order_id)
        .where(
            OrderAttachment.file_id.in_(file_ids),
            or_(Order.seller_id == own, Order.buyer_id == own),
            reachable(work, [Permission.ORDER_READ]),
        )
    )
    return set(await work.session.scalars(statement))
