"""What checkout may refuse, in words for the person who can mend it."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from app.kernel.errors import Refused


@dataclass(eq=False)
class NotPayableOnline(Refused):
    """Only an order that waits for its payment, and is to be paid online, can be."""

    code: ClassVar = "NOT_PAYABLE_ONLINE"
    text: ClassVar = "The order cannot be paid online now: {reason}."
    field_path: ClassVar = "orderId"
    reason: str


@dataclass(eq=False)
class OnlyInYuan(Refused):
    """WeChat Pay and Alipay take yuan, in whole fen, and nothing else (R1-12)."""

    code: ClassVar = "ONLY_IN_YUAN"
    text: ClassVar = "{provider} takes whole fen of CNY alone, and {amount} {currency} is open."
    field_path: ClassVar = "orderId"
    provider: str
    amount: Decimal
    currency: str


@dataclass(eq=False)
class ProviderUnavailable(Refused):
    """The provider did not answer, or not as agreed; nothing was paid."""

    code: ClassVar = "PAYMENT_PROVIDER_UNAVAILABLE"
    text: ClassVar = "The payment provider cannot be reached now; please try again."
    field_path: ClassVar = "orderId"


@dataclass(eq=False)
class NoProvider(Refused):
    """The seller takes no payments online."""

    code: ClassVar = "NO_PAYMENT_PROVIDER"
    text: ClassVar = "{seller} has no payment provider."
    field_path: ClassVar = "orderId"
    seller: str
