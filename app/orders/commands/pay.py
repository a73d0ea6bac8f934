"""Record payments for orders, and settle what was received (R3-25, R3-28, R3-63)."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from app.db.idempotency import once
from app.db.work import Work
from app.finance.models import PaymentMethod
from app.kernel.errors import Invalid
from app.orders.operations.documents import open_for
from app.orders.operations.paying import Money, receive_for, still_open_of
from app.orders.operations.settling import settle
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

    Returns the order's id. Raises `PaymentTooLarge` beyond what is open; what was paid ahead is
    taken by `pay_from_balance`.
    """
    if wish.method is PaymentMethod.PREPAID_BALANCE:
        raise Invalid("method", "is taken from the balance: payFromBalance")

    async def command(_: UUID) -> None:
        document = await open_for(work, wish.order_id, OrderCommand.RECORD_PAYMENT)
        money = Money(wish.amount, wish.method, wish.reference)
        await receive_for(work, document.order, money)

    body = [wish.order_id, wish.amount, wish.method, wish.reference]
    await once(work, wish.idempotency_key, "recordPayment", body, wish.order_id, command)
    return wish.order_id


@requires(Permission.ORDER_SETTLE)
async def settle_order(work: Work, order_id: UUID) -> UUID:
    """Invoice what was received, from the stored quote, and complete the order (R3-63)."""
    document = await open_for(work, order_id, OrderCommand.SETTLE)
    await settle(work, document)
    return order_id


@requires(Permission.PAYMENT_RECORD, Permission.ORDER_PLACE, Permission.ORDER_PLACE_FOR_CUSTOMER)
async def pay_from_balance(work: Work, order_id: UUID) -> UUID:
    """Pay what is open of an order from what its buyer has paid ahead (R0-31).

    The buyer may do so, and the seller for it. Raises `PrepaidBalanceTooLow`, and takes no part.
    """
    document = await open_for(work, order_id, OrderCommand.PAY_FROM_BALANCE)
    amount = await still_open_of(work, document.order)
    await receive_for(work, document.order, Money(amount, PaymentMethod.PREPAID_BALANCE))
    return order_id
