"""Note that an invoice was not paid when it was due."""

from uuid import UUID

from app.db.outbox import DomainEvent
from app.db.work import Work
from app.finance import locks
from app.finance.operations.telling import tell_of_money, watchers_of
from app.finance.rules import document_number
from app.rbac.guard import requires
from app.rbac.permissions import Permission
from app.tenants.operations import local_day


@requires(Permission.PAYMENT_RECORD)
async def note_overdue_invoice(work: Work, invoice_id: UUID) -> UUID:
    """Tell both sides once that an invoice is overdue; nothing where it was paid meanwhile."""
    for invoice in await locks.invoices(work, [invoice_id]):
        late = invoice.due_on is not None and invoice.due_on < await local_day(work)
        if not late or invoice.paid >= invoice.total or invoice.overdue_told_at is not None:
            continue
        invoice.overdue_told_at = work.now
        data = {
            "number": document_number(invoice.year, invoice.number),
            "open": str(invoice.total - invoice.paid),
            "currency": invoice.currency,
            "due_on": str(invoice.due_on),
            "seller_id": str(invoice.seller_id),
            "buyer_id": str(invoice.buyer_id),
        }
        watchers = await watchers_of(work, invoice.relationship_id)
        event = DomainEvent("invoice_overdue", "invoice", invoice.id, data)
        tell_of_money(work, event, watchers, watchers.besides(None))
    return invoice_id
