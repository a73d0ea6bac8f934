"""Invoices, credit notes and payments (R3-25, R3-26)."""

from app.schema.finance.invoices import (
    CreditNote,
    Invoice,
    invoices_by_id,
    invoices_by_source,
)
from app.schema.finance.mutations import FinanceMutation
from app.schema.finance.prepaid import PrepaidAccount
from app.schema.finance.queries import FinanceQuery
from app.schema.finance.received import Payment, payments_by_source

__all__ = [
    "CreditNote",
    "FinanceMutation",
    "FinanceQuery",
    "Invoice",
    "Payment",
    "PrepaidAccount",
    "invoices_by_id",
    "invoices_by_source",
    "payments_by_source",
]
