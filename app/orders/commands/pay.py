"""Record payments for orders, and settle what was received (R3-25, R3-28, R3-63)."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from app.db.idempotency import once
from app.db.work import Work
from app.finance.errors import PaymentTooLarge
from app.finance.models import PaymentMethod
from app.finance.operations import invoices_of, record_payment
from app.orders.models import Order
from app.orders.operations.confirming import pass_gates, set_payment_status
from app.orders.operations.documents import enter_state, open_for
from app.orders.operations.settling import invoice_received
from app.orders.rules.states import InvoiceStatus, OrderState
from app.orders.rules.transitions import OrderCommand
from app.rbac.guard import requires
from app.rbac.permissions import Permission


@dataclass(frozen=True, slots=True)
class PaymentWish:
    """Money received for an order, in the order's currency."""

    order_id: UUID
    amount: Decimal
    method: PaymentMethod
    reference: str
    idempotency_key: str


@requires(Permission.PAYMENT_RECORD)
async def record_order_payment(work: Work, wish: PaymentWish) -> UUID:
    """Record money received; a prepaid order that is paid in full goes on (R4-26).

    Returns the order's id. Raises `PaymentTooLarge` beyond what is open.
    """

    async def command(_: UUID) -> None:
        document = await open_for(work, wish.order_id, OrderCommand.RECORD_PAYMENT)
        await _receive(work, document.order, wish)

    body = [wish.order_id, wish.amount, wish.method, wish.reference]
    await once(work, wish.idempotency_key, "recordPayment", body, wish.order_id, command)
    return wish.order_id


@requires(Permission.ORDER_SETTLE)
async def settle_order(work: Work, order_id: UUID) -> UUID:
    """Invoice what was received, from the stored quote, and complete the order (R3-63)."""
    document = await open_for(work, order_id, OrderCommand.SETTLE)
    await invoice_received(work, document)
    enter_state(work, document.order, OrderCommand.SETTLE, OrderState.COMPLETED)
    return order_id


async def _receive(work: Work, order: Order, wish: PaymentWish) -> None:
    still_open = await _still_open(work, order)
    if wish.amount > still_open:
        raise PaymentTooLarge(open=still_open, given=wish.amount, currency=order.currency)
    await record_payment(
        work,
        order.relationship_id,
        "order",
        order.id,
        wish.method,
        order.currency,
        wish.amount,
        wish.reference,
    )
    order.paid += wish.amount
    set_payment_status(order, due=order.paid + still_open - wish.amount)
    state = OrderState(order.state)
    enter_state(work, order, OrderCommand.RECORD_PAYMENT, state, data={"amount": str(wish.amount)})
    if state is OrderState.PENDING_PAYMENT and order.paid >= order.total:
        await pass_gates(work, order)


async def _still_open(work: Work, order: Order) -> Decimal:
    if order.invoice_status != InvoiceStatus.INVOICED:
        return order.total - order.paid
    invoice = (await invoices_of(work, [order.id]))[order.id]
    return invoice.total - invoice.paid
