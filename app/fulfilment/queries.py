"""What an actor may read of shipments and pick tasks; orders decide who sees them (F2)."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import select

from app.db.work import Work
from app.fulfilment.models import Shipment, ShipmentLine, TrackingEvent
from app.kernel.errors import NotFound
from app.orders.models import Order
from app.orders.operations.visibility import readable
from app.rbac.guard import requires
from app.rbac.permissions import Permission


@requires(Permission.ORDER_READ)
async def shipments_by_order(work: Work, order_ids: Sequence[UUID]) -> dict[UUID, list[Shipment]]:
    """Return the shipments of visible orders, by number."""
    statement = (
        select(Shipment)
        .where(Shipment.order_id.in_(order_ids))
        .order_by(Shipment.order_id, Shipment.number)
        .execution_options(populate_existing=True)
    )
    found: dict[UUID, list[Shipment]] = defaultdict(list)
    for row in (await work.session.scalars(statement)).all():
        found[row.order_id].append(row)
    return found


@requires(Permission.ORDER_READ)
async def shipment(work: Work, shipment_id: UUID) -> Shipment:
    """Return a shipment of a visible order; raises `NotFound`."""
    found = await shipments_by_id(work, [shipment_id])
    if shipment_id not in found:
        raise NotFound("Shipment")
    return found[shipment_id]


@requires(Permission.ORDER_READ)
async def shipments_by_id(work: Work, shipment_ids: Collection[UUID]) -> dict[UUID, Shipment]:
    """Return those of the shipments whose orders are visible, by id."""
    statement = (
        select(Shipment)
        .join(Order, Order.id == Shipment.order_id)
        .where(Shipment.id.in_(shipment_ids), readable(work))
        .execution_options(populate_existing=True)
    )
    return {row.id: row for row in (await work.session.scalars(statement)).all()}


@requires(Permission.ORDER_READ)
async def lines_by_shipment(
    work: Work, shipment_ids: Sequence[UUID]
) -> dict[UUID, list[ShipmentLine]]:
    """Return the lines of visible shipments, in the order they were planned."""
    statement = (
        select(ShipmentLine)
        .where(ShipmentLine.shipment_id.in_(shipment_ids))
        .order_by(ShipmentLine.id)
        .execution_options(populate_existing=True)
    )
    found: dict[UUID, list[ShipmentLine]] = defaultdict(list)
    for row in (await work.session.scalars(statement)).all():
        found[row.shipment_id].append(row)
    return found


@requires(Permission.ORDER_READ)
async def tracking_by_shipment(
    work: Work, shipment_ids: Sequence[UUID]
) -> dict[UUID, list[TrackingEvent]]:
    """Return the reports about visible shipments, the oldest first (R3-24)."""
    statement = (
        select(TrackingEvent)
        .where(TrackingEvent.shipment_id.in_(shipment_ids))
        .order_by(TrackingEvent.happened_at, TrackingEvent.id)
    )
    found: dict[UUID, list[TrackingEvent]] = defaultdict(list)
    for row in (await work.session.scalars(statement)).all():
        found[row.shipment_id].append(row)
    return found
