"""Take money in (R3-25)."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from uuid import UUID

from app.audit import operations as audit
from app.db.outbox import DomainEvent
from app.db.work import Work
from app.finance import locks
from app.finance.errors import AmountNotMoney, PaymentTooLarge
from app.finance.models import Invoice, LedgerAccount, Payment, PaymentMethod, PrepaidCause
from app.finance.operations.allocating import Allocation, note_allocations
from app.finance.operations.posting import Document, allocation, post
from app.finance.operations.prepaid import move_prepaid
from app.finance.operations.telling import tell_of_money, watchers_of
from app.finance.rules import fits_currency
from app.kernel.errors import Invalid
from app.kernel.ids import new_id
from app.kernel.money import MAX_AMOUNT


async def record_payment(  # noqa: PLR0913, PLR0917  # a payment has this many particulars
    work: Work,
    relationship_id: UUID,
    source_kind: str,
    source_id: UUID,
    method: PaymentMethod,
    currency: str,
    amount: Decimal,
    reference: str,
    received_on: date | None = None,
    payment_id: UUID | None = None,
) -> Payment:
    """Take a payment for a source: as an advance, or against its invoice once there is one.

    One from the prepaid balance is taken from there. Raises `Invalid` and `AmountNotMoney` for
    amounts that are none, `PaymentTooLarge` above what is open on the invoice. Four
    statements, six with an invoice.
    """
    require_money(amount, currency)
    invoice = await locks.invoice_of(work, source_id)
    _require_due(invoice, amount)
    payment = Payment(
        id=payment_id or new_id(),
        received_on=received_on,
        relationship_id=relationship_id,
        source_kind=source_kind,
        source_id=source_id,
        method=method,
        currency=currency,
        amount=amount,
        unallocated=Decimal(0) if invoice else amount,
        reference=reference,
        received_at=work.now,
        recorded_by_membership_id=work.actor.membership_id,
    )
    postings: list[Mapping[LedgerAccount, Decimal]] = []
    if method is PaymentMethod.PREPAID_BALANCE:
        cause = PrepaidCause.ORDER
        await move_prepaid(work, relationship_id, currency, -amount, cause, source_id=source_id)
    else:
        postings.append({LedgerAccount.CASH: amount, LedgerAccount.ADVANCE: -amount})
    if invoice is not None:
        invoice.paid += amount
        postings.append(allocation(amount))
    await work.save(payment)
    if invoice is not None:
        await note_allocations(work, [Allocation(invoice.id, payment.id, amount)])
    await post(work, Document(relationship_id, source_kind, source_id, currency), *postings)
    await _note(work, payment)
    return payment


def require_money(amount: Decimal, currency: str) -> None:
    """Raise `Invalid` or `AmountNotMoney` for an amount that nobody can have paid."""
    if not 0 < amount <= MAX_AMOUNT:
        raise Invalid("amount", "must be above zero, and no more than the books can hold")
    if not fits_currency(amount, currency):
        raise AmountNotMoney(amount, currency)


def _require_due(invoice: Invoice | None, amount: Decimal) -> None:
    if invoice is not None and amount > invoice.total - invoice.paid:
        raise PaymentTooLarge(invoice.total - invoice.paid, amount, invoice.currency)


async def _note(work: Work, payment: Payment) -> None:
    data = {
        "amount": str(payment.amount),
        "currency": payment.currency,
        "method": payment.method,
        "source_kind": payment.source_kind,
        "source_id": str(payment.source_id),
    }
    audit.record(work, "RECORD_PAYMENT", "payment", payment.id, after=data)
    more = {
        "relationship_id": str(payment.relationship_id),
        "reference": payment.reference or None,
    }
    event = DomainEvent("payment_recorded", "payment", payment.id, data | more)
    watchers = await watchers_of(work, payment.relationship_id)
    tell_of_money(work, event, watchers, watchers.besides(work.actor.membership_id))
