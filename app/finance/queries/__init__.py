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
from app.finance.queries.papers import credit_note_paper, invoice_paper
from app.finance.queries.payments import (
    allocations_of,
    payment,
    payments,
    payments_by_id,
    prepaid_account,
    prepaid_movements,
)
from app.finance.queries.statements import account_statement

__all__ = [
    "InvoiceSide",
    "account_statement",
    "allocations_of",
    "billing_details",
    "credit_note",
    "credit_note_lines",
    "credit_note_paper",
    "credit_notes",
    "credit_notes_by_id",
    "credit_notes_of",
    "invoice",
    "invoice_lines",
    "invoice_paper",
    "invoices",
    "invoices_by_id",
    "invoices_by_source",
    "payment",
    "payments",
    "payments_by_id",
    "payments_by_source",
    "prepaid_account",
    "prepaid_movements",
]
