"""Tables of money: amounts are in the row's currency, rounded to its exponent."""

from app.finance.models.billing import (
    BillingDetails,
    CreditCause,
    CreditNote,
    CreditNoteLine,
    Invoice,
    InvoiceLine,
    PaperLanguage,
)
from app.finance.models.ledger import LedgerAccount, LedgerEntry
from app.finance.models.payments import InvoiceAllocation, Payment, PaymentMethod
from app.finance.models.prepaid import PrepaidAccount, PrepaidCause, PrepaidMovement
from app.finance.models.statements import StatementAnswer, StatementVerdict

__all__ = [
    "BillingDetails",
    "CreditCause",
    "CreditNote",
    "CreditNoteLine",
    "Invoice",
    "InvoiceAllocation",
    "InvoiceLine",
    "LedgerAccount",
    "LedgerEntry",
    "PaperLanguage",
    "Payment",
    "PaymentMethod",
    "PrepaidAccount",
    "PrepaidCause",
    "PrepaidMovement",
    "StatementAnswer",
    "StatementVerdict",
]
