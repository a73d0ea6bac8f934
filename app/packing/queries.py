"""What an actor may read of packages, and of the papers of a shipment (R0-37, R1-56)."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, or_, select, true

from app.catalog.operations import sku_facts
from app.db.work import Work
from app.finance.operations.parties import parties_of
from app.fulfilment.models import Shipment, ShipmentLine
from app.inventory.models import StockLot
from app.kernel.errors import NotFound
from app.kernel.quantity import PackagingLevel
from app.orders.models import Order, OrderLine
from app.packing.models import PackageContent, ShipmentPackage
from app.packing.papers.sheet import PackageSheet, ShipmentSheet, TravellingLine, shipment_number
from app.rbac.guard import requires
from app.rbac.permissions import Permission


@dataclass(frozen=True, slots=True)
class PackageHold:
    """Pieces of a shipment's line in a package, and the lot that they are of."""

    line: ShipmentLine
    lot: StockLot
    pieces: Decimal


@dataclass(frozen=True, slots=True)
class ShipmentPapers:
    """Which papers a shipment has for its two parties, and what they are called."""

    number: str
    has_labels: bool


@requires(Permission.ORDER_READ)
async def packages_by_shipment(
    work: Work, shipment_ids: Collection[UUID]
) -> dict[UUID, list[ShipmentPackage]]:
    """Return the packages of visible shipments, in their order; one statement."""
    found: dict[UUID, list[ShipmentPackage]] = defaultdict(list)
    statement = select(ShipmentPackage).where(ShipmentPackage.shipment_id.in_(set(shipment_ids)))
    for row in await work.session.scalars(statement.order_by(ShipmentPackage.number)):
        found[row.shipment_id].append(row)
    return found


@requires(Permission.ORDER_READ)
async def contents_by_package(
    work: Work, package_ids: Collection[UUID]
) -> dict[UUID, list[PackageHold]]:
    """Return what visible packages hold, in the order of the shipment's lines; one statement."""
    found: dict[UUID, list[PackageHold]] = defaultdict(list)
    statement = (
        select(PackageContent, ShipmentLine, StockLot)
        .join(ShipmentLine, ShipmentLine.id == PackageContent.shipment_line_id)
        .join(StockLot, StockLot.id == ShipmentLine.lot_id)
        .where(PackageContent.package_id.in_(set(package_ids)))
        .order_by(ShipmentLine.id)
    )
    for content, line, lot in (await work.session.execute(statement)).all():
        found[content.package_id].append(PackageHold(line, lot, content.quantity))
    return found


@requires(Permission.ORDER_READ)
async def papers_by_shipment(
    work: Work, shipment_ids: Collection[UUID]
) -> dict[UUID, ShipmentPapers]:
    """Return which papers visible shipments have; only their two parties are told of any."""
    packed = exists().where(
        ShipmentPackage.tenant_id == Shipment.tenant_id,
        ShipmentPackage.shipment_id == Shipment.id,
    )
    statement = (
        select(Shipment.id, Order.number, Shipment.number, packed)
        .join(Order, Order.id == Shipment.order_id)
        .where(Shipment.id.in_(set(shipment_ids)), _is_party(work))
    )
    return {
        key: ShipmentPapers(shipment_number(order, number), has_labels)
        for key, order, number, has_labels in (await work.session.execute(statement)).all()
    }


@requires(Permission.ORDER_READ)
async def shipment_sheet(work: Work, shipment: Shipment) -> ShipmentSheet:
    """Return what is printed of a visible shipment, for its two parties; raises `NotFound`.

    Seven statements at most, for any number of lines and packages.
    """
    statement = select(Order).where(Order.id == shipment.order_id, _is_party(work))
    order = (await work.session.scalars(statement)).first()
    if order is None:
        raise NotFound("Shipment")
    parties = await parties_of(work, order.relationship_id)
    packages = (await packages_by_shipment(work, [shipment.id]))[shipment.id]
    return ShipmentSheet(
        number=shipment_number(order.number, shipment.number),
        day=parties.day_of(shipment.handed_over_at or shipment.booked_at),
        order_number=order.number,
        buyer_reference=order.buyer_reference,
        carrier=shipment.carrier,
        tracking_number=shipment.tracking_number,
        seller=parties.seller,
        buyer=parties.buyer,
        delivery_address=order.delivery_address,
        lines=await _lines(work, shipment.id),
        packages=[
            PackageSheet(
                number=row.number,
                sscc=row.sscc,
                level=PackagingLevel(row.level) if row.level else None,
                weight_kg=row.weight_kg,
            )
            for row in packages
        ],
    )


async def _lines(work: Work, shipment_id: UUID) -> list[TravellingLine]:
    statement = (
        select(ShipmentLine, OrderLine, StockLot)
        .join(OrderLine, OrderLine.id == ShipmentLine.order_line_id)
        .join(StockLot, StockLot.id == ShipmentLine.lot_id)
        .where(ShipmentLine.shipment_id == shipment_id)
        .order_by(OrderLine.position, ShipmentLine.id)
    )
    found: Sequence[Any] = (await work.session.execute(statement)).all()
    facts = await sku_facts(work, {line.sku_id for line, _, _ in found})
    return [
        TravellingLine(
            position=ordered.position,
            code=facts[line.sku_id].code,
            title=facts[line.sku_id].name,
            lot=lot.code,
            expires_on=lot.expires_on,
            pieces=line.quantity,
            level=PackagingLevel(ordered.packaging_level),
            factor=ordered.unit_factor,
        )
        for line, ordered, lot in found
    ]


def _is_party(work: Work) -> ColumnElement[bool]:
    if work.actor.is_system:
        return true()
    own = work.actor.own_organisation
    return or_(Order.seller_id == own, Order.buyer_id == own)
