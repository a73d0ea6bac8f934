"""Row locks of shipments and of waves of picks; the order is always locked first."""

from uuid import UUID

from sqlalchemy import select

from app.db.work import Work
from app.fulfilment.models import PickWave, Shipment
from app.inventory.models import Warehouse
from app.inventory.operations import own_warehouses


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
