"""What a report of a provider does to a payment, its order and the books, once."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.audit.operations import record
from app.checkout import locks
from app.checkout.models import CallbackOutcome, CheckoutReport, OnlinePayment, OnlinePaymentState
from app.checkout.rules.reports import Report
from app.checkout.rules.states import Reported, is_news
from app.db.outbox import DomainEvent
from app.db.work import Work
from app.finance.models import PaymentMethod
from app.finance.operations import record_payment
from app.kernel.errors import NotFound
from app.kernel.ids import new_id
from app.orders import locks as order_locks
from app.orders.models import Order
from app.orders.operations.paying import Money, receive_for, still_open_of
from app.orders.rules.states import OrderState
from app.rbac.operations import people_of
from app.rbac.permissions import Permission

_OVER = (OrderState.DRAFT, OrderState.CANCELLED, OrderState.REJECTED)


async def take_report(work: Work, report: Report) -> CallbackOutcome:
    """Let a verified report count: each event once, money for good, whatever the order says now.

    Raises `NotFound` for a payment that is none of this network's.
    """
    payment = await locks.online_payment(work, report.online_payment_id)
    if payment is None:
        raise NotFound("OnlinePayment")
    outcome = _outcome(payment, report)
    kept = insert(CheckoutReport).values(
        tenant_id=work.tenant_id,
        id=new_id(),
        online_payment_id=payment.id,
        event=report.event,
        state=report.state,
        outcome=outcome,
        amount=report.amount,
        currency=report.currency,
        heard_at=work.now,
    )
    is_new = await work.session.scalar(kept.on_conflict_do_nothing().returning(CheckoutReport.id))
    if is_new is None:
        return CallbackOutcome.REPEATED
    if outcome is CallbackOutcome.MISMATCHED:
        await _tell_seller(work, payment, "online_payment_mismatched", report)
    if outcome is CallbackOutcome.ACCEPTED:
        await _decide(work, payment, report)
    return outcome


def _outcome(payment: OnlinePayment, report: Report) -> CallbackOutcome:
    is_paid = report.state is Reported.PAID
    if is_paid and (report.amount, report.currency) != (payment.amount, payment.currency):
        return CallbackOutcome.MISMATCHED
    is_moved = is_news(payment.state, report.state)
    return CallbackOutcome.ACCEPTED if is_moved else CallbackOutcome.OUTDATED


async def _decide(work: Work, payment: OnlinePayment, report: Report) -> None:
    payment.decided_at, payment.ask_at = work.now, None
    payment.provider_reference = report.reference or payment.provider_reference
    record(
        work,
        "REPORT_ONLINE_PAYMENT",
        "online_payment",
        payment.id,
        before={"state": payment.state},
        after={"state": report.state, "event": report.event},
    )
    if report.state is Reported.FAILED:
        payment.state = OnlinePaymentState.FAILED
        return
    payment_id = await _take_money(work, payment, report)
    payment.state, payment.payment_id = OnlinePaymentState.PAID, payment_id


async def _take_money(work: Work, payment: OnlinePayment, report: Report) -> UUID:
    """Give the money to its order where that still takes it; else it is the buyer's credit."""
    (order,) = await order_locks.orders(work, [payment.order_id])
    reference = report.reference or str(payment.id)
    if order.state not in _OVER and await still_open_of(work, order) >= payment.amount:
        money = Money(payment.amount, PaymentMethod.ONLINE, reference)
        return (await receive_for(work, order, money)).id
    kept = await record_payment(
        work,
        payment.relationship_id,
        "trading_relationship",
        payment.relationship_id,
        PaymentMethod.ONLINE,
        payment.currency,
        payment.amount,
        reference,
    )
    await _tell_seller(work, payment, "online_payment_late", report)
    return kept.id


async def _tell_seller(work: Work, payment: OnlinePayment, kind: str, report: Report) -> None:
    order = (await work.session.scalars(select(Order).where(Order.id == payment.order_id))).one()
    people = await people_of(work, {order.seller_id}, Permission.PAYMENT_RECORD)
    data = {
        "number": order.number,
        "amount": f"{report.amount:f}",
        "asked": f"{payment.amount:f}",
        "currency": report.currency,
        "seller_id": str(order.seller_id),
        "recipients": [str(person) for person in people],
    }
    work.tell(DomainEvent(kind, "order", order.id, data))
