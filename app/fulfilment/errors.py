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


@dataclass(eq=False)
class WrongDeliveryCode(Refused):
    """What was given is not the code that the shipment's buyer was told (R1-65)."""

    code: ClassVar = "WRONG_DELIVERY_CODE"
    text: ClassVar = "This is not the delivery code of shipment {number}."
    field_path: ClassVar = "code"
    number: int


@dataclass(eq=False)
class TooManyDeliveryCodes(Refused):
    """After a few wrong codes the next one waits, and longer each time."""

    code: ClassVar = "TOO_MANY_DELIVERY_CODES"
    text: ClassVar = "Too many codes were wrong; try again in {seconds} s, or sign by hand."
    field_path: ClassVar = "code"
    seconds: int


@dataclass(eq=False)
class CarrierReasonNeeded(Refused):
    """Who takes another carrier than the rules choose says why, and that is kept (R2-18)."""

    code: ClassVar = "CARRIER_REASON_NEEDED"
    text: ClassVar = "Rule {priority} chooses {carrier}; say why another carrier takes the goods."
    field_path: ClassVar = "reason"
    priority: int
    carrier: str


@dataclass(eq=False)
class NotLate(Refused):
    """What has arrived meanwhile, or is expected later, is not late."""

    code: ClassVar = "NOT_LATE"
    text: ClassVar = "Shipment {number} is not late."
    field_path: ClassVar = "shipmentId"
    number: int


@dataclass(eq=False)
class NothingToPick(Refused):
    """No task waits for a wave."""

    code: ClassVar = "NOTHING_TO_PICK"
    text: ClassVar = "No pick task of this choice waits for a wave."
    field_path: ClassVar = "warehouseId"


@dataclass(eq=False)
class WrongScan(Refused):
    """What was scanned is not what the stop asks for; nothing was counted."""

    code: ClassVar = "WRONG_SCAN"
    text: ClassVar = (
        "This stop asks for {open} x {level} of {sku}, code {expected_code}, lot {expected_lot}."
    )
    field_path: ClassVar = "code"
    sku: str
    level: str
    expected_code: str
    expected_lot: str
    open: Decimal


@dataclass(eq=False)
class WaveNotOpen(Refused):
    """The wave has gone past this step, or is not there yet."""

    code: ClassVar = "WAVE_NOT_OPEN"
    text: ClassVar = "Wave {number} is {status}."
    field_path: ClassVar = "waveId"
    number: int
    status: str


@dataclass(eq=False)
class PickerChecks(Refused):
    """A second person checks what one has picked (R1-55)."""

    code: ClassVar = "PICKER_CHECKS"
    text: ClassVar = "Wave {number} must be checked by somebody who picked nothing of it."
    field_path: ClassVar = "waveId"
    number: int


@dataclass(eq=False)
class CheckDiffers(Refused):
    """The second count is another than the first: look again, nothing was noted."""

    code: ClassVar = "CHECK_DIFFERS"
    text: ClassVar = "Stop {position}: {counted} pieces were counted, {picked} were picked."
    field_path: ClassVar = "counts"
    position: int
    counted: Decimal
    picked: Decimal


@dataclass(eq=False)
class NotPickedYet(Refused):
    """Preparation ends when all waves of the order are picked and checked (R1-55)."""

    code: ClassVar = "NOT_PICKED_YET"
    text: ClassVar = "Wave {number} has goods of this order and is {status}."
    field_path: ClassVar = "orderId"
    number: int
    status: str


@dataclass(eq=False)
class ShipmentAlreadyPlanned(Refused):
    """A shipment stands in one plan only; take it out of that one first (R1-60)."""

    code: ClassVar = "SHIPMENT_ALREADY_PLANNED"
    text: ClassVar = "Shipment {number} of order {order} stands in the plan of {day} for {vehicle}."
    field_path: ClassVar = "shipmentIds"
    number: int
    order: str
    day: str
    vehicle: str


@dataclass(eq=False)
class ShipmentElsewhere(Refused):
    """A vehicle leaves one warehouse, with goods that lie there."""

    code: ClassVar = "SHIPMENT_ELSEWHERE"
    text: ClassVar = "Shipment {number} of order {order} has goods in another warehouse."
    field_path: ClassVar = "shipmentIds"
    number: int
    order: str


@dataclass(eq=False)
class PlanNotOpen(Refused):
    """The plan has departed, or was cancelled."""

    code: ClassVar = "PLAN_NOT_OPEN"
    text: ClassVar = "The plan of {day} for {vehicle} is {status}."
    field_path: ClassVar = "planId"
    day: str
    vehicle: str
    status: str


@dataclass(eq=False)
class StopNotReady(Refused):
    """All stops of a plan leave together, or none does; take this one out of the plan."""

    code: ClassVar = "STOP_NOT_READY"
    text: ClassVar = "Stop {position}: shipment {number} of order {order} is {status}."
    field_path: ClassVar = "planId"
    position: int
    number: int
    order: str
    status: str
