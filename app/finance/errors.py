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
class CreditTooLarge(Refused):
    """No more of a line can be credited than was billed of it."""

    code: ClassVar = "CREDIT_TOO_LARGE"
    text: ClassVar = "Only {left} pieces of this line can still be credited, {given} were given."
    field_path: ClassVar = "lines"
    left: Decimal
    given: Decimal
