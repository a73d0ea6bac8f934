"""Bill what was delivered (R3-28, Our rule 11)."""

from collections.abc import Collection, Sequence
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from app.audit import operations as audit
from app.catalog.models import Product, Sku
from app.db.bulk import update_rows
from app.db.counters import next_number
from app.db.outbox import DomainEvent
from app.db.work import Work
from app.finance import locks
from app.finance.models import Invoice, InvoiceLine, LedgerAccount, Payment
from app.finance.operations.allocating import Allocation, note_allocations
from app.finance.operations.parties import parties_of
from app.finance.operations.posting import Document, allocation, post
from app.finance.operations.telling import tell_of_money, watchers_of
from app.finance.rules import InvoiceLineDraft, document_number, take
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
    buyer_reference: str | None = None,
) -> Invoice:
    """Bill a source, once, under the seller's next number of the year; its payments pay first.

    Both parties, the buyer's own number and the names of the goods stay on it as they are now.
    Nine statements for any number of lines, ten with payments.
    """
    parties = await parties_of(work, relationship_id)
    year = parties.issued_on.year
    number = await next_number(work, seller_id, f"{SERIES}-{year}")
    net, tax, deposits = (
        sum((getattr(line, of) for line in lines), Decimal(0)) for of in ("net", "tax", "deposit")
    )
    taken = await _take_payments(work, source_id, net + tax + deposits)
    invoice = Invoice(
        year=year,
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
        paid=sum((amount for _, amount in taken), Decimal(0)),
        issued_at=work.now,
        issued_on=parties.issued_on,
        due_on=parties.due_on,
        seller_details=dict(parties.seller),
        buyer_details={**parties.buyer, "reference": buyer_reference},
    )
    await work.save(invoice)
    await _write_lines(work, invoice, lines)
    await note_allocations(work, [Allocation(invoice.id, *each) for each in taken])
    await _post(work, invoice)
    await _note(work, invoice)
    return invoice


async def _take_payments(
    work: Work, source_id: UUID, due: Decimal
) -> Sequence[tuple[UUID, Decimal]]:
    payments = await locks.unallocated_payments(work, source_id)
    taken = take([(payment.id, payment.unallocated) for payment in payments], due)
    rows = [{"id": payment_id, "unallocated": -amount} for payment_id, amount in taken]
    await update_rows(work, Payment, rows, add=("unallocated",))
    return taken


async def _write_lines(work: Work, invoice: Invoice, lines: Sequence[InvoiceLineDraft]) -> None:
    titles = await _titles(work, {line.sku_id for line in lines})
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
            "title": titles[line.sku_id],
        }
        for line in lines
    ]
    await work.insert(InvoiceLine, rows)


async def _titles(work: Work, sku_ids: Collection[UUID]) -> dict[UUID, str]:
    named = select(Sku.id, Product.name, Sku.name).join(Product, Product.id == Sku.product_id)
    found = (await work.session.execute(named.where(Sku.id.in_(sku_ids)))).all()
    return {
        key: product if sku.startswith(product) else f"{product}, {sku}"
        for key, product, sku in found
    }


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


async def _note(work: Work, invoice: Invoice) -> None:
    data = {
        "number": document_number(invoice.year, invoice.number),
        "total": str(invoice.total),
        "currency": invoice.currency,
        "due_on": str(invoice.due_on),
        "source_kind": invoice.source_kind,
        "source_id": str(invoice.source_id),
    }
    audit.record(work, "ISSUE_INVOICE", "invoice", invoice.id, after=data)
    parties = {"seller_id": str(invoice.seller_id), "buyer_id": str(invoice.buyer_id)}
    event = DomainEvent("invoice_issued", "invoice", invoice.id, data | parties)
    watchers = await watchers_of(work, invoice.relationship_id)
    tell_of_money(work, event, watchers, watchers.people[invoice.buyer_id])
