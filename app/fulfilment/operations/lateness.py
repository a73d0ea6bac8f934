"""The late-delivery watch: which goods have not arrived as promised, or will not (R3-59, R2-19)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import DateTime, and_, cast, func, or_, select

from app.db.work import Work
from app.fulfilment.models import Shipment, ShipmentStatus
from app.orders.models import Order
from app.tenants.operations import local_instant, tenant_of

MOST_A_RUN = 100
_ON_THEIR_WAY = (ShipmentStatus.IN_TRANSIT, ShipmentStatus.DELAYED)


@dataclass(frozen=True, slots=True)
class Lateness:
    """Why goods count as late: for which expected arrival, and in words for people."""

    noted_for: datetime
    note: str


async def late_shipments(work: Work) -> Sequence[UUID]:
    """Return the shipments on their way that are late, or will be; the most late first; bounded.

    Late is what should have arrived by now, and what is expected after the day that the buyer
    asked for. What was told of already is passed over until another arrival is expected.
    """
    zone = (await tenant_of(work)).time_zone
    day = Order.requested_delivery_on
    asked_until = func.timezone(zone, cast(day, DateTime()) + timedelta(days=1))
    due = func.coalesce(Shipment.expected_at, asked_until)
    statement = (
        select(Shipment.id)
        .join(Order, and_(Order.tenant_id == Shipment.tenant_id, Order.id == Shipment.order_id))
        .where(
            Shipment.status.in_(_ON_THEIR_WAY),
            Shipment.late_noted_for.is_distinct_from(due),
            or_(due <= work.now, Shipment.expected_at >= asked_until),
        )
        .order_by(due, Shipment.id)
        .limit(MOST_A_RUN)
    )
    return (await work.session.scalars(statement)).all()


async def lateness_of(work: Work, shipment: Shipment, order: Order) -> Lateness | None:
    """Say why a shipment is late now, or none."""
    if shipment.status not in _ON_THEIR_WAY:
        return None
    day = order.requested_delivery_on
    asked_until = await local_instant(work, day + timedelta(days=1)) if day else None
    due = shipment.expected_at or asked_until
    if due is None or shipment.late_noted_for == due:
        return None
    if due <= work.now:
        return Lateness(due, f"it was expected by {_day(due)} and has not arrived")
    if shipment.expected_at and asked_until and shipment.expected_at >= asked_until:
        return Lateness(due, f"it is expected on {_day(due)}, and was asked for on {day}")
    return None


def _day(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d %H:%M} UTC"
