"""Set stock aside for orders, cover what waits, or give it up."""

from uuid import UUID

from app.db.work import Work
from app.orders.operations.benefits import take_back_if_cancelled
from app.orders.operations.documents import (
    buckets_of,
    enter_state,
    move,
    not_possible,
    open_for,
    settle_state,
)
from app.orders.operations.stock import allocate, close_all_shortages, cover
from app.orders.rules import buckets
from app.orders.rules.states import OrderState
from app.orders.rules.transitions import OrderCommand
from app.rbac.guard import requires
from app.rbac.permissions import Permission


@requires(Permission.ORDER_ALLOCATE)
async def allocate_order(work: Work, order_id: UUID) -> UUID:
    """Set stock aside, first expired first; what is missing waits or is closed short (R1-20)."""
    document = await open_for(work, order_id, OrderCommand.ALLOCATE)
    await allocate(work, document)
    return order_id


@requires(Permission.ORDER_ALLOCATE)
async def cover_backorder(work: Work, order_id: UUID) -> UUID:
    """Set free stock aside for what waits; refused when there is still none."""
    document = await open_for(work, order_id, OrderCommand.COVER_BACKORDER)
    if await cover(work, document) == 0:
        state = OrderState(document.order.state)
        raise not_possible(OrderCommand.COVER_BACKORDER, "No free stock yet.", state)
    return order_id


@requires(Permission.ORDER_ALLOCATE, Permission.ORDER_CANCEL)
async def close_order_short(work: Work, order_id: UUID, reason: str | None = None) -> UUID:
    """Give up what still waits for stock; the rest goes on (domain.md (b) 33)."""
    document = await open_for(work, order_id, OrderCommand.SHORT_CLOSE)
    movements = {
        line.id: buckets.close_short(buckets_of(line))
        for line in document.lines
        if line.backordered > 0
    }
    await move(work, document, movements)
    await close_all_shortages(work, order_id)
    state = settle_state(document)
    await take_back_if_cancelled(work, document.order, state)
    enter_state(work, document.order, OrderCommand.SHORT_CLOSE, state, reason=reason)
    return order_id
