"""Bill what was delivered (R3-28, Our rule 11)."""

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from app.audit import operations as audit
from app.db.bulk import update_rows
from app.db.counters import next_number
from app.db.outbox import DomainEvent
from app.db.work import Work
from app.finance import locks
from app.finance.models import Invoice, InvoiceLine, LedgerAccount, Payment
from app.finance.operations.posting import Document, allocation, post
from app.finance.rules import InvoiceLineDraft, take
from app.kernel.ids import new_id

SERIES = "invoice"


async def issue_invoice(  # noqa: PLR0913  # an invoice has this many particulars
    work: Work,
    *,
    seller_id: UUID,
    buyer_id: UUID,
    relationship_id: UUID,
    source_kind: str,
    source_id: UUID,
    currency: str,
    lines: Sequence[InvoiceLineDraft],
) -> Invoice:
    """Bill a source, once, under the seller's next number; its unallocated payments pay first.

    Six statements for any number of lines and payments.
    """
    number = await next_number(work, seller_id, SERIES)
    net, tax, deposits = (
        sum((getattr(line, of) for line in lines), Decimal(0)) for of in ("net", "tax", "deposit")
    )
    paid = await _take_payments(work, source_id, net + tax + deposits)
    invoice = Invoice(
        seller_id=seller_id,
        buyer_id=buyer_id,
        relationship_id=relationship_id,
        number=number,
        source_kind=source_kind,
        source_id=source_id,
        currency=currency,
        net=net,
        tax=tax,
        deposits=deposits,
        total=net + tax + deposits,
        paid=paid,
        issued_at=work.now,
    )
    await work.save(invoice)
    await _write_lines(work, invoice, lines)
    await _post(work, invoice)
    _note(work, invoice)
    return invoice


async def _take_payments(work: Work, source_id: UUID, due: Decimal) -> Decimal:
    payments = await locks.unallocated_payments(work, source_id)
    taken = take([(payment.id, payment.unallocated) for payment in payments], due)
    rows = [{"id": payment_id, "unallocated": -amount} for payment_id, amount in taken]
    await update_rows(work, Payment, rows, add=("unallocated",))
    return sum((amount for _, amount in taken), Decimal(0))


async def _write_lines(work: Work, invoice: Invoice, lines: Sequence[InvoiceLineDraft]) -> None:
    rows = [
        {
            "id": new_id(),
            "invoice_id": invoice.id,
            "source_line_id": line.source_line_id,
            "position": line.position,
            "sku_id": line.sku_id,
            "quantity": line.quantity,
            "net": line.net,
            "tax": line.tax,
            "tax_rate_percent": line.tax_rate_percent,
            "deposit": line.deposit,
        }
        for line in lines
    ]
    await work.insert(InvoiceLine, rows)


async def _post(work: Work, invoice: Invoice) -> None:
    document = Document(
        invoice.relationship_id, invoice.source_kind, invoice.source_id, invoice.currency
    )
    sale = {
        LedgerAccount.RECEIVABLE: invoice.total,
        LedgerAccount.REVENUE: -invoice.net,
        LedgerAccount.TAX: -invoice.tax,
        LedgerAccount.DEPOSIT: -invoice.deposits,
    }
    await post(work, document, sale, allocation(invoice.paid))


def _note(work: Work, invoice: Invoice) -> None:
    data = {
        "number": invoice.number,
        "total": str(invoice.total),
        "currency": invoice.currency,
        "source_kind": invoice.source_kind,
        "source_id": str(invoice.source_id),
    }
    audit.record(work, "ISSUE_INVOICE", "invoice", invoice.id, after=data)
    parties = {"seller_id": str(invoice.seller_id), "buyer_id": str(invoice.buyer_id)}
    work.tell(DomainEvent("invoice_issued", "invoice", invoice.id, data | parties))
