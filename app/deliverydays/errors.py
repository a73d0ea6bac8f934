"""What may be refused about days of delivery."""

from dataclasses import dataclass
from typing import ClassVar

from app.kernel.errors import Refused


@dataclass(eq=False)
class NoDeliveryDay(Refused):
    """The seller does not deliver there on such a day."""

    code: ClassVar = "NO_DELIVERY_DAY"
    text: ClassVar = "{day} is no delivery day; the next are {following}."
    field_path: ClassVar = "requestedDeliveryOn"
    day: str
    following: str


@dataclass(eq=False)
class CutOffPassed(Refused):
    """It is too late to order for that day."""

    code: ClassVar = "CUT_OFF_PASSED"
    text: ClassVar = "Orders for {day} were taken until {until}; the next days are {following}."
    field_path: ClassVar = "requestedDeliveryOn"
    day: str
    until: str
    following: str
