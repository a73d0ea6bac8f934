"""Row locks of shipments, of waves of picks and of plans; the order is locked before its shipment.

A plan is locked before all of them. Who only plans shipments locks no order.
"""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, exists, select

from app.db.work import Work
from app.fulfilment.models import DeliveryPlan, DeliveryStop, PickWave, Shipment
from app.inventory.models import Warehouse
from app.inventory.operations import own_warehouses
from app.orders.models import Order


async def shipment(work: Work, shipment_id: UUID) -> Shipment | None:
    """Lock one shipment."""
    statement = select(Shipment).where(Shipment.id == shipment_id).with_for_update()
    return await work.session.scalar(statement.execution_options(populate_existing=True))


async def warehouse_for_waves(work: Work, warehouse_id: UUID) -> bool:
    """Let waves of an own warehouse be made one after the other; stock may move meanwhile."""
    statement = (
        select(Warehouse.id)
        .where(Warehouse.id == warehouse_id, own_warehouses(work))
        .with_for_update(key_share=True)
    )
    return await work.session.scalar(statement) is not None


async def own_wave(work: Work, wave_id: UUID) -> PickWave | None:
    """Lock a wave of the own organisation, and with it all its lines."""
    statement = (
        select(PickWave)
        .where(PickWave.id == wave_id, PickWave.organisation_id == work.actor.own_organisation)
        .with_for_update()
    )
    return await work.session.scalar(statement.execution_options(populate_existing=True))


async def sold_shipments(
    work: Work, shipment_ids: Collection[UUID], reach: ColumnElement[bool]
) -> Sequence[tuple[Shipment, Order]]:
    """Lock shipments of own sales that the caller reaches, by id; their orders are only read."""
    statement = (
        select(Shipment, Order)
        .join(Order, Order.id == Shipment.order_id)
        .where(Shipment.id.in_(shipment_ids), Order.seller_id == work.actor.own_organisation, reach)
        .order_by(Shipment.id)
        .with_for_update(of=Shipment)
    )
    found = await work.session.execute(statement.execution_options(populate_existing=True))
    return [(row[0], row[1]) for row in found]


async def own_plan(work: Work, plan_id: UUID, reach: ColumnElement[bool]) -> DeliveryPlan | None:
    """Lock a plan of the own organisation of which the caller reaches every stop."""
    beyond = exists().where(
        DeliveryStop.tenant_id == DeliveryPlan.tenant_id,
        DeliveryStop.plan_id == DeliveryPlan.id,
        Shipment.tenant_id == DeliveryStop.tenant_id,
        Shipment.id == DeliveryStop.shipment_id,
        Order.tenant_id == Shipment.tenant_id,
        Order.id == Shipment.order_id,
        reach.is_not(True),
    )
    statement = (
        select(DeliveryPlan)
        .where(
            DeliveryPlan.id == plan_id,
            DeliveryPlan.organisation_id == work.actor.own_organisation,
            ~beyond,
        )
        .with_for_update()
    )
    return await work.session.scalar(statement.execution_options(populate_existing=True))
