"""Cancel orders before preparation, or ask for it afterwards (R1-30, R1-31); unpaid ones lapse."""

from uuid import UUID

from app.approvals.operations import withdraw
from app.db.work import Work
from app.kernel.errors import NotFound
from app.kernel.money import round_money
from app.orders.commands.decide import stated
from app.orders.models import Order
from app.orders.operations.benefits import take_back_if_cancelled
from app.orders.operations.confirming import tell_parties
from app.orders.operations.documents import (
    OrderDocument,
    buckets_of,
    enter_state,
    move,
    not_possible,
    open_for,
    settle_state,
)
from app.orders.operations.exceptions import close_exception, open_exception
from app.orders.operations.stock import give_back
from app.orders.rules import buckets
from app.orders.rules.states import ExceptionKind, OrderState
from app.orders.rules.transitions import OrderCommand
from app.rbac.guard import requires
from app.rbac.permissions import Permission
from app.tenants.operations import local_day


@requires(Permission.ORDER_CANCEL)
async def cancel_order(work: Work, order_id: UUID, reason: str) -> UUID:
    """Cancel everything not yet picked: stock, credit and waiting goods are free again."""
    document = await open_for(work, order_id, OrderCommand.CANCEL)
    state = await _cancel_unpicked(work, document)
    enter_state(work, document.order, OrderCommand.CANCEL, state, reason=stated(reason))
    return order_id


@requires(Permission.ORDER_CANCEL)
async def expire_payment(work: Work, order_id: UUID) -> UUID:
    """Cancel an order whose payment deadline has passed; for the system alone (R4-26).

    A part that was paid does not save it: the money stays with the seller as the buyer's advance,
    and the reason says so. Raises `NotPossibleNow` when it was paid or changed meanwhile.
    """
    document = await open_for(work, order_id, OrderCommand.EXPIRE_PAYMENT)
    order = document.order
    deadline = order.payment_due_at
    if deadline is None or deadline > work.now:
        reason = "The payment deadline has not passed."
        raise not_possible(OrderCommand.EXPIRE_PAYMENT, reason, OrderState(order.state))
    paid = round_money(order.paid, order.currency)
    reason = f"not paid by {await local_day(work, deadline)}"
    if paid > 0:
        reason += f"; {paid} {order.currency} paid in part stay as an advance"
    state = await _cancel_unpicked(work, document)
    enter_state(
        work, order, OrderCommand.EXPIRE_PAYMENT, state, reason=reason, data={"paid": str(paid)}
    )
    await tell_parties(work, order, "order_cancelled", reason=reason)
    return order_id


@requires(Permission.ORDER_CANCEL)
async def request_cancel(work: Work, order_id: UUID, reason: str) -> UUID:
    """Ask to cancel an order that is being prepared or is on its way: the warehouse must agree."""
    document = await open_for(work, order_id, OrderCommand.REQUEST_CANCEL)
    await open_exception(work, document.order, ExceptionKind.CANCEL_REQUESTED, stated(reason))
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


async def _cancel_unpicked(work: Work, document: OrderDocument) -> OrderState:
    await give_back(work, document)
    await withdraw(work, document.order.id)
    movements = {line.id: buckets.cancel(buckets_of(line)) for line in document.lines}
    await move(work, document, movements)
    state = settle_state(document)
    await take_back_if_cancelled(work, document.order, state)
    return state
