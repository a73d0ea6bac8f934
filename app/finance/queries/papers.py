"""What is printed of invoices and credit notes, for whoever may read them."""

from collections.abc import Sequence
from uuid import UUID

from app.db.work import Work
from app.finance.models import CreditCause, CreditNote, CreditNoteLine, Invoice, InvoiceLine
from app.finance.papers.sheet import MoneyPaper, PaperLine
from app.finance.queries.credit_notes import credit_note, credit_note_lines
from app.finance.queries.invoices import invoice, invoice_lines
from app.finance.rules import document_number
from app.rbac.guard import requires
from app.rbac.permissions import Permission


@requires(Permission.INVOICE_READ)
async def invoice_paper(work: Work, invoice_id: UUID) -> MoneyPaper:
    """Return what is printed of one visible invoice; raises `NotFound`."""
    row = await invoice(work, invoice_id)
    lines = (await invoice_lines(work, [row.id]))[row.id]
    return _paper(row, row, [_line(line, line, None) for line in lines])


@requires(Permission.INVOICE_READ)
async def credit_note_paper(work: Work, note_id: UUID) -> MoneyPaper:
    """Return what is printed of one visible credit note; raises `NotFound`."""
    row = await credit_note(work, note_id)
    of = await invoice(work, row.invoice_id)
    lines = (await credit_note_lines(work, [row.id]))[row.id]
    return _paper(row, of, [_line(line, billed, line.cause) for line, billed in lines])


def _paper(row: Invoice | CreditNote, of: Invoice, lines: Sequence[PaperLine]) -> MoneyPaper:
    """Write down an invoice, or a credit note of one; the parties are the invoice's."""
    is_credit = isinstance(row, CreditNote)
    return MoneyPaper(
        number=document_number(row.year, row.number),
        day=row.issued_on,
        due_on=None if is_credit else of.due_on,
        of_invoice=document_number(of.year, of.number) if is_credit else None,
        reason=row.reason if is_credit else "",
        currency=row.currency,
        net=row.net,
        tax=row.tax,
        deposits=row.deposits,
        total=row.total,
        seller=of.seller_details or {},
        buyer=of.buyer_details or {},
        lines=lines,
    )


def _line(line: InvoiceLine | CreditNoteLine, billed: InvoiceLine, cause: str | None) -> PaperLine:
    return PaperLine(
        position=line.position,
        title=billed.title,
        quantity=line.quantity,
        net=line.net,
        tax=line.tax,
        rate=billed.tax_rate_percent,
        cause=None if cause is None else CreditCause(cause),
    )
