"""The buyer's warehouse learns of goods on their way: which, how many, and for when (R1-44)."""

from uuid import UUID

from sqlalchemy import exists, func, select

from app.catalog.models import Sku
from app.db.outbox import DomainEvent
from app.db.work import Work
from app.fulfilment.models import Shipment, ShipmentLine
from app.inventory.models import Warehouse
from app.orders.models import Order
from app.organisations.models import Organisation
from app.rbac.operations import people_of
from app.rbac.permissions import Permission

GOODS_COMING = "goods_coming"
MOST_NAMED = 30
"""How many goods a notice names; how many there are in all stands beside them."""


async def announce_arrival(work: Work, shipment_id: UUID) -> None:
    """Tell who keeps the buyer's stock what a shipment brings, where the buyer has a warehouse.

    Three statements for any number of goods.
    """
    keeps_stock = exists().where(
        Warehouse.tenant_id == Order.tenant_id, Warehouse.organisation_id == Order.buyer_id
    )
    about = (
        select(Order.id, Order.number, Order.buyer_id, Organisation.name, Shipment.expected_at)
        .join(Shipment, Shipment.order_id == Order.id)
        .join(Organisation, Organisation.id == Order.seller_id)
        .where(Shipment.id == shipment_id, keeps_stock)
    )
    found = (await work.session.execute(about)).one_or_none()
    if found is None:
        return
    order_id, number, buyer_id, seller_name, expected_at = found
    keepers = await people_of(work, [buyer_id], Permission.STOCK_WRITE)
    if not keepers:
        return
    brought = (
        select(Sku.code, Sku.name, func.sum(ShipmentLine.quantity))
        .join(ShipmentLine, ShipmentLine.sku_id == Sku.id)
        .where(ShipmentLine.shipment_id == shipment_id)
        .group_by(Sku.id, Sku.code, Sku.name)
        .order_by(Sku.code, Sku.id)
    )
    goods = [
        f"{pieces.normalize():f} × {name} ({code})"
        for code, name, pieces in await work.session.execute(brought)
    ]
    data = {
        "number": number,
        "seller_name": seller_name,
        "buyer_id": str(buyer_id),
        "shipment_id": str(shipment_id),
        "goods": "; ".join(goods[:MOST_NAMED]),
        "kinds": str(len(goods)),
        "expected_at": expected_at.isoformat() if expected_at else None,
        "recipients": [str(each) for each in keepers],
    }
    work.tell(DomainEvent(GOODS_COMING, "order", order_id, data))
