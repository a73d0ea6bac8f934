"""What an actor may read of shipments and pick tasks; orders decide who sees them (F2)."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Select, Uuid, and_, any_, bindparam, select

from app.carriers.models import Carrier, CarrierBooking
from app.db.reading import TENANT, rows_like
from app.db.tables import table_of
from app.db.work import Work
from app.fulfilment.models import Shipment, ShipmentLine, TrackingEvent
from app.kernel.actor import Scope
from app.kernel.errors import NotFound
from app.orders.models import Order
from app.orders.operations.visibility import readable, sight_of, viewer_in
from app.rbac.guard import requires
from app.rbac.permissions import Permission

_IDS = bindparam("ids", type_=ARRAY(Uuid()))
_order, _shipment = table_of(Order), table_of(Shipment)
_line, _report = table_of(ShipmentLine), table_of(TrackingEvent)

_OF_ORDERS = (
    select(_shipment)
    .where(_shipment.c.tenant_id == TENANT, _shipment.c.order_id == any_(_IDS))
    .order_by(_shipment.c.order_id, _shipment.c.number)
)
_LINES = (
    select(_line)
    .where(_line.c.tenant_id == TENANT, _line.c.shipment_id == any_(_IDS))
    .order_by(_line.c.id)
)
_REPORTS = (
    select(_report)
    .where(_report.c.tenant_id == TENANT, _report.c.shipment_id == any_(_IDS))
    .order_by(_report.c.happened_at, _report.c.id)
)


@requires(Permission.ORDER_READ)
async def shipments_by_order(work: Work, order_ids: Sequence[UUID]) -> dict[UUID, list[Shipment]]:
    """Return the shipments of visible orders, by number."""
    found: dict[UUID, list[Shipment]] = defaultdict(list)
    for row in await rows_like(Shipment, work, _OF_ORDERS, ids=list(order_ids)):
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
    given = {"ids": list(shipment_ids), **viewer_in(work)}
    found = await rows_like(Shipment, work, _visible(sight_of(work)), **given)
    return {row.id: row for row in found}


@requires(Permission.ORDER_READ)
async def lines_by_shipment(
    work: Work, shipment_ids: Sequence[UUID]
) -> dict[UUID, list[ShipmentLine]]:
    """Return the lines of visible shipments, in the order they were planned."""
    found: dict[UUID, list[ShipmentLine]] = defaultdict(list)
    for row in await rows_like(ShipmentLine, work, _LINES, ids=list(shipment_ids)):
        found[row.shipment_id].append(row)
    return found


@requires(Permission.ORDER_READ)
async def tracking_by_shipment(
    work: Work, shipment_ids: Sequence[UUID]
) -> dict[UUID, list[TrackingEvent]]:
    """Return the reports about visible shipments, the oldest first (R3-24)."""
    found: dict[UUID, list[TrackingEvent]] = defaultdict(list)
    for row in await rows_like(TrackingEvent, work, _REPORTS, ids=list(shipment_ids)):
        found[row.shipment_id].append(row)
    return found


@requires(Permission.CARRIER_BOOK, Permission.SHIPMENT_WRITE)
async def bookings_by_shipment(
    work: Work, shipment_ids: Collection[UUID]
) -> dict[UUID, CarrierBooking]:
    """Return what came of asking the carrier of each shipment that the own organisation sends."""
    statement = (
        select(CarrierBooking)
        .join(Shipment, Shipment.id == CarrierBooking.shipment_id)
        .join(Order, Order.id == Shipment.order_id)
        .where(
            CarrierBooking.shipment_id.in_(set(shipment_ids)),
            CarrierBooking.carrier_id == Shipment.carrier_id,
            Order.seller_id == work.actor.own_organisation,
        )
    )
    return {row.shipment_id: row for row in await work.session.scalars(statement)}


@requires(Permission.ORDER_READ)
async def tracking_addresses(work: Work, carrier_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return where carriers of visible shipments show where goods are; empty where nowhere."""
    statement = select(Carrier.id, Carrier.tracking_address).where(Carrier.id.in_(set(carrier_ids)))
    return {row.id: row.tracking_address for row in await work.session.execute(statement)}


@cache
def _visible(scope: Scope) -> Select[Any]:
    whole = and_(_order.c.tenant_id == _shipment.c.tenant_id, _order.c.id == _shipment.c.order_id)
    return (
        select(_shipment)
        .join_from(_shipment, _order, whole)
        .where(_shipment.c.tenant_id == TENANT, _shipment.c.id == any_(_IDS), readable(scope))
    )
