"""Shipments: opened together with their order, which is locked first."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from app.db.work import Work
from app.fulfilment import locks
from app.fulfilment.errors import MoreThanThere, ShipmentNotOpen
from app.fulfilment.models import Shipment, ShipmentLine, ShipmentStatus, TrackingEvent
from app.inventory.operations import LotQuantity
from app.kernel.errors import NotFound
from app.kernel.ids import new_id
from app.kernel.position import Position
from app.orders.operations.documents import OrderDocument, open_for, sold_order
from app.orders.rules.transitions import OrderCommand
from app.rbac.permissions import Permission

ON_THE_WAY = (ShipmentStatus.IN_TRANSIT, ShipmentStatus.DELAYED, ShipmentStatus.ARRIVED)


@dataclass(slots=True)
class OpenShipment:
    """A shipment with its lines and the order it belongs to, all locked for this work."""

    shipment: Shipment
    lines: Sequence[ShipmentLine]
    document: OrderDocument


async def open_shipment(
    work: Work,
    shipment_id: UUID,
    command: OrderCommand,
    statuses: Iterable[ShipmentStatus],
) -> OpenShipment:
    """Lock a shipment's order and the shipment, and check that the command is possible now.

    Raises `NotFound` out of reach, `NotPossibleNow`, and `ShipmentNotOpen` in another status.
    """
    known = await work.session.get(Shipment, (work.tenant_id, shipment_id))
    # An order is looked for in any case, so that the answer's time does not tell what exists.
    order_id = new_id() if known is None else known.order_id
    try:
        document = await open_for(work, order_id, command)
    except NotFound:
        raise NotFound("Shipment") from None
    shipment = await locks.shipment(work, shipment_id)
    if shipment is None:
        raise NotFound("Shipment")
    if shipment.status not in tuple(statuses):
        raise ShipmentNotOpen(number=shipment.number, status=shipment.status)
    return OpenShipment(shipment, await lines_of(work, [shipment_id]), document)


async def open_shipment_of(
    work: Work,
    shipment_id: UUID,
    permissions: Collection[Permission],
    statuses: Iterable[ShipmentStatus],
) -> Shipment:
    """Lock a shipment that the actor's organisation sells, and its order, whatever state that has.

    For what changes neither goods nor state. Raises `NotFound`, `ShipmentNotOpen`.
    """
    known = await work.session.get(Shipment, (work.tenant_id, shipment_id))
    order_id = new_id() if known is None else known.order_id
    order = await sold_order(work, order_id, permissions)
    shipment = await locks.shipment(work, shipment_id)
    if order is None or shipment is None:
        raise NotFound("Shipment")
    if shipment.status not in tuple(statuses):
        raise ShipmentNotOpen(number=shipment.number, status=shipment.status)
    return shipment


async def lines_of(work: Work, shipment_ids: Sequence[UUID]) -> Sequence[ShipmentLine]:
    """Return the lines of shipments, in the order they were planned."""
    statement = (
        select(ShipmentLine)
        .where(ShipmentLine.shipment_id.in_(shipment_ids))
        .order_by(ShipmentLine.id)
    )
    return (await work.session.scalars(statement)).all()


def lots_of(lines: Iterable[ShipmentLine], quantity_of: str = "quantity") -> list[LotQuantity]:
    """Return what lines hold by lot, as the warehouse counts it; lines without any are left out."""
    return [
        LotQuantity(line.order_line_id, line.warehouse_id, line.sku_id, line.lot_id, quantity)
        for line in lines
        if (quantity := getattr(line, quantity_of)) > 0
    ]


def by_order_line(lines: Iterable[ShipmentLine], quantity_of: str) -> dict[UUID, Decimal]:
    """Sum one quantity of shipment lines by order line."""
    sums: dict[UUID, Decimal] = defaultdict(Decimal)
    for line in lines:
        sums[line.order_line_id] += getattr(line, quantity_of)
    return sums


def check_pieces(
    document: OrderDocument,
    given: Mapping[UUID, Decimal],
    most: Mapping[UUID, Decimal],
    field: str,
    *,
    least: int = 0,
) -> None:
    """Refuse pieces by order line that are too few, not whole, or more than there are.

    Raises `MoreThanThere` at `field.N.pieces`, and `NotFound` for a line of another order.
    """
    for place, (line_id, pieces) in enumerate(given.items()):
        line = document.line(line_id)
        there = most.get(line_id, Decimal(0))
        if not least <= pieces <= there or pieces != pieces.to_integral_value():
            raise MoreThanThere(position=line.position, given=pieces, most=there).at(
                f"{field}.{place}.pieces"
            )


async def track(  # noqa: PLR0913  # a report has this many particulars, by name
    work: Work,
    shipment: Shipment,
    status: ShipmentStatus,
    *,
    place: str = "",
    note: str = "",
    happened_at: datetime | None = None,
    position: Position | None = None,
) -> None:
    """Set a shipment's status, and keep the report of it (R3-24)."""
    shipment.status = status
    await work.save(
        TrackingEvent(
            shipment_id=shipment.id,
            status=status,
            place=place,
            note=note,
            happened_at=happened_at or work.now,
            recorded_at=work.now,
            recorded_by_membership_id=work.actor.membership_id,
            latitude=position and position.latitude,
            longitude=position and position.longitude,
        )
    )
