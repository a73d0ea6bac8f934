"""Cancel orders before preparation, or ask for it afterwards (R1-30, R1-31)."""

from uuid import UUID

from app.approvals.operations import withdraw
from app.db.work import Work
from app.kernel.errors import NotFound
from app.orders.commands.decide import stated
from app.orders.models import Order
from app.orders.operations.documents import (
    buckets_of,
    enter_state,
    move,
    open_for,
    settle_state,
)
from app.orders.operations.exceptions import close_exception, open_exception
from app.orders.operations.stock import give_back
from app.orders.rules import buckets
from app.orders.rules.states import OrderState
from app.orders.rules.transitions import OrderCommand
from app.rbac.guard import requires
from app.rbac.permissions import Permission


@requires(Permission.ORDER_CANCEL)
async def cancel_order(work: Work, order_id: UUID, reason: str) -> UUID:
    """Cancel everything not yet picked: stock, credit and waiting goods are free again."""
    document = await open_for(work, order_id, OrderCommand.CANCEL)
    await give_back(work, document)
    await withdraw(work, order_id)
    movements = {line.id: buckets.cancel(buckets_of(line)) for line in document.lines}
    await move(work, document, movements)
    state = settle_state(document)
    enter_state(work, document.order, OrderCommand.CANCEL, state, reason=stated(reason))
    return order_id


@requires(Permission.ORDER_CANCEL)
async def request_cancel(work: Work, order_id: UUID, reason: str) -> UUID:
    """Ask to cancel an order that is being prepared or is on its way: the warehouse must agree."""
    document = await open_for(work, order_id, OrderCommand.REQUEST_CANCEL)
    await open_exception(work, document.order, "CANCEL_REQUESTED", stated(reason))
    state = OrderState(document.order.state)
    enter_state(work, document.order, OrderCommand.REQUEST_CANCEL, state, reason=reason)
    return order_id


@requires(Permission.EXCEPTION_WRITE)
async def close_order_exception(work: Work, exception_id: UUID, resolution: str) -> UUID:
    """Say how an exception was handled; returns the order's id (R1-30)."""
    order: Order | None = await close_exception(work, exception_id, stated(resolution))
    if order is None:
        raise NotFound("OrderException")
    return order.id
