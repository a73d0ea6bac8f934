"""Money for orders: taken in, taken from a balance, taken at the door, and reversed."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from app.db.work import Work
from app.finance.errors import PaymentTooLarge
from app.finance.models import Invoice, Payment, PaymentMethod
from app.finance.operations import invoices_of, prepaid_balance, record_payment
from app.kernel.money import round_money
from app.orders.models import Order, OrderLine
from app.orders.operations.confirming import pass_gates, set_payment_status
from app.orders.operations.documents import OrderDocument, enter_state
from app.orders.operations.exceptions import open_exception
from app.orders.operations.ways import way_of
from app.orders.rules.states import ExceptionKind, InvoiceStatus, OrderState, PaymentStatus
from app.orders.rules.transitions import OrderCommand
from app.organisations.models import PaymentWay, TradingRelationship
from app.organisations.operations import find_relationship


@dataclass(frozen=True, slots=True)
class Money:
    """What came in for an order, and how."""

    amount: Decimal
    method: PaymentMethod
    reference: str = ""
    received_on: date | None = None


async def receive_for(work: Work, order: Order, money: Money) -> Payment:
    """Take money for a locked order; one that waits for it and is paid in full goes on.

    Raises `PaymentTooLarge` beyond what is open, and what `record_payment` raises.
    """
    still_open = await still_open_of(work, order)
    if money.amount > still_open:
        raise PaymentTooLarge(open=still_open, given=money.amount, currency=order.currency)
    payment = await record_payment(
        work,
        order.relationship_id,
        "order",
        order.id,
        money.method,
        order.currency,
        money.amount,
        money.reference,
        money.received_on,
    )
    order.paid += money.amount
    set_payment_status(order, due=order.paid + still_open - money.amount)
    state = OrderState(order.state)
    data = {"amount": str(money.amount)}
    enter_state(work, order, OrderCommand.RECORD_PAYMENT, state, data=data)
    if state is OrderState.PENDING_PAYMENT and order.paid >= order.total:
        await pass_gates(work, order)
    return payment


async def still_open_of(work: Work, order: Order) -> Decimal:
    """Return what is still to be paid: of the order, or of its invoice once there is one."""
    if order.invoice_status != InvoiceStatus.INVOICED:
        return order.total - order.paid
    invoice = (await invoices_of(work, [order.id]))[order.id]
    return invoice.total - invoice.paid


async def go_on(work: Work, order: Order) -> None:
    """Move an order to its next gate, and through it where a prepaid balance covers it."""
    terms = await find_relationship(work, order.relationship_id)
    await pass_gates(work, order, terms)
    if terms is not None:
        await pay_if_covered(work, order, terms)


async def pay_if_covered(work: Work, order: Order, terms: TradingRelationship) -> None:
    """Pay an order that waits for money from what its buyer has paid ahead, if that is enough."""
    is_waiting = order.state == OrderState.PENDING_PAYMENT
    if not is_waiting or way_of(order, terms) is not PaymentWay.PREPAID_BALANCE:
        return
    balance = await prepaid_balance(work, order.relationship_id)
    if balance >= order.total - order.paid:
        money = Money(order.total - order.paid, PaymentMethod.PREPAID_BALANCE)
        await receive_for(work, order, money)


async def take_at_door(work: Work, document: OrderDocument, taken: Decimal, signed_by: str) -> None:
    """Note cash that was taken with the signature, and show where it is not what was due (R1-13).

    Due is the price of what was signed for so far, less what was paid before.
    """
    order = document.order
    due = round_money(max(_worth_of_signed(document) - order.paid, Decimal(0)), order.currency)
    if taken:
        await receive_for(work, order, Money(taken, PaymentMethod.CASH, signed_by))
    if taken != due:
        note = f"{taken:f} {order.currency} were taken at the door, {due:f} were due"
        await open_exception(work, order, ExceptionKind.CASH_DIFFERENCE, note)


def follow_invoices(orders: Collection[Order], invoices: Collection[Invoice]) -> None:
    """Derive the payment status of orders from what is covered of their invoices."""
    by_source = {each.source_id: each for each in invoices}
    for order in orders:
        if order.id not in by_source:
            continue
        invoice = by_source[order.id]
        if invoice.paid >= invoice.total:
            order.payment_status = PaymentStatus.PAID
        else:
            order.payment_status = PaymentStatus.PARTIAL if invoice.paid else PaymentStatus.UNPAID


def take_back(work: Work, order: Order, payment: Payment, reason: str) -> None:
    """Let a locked order have less paid, as one of its payments was reversed."""
    order.paid -= payment.amount
    set_payment_status(order, due=order.total)
    data = {"amount": str(-payment.amount)}
    state = OrderState(order.state)
    enter_state(work, order, "REVERSE_PAYMENT", state, reason=reason, data=data)


def _worth_of_signed(document: OrderDocument) -> Decimal:
    currency = document.order.currency
    return sum((_worth(line, currency) for line in document.lines), Decimal(0))


def _worth(line: OrderLine, currency: str) -> Decimal:
    share = Fraction(line.signed) / Fraction(line.ordered)
    gross = round_money(Fraction(line.gross) * share, currency)
    return gross + round_money(Fraction(line.deposit) * share, currency)


def is_of_order(payment: Payment) -> UUID | None:
    """Return the order that a payment was for, if it was for one."""
    return payment.source_id if payment.source_kind == "order" else None
