"""Plans of a day's own delivery: how far one is, and what came of a stop (R1-60)."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from app.fulfilment.models import DeliveryPlan, ShipmentStatus


class DeliveryPlanStatus(StrEnum):
    """Whether a plan can still be changed, has left the warehouse, or was given up."""

    OPEN = "OPEN"
    DEPARTED = "DEPARTED"
    CANCELLED = "CANCELLED"


class StopOutcome(StrEnum):
    """What came of a stop, as its shipment says.

    REFUSED goods come back, or are back; CANCELLED ones never left.
    """

    WAITING = "WAITING"
    ON_THE_WAY = "ON_THE_WAY"
    DELIVERED = "DELIVERED"
    REFUSED = "REFUSED"
    LOST = "LOST"
    CANCELLED = "CANCELLED"


OUTCOMES: Mapping[ShipmentStatus, StopOutcome] = MappingProxyType(
    {
        ShipmentStatus.PLANNED: StopOutcome.WAITING,
        ShipmentStatus.IN_TRANSIT: StopOutcome.ON_THE_WAY,
        ShipmentStatus.DELAYED: StopOutcome.ON_THE_WAY,
        ShipmentStatus.ARRIVED: StopOutcome.ON_THE_WAY,
        ShipmentStatus.SIGNED: StopOutcome.DELIVERED,
        ShipmentStatus.REFUSED: StopOutcome.REFUSED,
        ShipmentStatus.RETURNED_TO_WAREHOUSE: StopOutcome.REFUSED,
        ShipmentStatus.LOST: StopOutcome.LOST,
        ShipmentStatus.CANCELLED: StopOutcome.CANCELLED,
    }
)


def status_of(plan: DeliveryPlan) -> DeliveryPlanStatus:
    """Return how far a plan is."""
    if plan.cancelled_at is not None:
        return DeliveryPlanStatus.CANCELLED
    return DeliveryPlanStatus.DEPARTED if plan.departed_at else DeliveryPlanStatus.OPEN
