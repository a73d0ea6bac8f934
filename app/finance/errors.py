"""What finance may refuse, in words for the person who can mend it."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from app.kernel.errors import Refused


@dataclass(eq=False)
class PaymentTooLarge(Refused):
    """A payment cannot exceed what is due."""

    code: ClassVar = "PAYMENT_TOO_LARGE"
    text: ClassVar = "Only {open} {currency} are still open, {given} were given."
    field_path: ClassVar = "amount"
    open: Decimal
    given: Decimal
    currency: str


@dataclass(eq=False)
class AmountNotMoney(Refused):
    """Amounts fit the currency."""

    code: ClassVar = "AMOUNT_NOT_MONEY"
    text: ClassVar = "{amount} has more decimal places than {currency} knows."
    field_path: ClassVar = "amount"
    amount: Decimal
    currency: str


@dataclass(eq=False)
class AllocationTooLarge(Refused):
    """No more of a payment can cover invoices than is left of it."""

    code: ClassVar = "ALLOCATION_TOO_LARGE"
    text: ClassVar = "Only {left} {currency} are left to allocate, {given} were given."
    field_path: ClassVar = "allocations"
    left: Decimal
    given: Decimal
    currency: str


@dataclass(eq=False)
class PaymentReversed(Refused):
    """A payment that was reversed counts for nothing any more."""

    code: ClassVar = "PAYMENT_REVERSED"
    text: ClassVar = "This payment was reversed: {reason}."
    field_path: ClassVar = "paymentId"
    reason: str


@dataclass(eq=False)
class PrepaidBalanceTooLow(Refused):
    """A prepaid balance never falls below zero."""

    code: ClassVar = "PREPAID_BALANCE_TOO_LOW"
    text: ClassVar = "The prepaid balance is {balance} {currency}, {wanted} were wanted."
    field_path: ClassVar = "amount"
    balance: Decimal
    wanted: Decimal
    currency: str


@dataclass(eq=False)
class StatementChanged(Refused):
    """What is confirmed is what was seen."""

    code: ClassVar = "STATEMENT_CHANGED"
    text: ClassVar = "The statement closes at {closing} {currency} now; you saw {seen}."
    field_path: ClassVar = "seenClosing"
    closing: Decimal
    seen: Decimal
    currency: str


@dataclass(eq=False)
class CreditTooLarge(Refused):
    """No more of a line can be credited than was billed of it."""

    code: ClassVar = "CREDIT_TOO_LARGE"
    text: ClassVar = "Only {left} pieces of this line can still be credited, {given} were given."
    field_path: ClassVar = "lines"
    left: Decimal
    given: Decimal
