"""What an actor may read of money."""

from app.finance.queries.credit_notes import (
    credit_note,
    credit_note_lines,
    credit_notes,
    credit_notes_by_id,
    credit_notes_of,
)
from app.finance.queries.details import billing_details
from app.finance.queries.invoices import (
    InvoiceSide,
    invoice,
    invoice_lines,
    invoices,
    invoices_by_id,
    invoices_by_source,
    payments_by_source,
)

__all__ = [
    "InvoiceSide",
    "billing_details",
    "credit_note",
    "credit_note_lines",
    "credit_notes",
    "credit_notes_by_id",
    "credit_notes_of",
    "invoice",
    "invoice_lines",
    "invoices",
    "invoices_by_id",
    "invoices_by_source",
    "payments_by_source",
]
