"""Which payments' outcomes are unknown, and what asking the provider brings."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from app.checkout.models import CheckoutAccount, OnlinePayment
from app.checkout.operations.hearing import take_report
from app.checkout.operations.merchants import merchant_of
from app.checkout.provider import Provider
from app.checkout.rules.merchants import Asked
from app.checkout.terms import CheckoutTerms
from app.db.outbox import OutboxEvent
from app.db.work import Work
from app.orders.models import Order

UNCLEAR = "online_payment_unclear"
FIRST_ASKED = timedelta(minutes=10)
LAST_ASKED = 12
"""Times: the pause doubles, so that the last is some weeks after the first."""
MOST_A_RUN = 100


async def unclear_payments(work: Work) -> Sequence[UUID]:
    """Return payments of which the provider is to be asked now, the longest due first; bounded."""
    statement = (
        select(OnlinePayment.id)
        .where(OnlinePayment.ask_at <= work.now)
        .order_by(OnlinePayment.ask_at, OnlinePayment.id)
        .limit(MOST_A_RUN)
    )
    return (await work.session.scalars(statement)).all()


async def ask_provider(
    work: Work, event: OutboxEvent, provider: Provider, terms: CheckoutTerms
) -> None:
    """Ask what became of a payment and let the answer count; raises `ProviderSilent`."""
    statement = (
        select(OnlinePayment, CheckoutAccount, Order.number)
        .join(CheckoutAccount, CheckoutAccount.id == OnlinePayment.account_id)
        .join(Order, Order.id == OnlinePayment.order_id)
        .where(OnlinePayment.id == event.subject_id, OnlinePayment.ask_at.is_not(None))
    )
    found = (await work.session.execute(statement)).first()
    if found is None:
        return
    payment, account, number = found
    asked = Asked(payment.id, payment.amount, payment.currency, number)
    report = await provider.find(merchant_of(account, terms), asked, work.now)
    if report.is_decided and report.online_payment_id == payment.id:
        await take_report(work, report)
