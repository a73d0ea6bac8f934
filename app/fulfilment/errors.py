"""What fulfilment may refuse, in words for the person who can mend it."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from app.kernel.errors import Refused


@dataclass(eq=False)
class PickedDiffers(Refused):
    """Preparation ends when picked equals set aside (R1-55)."""

    code: ClassVar = "PICKED_DIFFERS"
    text: ClassVar = "{picked} pieces of {sku} were picked, {allocated} were set aside."
    field_path: ClassVar = "lines"
    sku: str
    picked: Decimal
    allocated: Decimal


@dataclass(eq=False)
class MoreThanThere(Refused):
    """More was given than is there for this step."""

    code: ClassVar = "MORE_THAN_THERE"
    text: ClassVar = "Line {position}: {given} pieces were given, {most} are possible."
    field_path: ClassVar = "lines"
    position: int
    given: Decimal
    most: Decimal


@dataclass(eq=False)
class ShipmentNotOpen(Refused):
    """The shipment has gone past this step."""

    code: ClassVar = "SHIPMENT_NOT_OPEN"
    text: ClassVar = "Shipment {number} is {status}."
    field_path: ClassVar = "shipmentId"
    number: int
    status: str
