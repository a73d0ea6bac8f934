"""Which payments and credit notes cover which invoices, by hand or the oldest first."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select

from app.audit import operations as audit
from app.db.bulk import update_rows
from app.db.outbox import DomainEvent
from app.db.work import Work
from app.finance.errors import AllocationTooLarge, AmountNotMoney, PaymentReversed, PaymentTooLarge
from app.finance.models import (
    CreditNote,
    Invoice,
    InvoiceAllocation,
    LedgerAccount,
    Payment,
    PaymentMethod,
    PrepaidCause,
)
from app.finance.operations.posting import Document, allocation, post
from app.finance.operations.prepaid import move_prepaid
from app.finance.rules import fits_currency, take
from app.kernel.errors import Invalid, NotFound
from app.kernel.ids import new_id

MOST_OPEN = 500
"""How many open invoices the oldest-first rule looks at in one go."""


@dataclass(frozen=True, slots=True)
class Allocation:
    """So much of a payment covers an invoice; of a credit note where `is_credit`."""

    invoice_id: UUID
    source_id: UUID
    amount: Decimal
    is_credit: bool = False


async def note_allocations(work: Work, allocations: Sequence[Allocation]) -> None:
    """Write allocations in one statement; what the invoices have as paid is for the caller."""
    rows = [
        {
            "id": new_id(),
            "invoice_id": each.invoice_id,
            "payment_id": None if each.is_credit else each.source_id,
            "credit_note_id": each.source_id if each.is_credit else None,
            "amount": each.amount,
            "allocated_at": work.now,
        }
        for each in allocations
    ]
    if rows:
        await work.insert(InvoiceAllocation, rows)


async def open_invoices(work: Work, relationship_id: UUID) -> Sequence[UUID]:
    """Return the invoices of a relationship that are not covered, the oldest first; bounded."""
    statement = (
        select(Invoice.id)
        .where(Invoice.relationship_id == relationship_id, Invoice.paid < Invoice.total)
        .order_by(Invoice.issued_at, Invoice.id)
        .limit(MOST_OPEN)
    )
    return (await work.session.scalars(statement)).all()


def oldest_first(invoices: Sequence[Invoice], left: Decimal) -> Sequence[tuple[Invoice, Decimal]]:
    """Give what is left to the invoices in the order of their issue, each as far as it is open."""
    by_age = sorted(invoices, key=lambda each: (each.issued_at, each.id))
    known = {each.id: each for each in by_age}
    open_amounts = [(each.id, each.total - each.paid) for each in by_age]
    return [(known[key], amount) for key, amount in take(open_amounts, left)]


async def allocate(
    work: Work, source: Payment | CreditNote, wanted: Sequence[tuple[Invoice, Decimal]]
) -> None:
    """Cover locked invoices with what is left of a locked payment or credit note.

    Raises `AllocationTooLarge`, `PaymentTooLarge`, `AmountNotMoney`, `PaymentReversed`, and
    `NotFound` for an invoice of another relationship. Four statements.
    """
    is_credit = isinstance(source, CreditNote)
    if isinstance(source, Payment) and source.reversed_at is not None:
        raise PaymentReversed(source.reversal_reason or "")
    total = _check(source, wanted)
    if not total:
        return
    for invoice, amount in wanted:
        invoice.paid += amount
    source.unallocated -= total
    rows = [Allocation(invoice.id, source.id, amount, is_credit) for invoice, amount in wanted]
    await note_allocations(work, rows)
    kind = "credit_note" if is_credit else "payment"
    document = Document(source.relationship_id, kind, source.id, source.currency)
    await post(work, document, allocation(total))
    given = {str(invoice.id): str(amount) for invoice, amount in wanted}
    audit.record(work, "ALLOCATE", kind, source.id, after=given)


def _check(source: Payment | CreditNote, wanted: Sequence[tuple[Invoice, Decimal]]) -> Decimal:
    if len({invoice.id for invoice, _ in wanted}) < len(wanted):
        raise Invalid("allocations", "must name each invoice once")
    for place, (invoice, amount) in enumerate(wanted):
        path = f"allocations.{place}"
        if invoice.relationship_id != source.relationship_id:
            raise NotFound("Invoice").at(f"{path}.invoiceId")
        if not (amount.is_finite() and amount > 0):
            raise Invalid(f"{path}.amount", "must be above zero")
        if not fits_currency(amount, source.currency):
            raise AmountNotMoney(amount, source.currency).at(f"{path}.amount")
        if amount > invoice.total - invoice.paid:
            left = invoice.total - invoice.paid
            raise PaymentTooLarge(left, amount, source.currency).at(f"{path}.amount")
    total = sum((amount for _, amount in wanted), Decimal(0))
    if total > source.unallocated:
        raise AllocationTooLarge(source.unallocated, total, source.currency)
    return total


async def invoices_covered_by(work: Work, payment_id: UUID) -> dict[UUID, Decimal]:
    """Return how much of which invoices a payment covers."""
    statement = (
        select(InvoiceAllocation.invoice_id, func.sum(InvoiceAllocation.amount))
        .where(InvoiceAllocation.payment_id == payment_id)
        .group_by(InvoiceAllocation.invoice_id)
        .having(func.sum(InvoiceAllocation.amount) != 0)
    )
    found = (await work.session.execute(statement)).all()
    return {key: amount for key, amount, *_ in found}


async def reverse(work: Work, payment: Payment, reason: str) -> None:
    """Let a locked payment count for nothing: what it covered of locked invoices is open again.

    One from a prepaid balance goes back there. Raises `PaymentReversed`.
    """
    if payment.reversed_at is not None:
        raise PaymentReversed(payment.reversal_reason or "")
    covered = await invoices_covered_by(work, payment.id)
    rows = [{"id": key, "paid": -amount} for key, amount in covered.items()]
    await update_rows(work, Invoice, rows, add=("paid",))
    taken_back = [Allocation(key, payment.id, -amount) for key, amount in covered.items()]
    await note_allocations(work, taken_back)
    payment.unallocated = Decimal(0)
    payment.reversed_at, payment.reversal_reason = work.now, reason
    payment.reversed_by_membership_id = work.actor.membership_id
    undone = -sum(covered.values(), Decimal(0))
    document = Document(payment.relationship_id, "payment", payment.id, payment.currency)
    if payment.method == PaymentMethod.PREPAID_BALANCE:
        await post(work, document, allocation(undone))
        await move_prepaid(
            work,
            payment.relationship_id,
            payment.currency,
            payment.amount,
            PrepaidCause.REFUND,
            source_id=payment.id,
            reference=reason,
        )
    else:
        given_back = {LedgerAccount.CASH: -payment.amount, LedgerAccount.ADVANCE: payment.amount}
        await post(work, document, allocation(undone), given_back)
    data = {"amount": str(payment.amount), "currency": payment.currency}
    audit.record(work, "REVERSE_PAYMENT", "payment", payment.id, after=data, reason=reason)
    told = data | {
        "source_kind": payment.source_kind,
        "source_id": str(payment.source_id),
        "relationship_id": str(payment.relationship_id),
        "reason": reason,
    }
    work.tell(DomainEvent("payment_reversed", "payment", payment.id, told))


async def own_sources(work: Work, invoice_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """Return what each invoice of the own organisation is of, of those that it issued."""
    statement = select(Invoice.id, Invoice.source_id).where(
        Invoice.id.in_(set(invoice_ids)), Invoice.seller_id == work.actor.own_organisation
    )
    found = (await work.session.execute(statement)).all()
    return {key: source_id for key, source_id, *_ in found}
