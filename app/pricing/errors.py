"""What pricing may refuse, in words for the person who can mend it."""

from dataclasses import dataclass
from typing import ClassVar

from app.kernel.errors import Refused


@dataclass(eq=False)
class NoPrice(Refused):
    """No price means the line is refused, never zero (Our rule 6)."""

    code: ClassVar = "NO_PRICE"
    text: ClassVar = "{sku} has no price for this buyer: {reason}"
    field_path: ClassVar = "skuId"
    sku: str
    reason: str


@dataclass(eq=False)
class PriceListPeriodWrong(Refused):
    """A period must have a day."""

    code: ClassVar = "PRICE_LIST_PERIOD_WRONG"
    text: ClassVar = "The last day {last_day} lies before the first day {first_day}."
    field_path: ClassVar = "validUntil"
    first_day: str
    last_day: str
