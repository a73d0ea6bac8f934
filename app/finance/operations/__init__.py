"""What packages above may ask of finance, unguarded; amounts are in the document's currency.

Callers serialise work on one source themselves: they hold the lock of the order behind it.
"""

from app.finance.operations.allocating import (
    allocate,
    invoices_covered_by,
    oldest_first,
    open_invoices,
    own_sources,
    reverse,
)
from app.finance.operations.checking import broken_invariants
from app.finance.operations.invoicing import issue_invoice
from app.finance.operations.paying import record_payment, require_money
from app.finance.operations.prepaid import prepaid_balance, top_up
from app.finance.operations.standing import invoices_of, oldest_unpaid_in, receivable, receivable_in
from app.finance.rules import InvoiceLineDraft

__all__ = [
    "InvoiceLineDraft",
    "allocate",
    "broken_invariants",
    "invoices_covered_by",
    "invoices_of",
    "issue_invoice",
    "oldest_first",
    "oldest_unpaid_in",
    "open_invoices",
    "own_sources",
    "prepaid_balance",
    "receivable",
    "receivable_in",
    "record_payment",
    "require_money",
    "reverse",
    "top_up",
]
