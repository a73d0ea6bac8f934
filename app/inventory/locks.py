"""Row locks of inventory: a transfer's first, then balances in the order (warehouse, SKU).

Every change of a lot's balance, of reservations and allocations happens under the lock of the
balance of its SKU in its warehouse; so no others are needed for them.
"""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Select, select, tuple_

from app.db.work import Work
from app.inventory.models import (
    Reservation,
    StockAlert,
    StockBalance,
    StockQuota,
    StockThreshold,
    StockTransfer,
    Warehouse,
)


async def balances_of_organisation(
    work: Work, organisation_id: UUID, sku_ids: Collection[UUID]
) -> set[tuple[UUID, UUID]]:
    """Lock an organisation's balances of SKUs in all its warehouses; returns (warehouse, SKU)s."""
    statement = (
        _balances()
        .join(Warehouse, Warehouse.id == StockBalance.warehouse_id)
        .where(Warehouse.organisation_id == organisation_id, StockBalance.sku_id.in_(sku_ids))
    )
    return {(row[0], row[1]) for row in await work.session.execute(statement)}


async def balances_of_source(work: Work, source_id: UUID) -> None:
    """Lock every balance that holds stock set aside for a source."""
    places = select(Reservation.warehouse_id, Reservation.sku_id).where(
        Reservation.source_id == source_id
    )
    await work.session.execute(
        _balances().where(tuple_(StockBalance.warehouse_id, StockBalance.sku_id).in_(places))
    )


async def balance(work: Work, warehouse_id: UUID, sku_id: UUID) -> None:
    """Lock the balance of one SKU in one warehouse, if it exists."""
    await work.session.execute(
        _balances().where(StockBalance.warehouse_id == warehouse_id, StockBalance.sku_id == sku_id)
    )


async def balances_in(work: Work, warehouse_id: UUID, sku_ids: Collection[UUID]) -> None:
    """Lock the balances of SKUs in one warehouse, as far as they exist."""
    of_goods = StockBalance.sku_id.in_(sku_ids)
    await work.session.execute(
        _balances().where(StockBalance.warehouse_id == warehouse_id, of_goods)
    )


async def own_transfer(work: Work, transfer_id: UUID) -> StockTransfer | None:
    """Lock a transfer between warehouses of the own organisation."""
    own = StockTransfer.organisation_id == work.actor.own_organisation
    statement = select(StockTransfer).where(StockTransfer.id == transfer_id, own).with_for_update()
    return await work.session.scalar(statement.execution_options(populate_existing=True))


async def own_quota(work: Work, quota_id: UUID) -> StockQuota | None:
    """Lock a quota of the own organisation."""
    statement = (
        select(StockQuota)
        .where(StockQuota.id == quota_id, StockQuota.organisation_id == work.actor.own_organisation)
        .with_for_update()
    )
    return await work.session.scalar(statement.execution_options(populate_existing=True))


async def thresholds(work: Work, organisation_id: UUID) -> None:
    """Lock an organisation's thresholds: its alerts are renewed one time after the other."""
    statement = (
        select(StockThreshold.id)
        .where(StockThreshold.organisation_id == organisation_id)
        .order_by(StockThreshold.id)
        .with_for_update()
    )
    await work.session.execute(statement)


async def own_alert(work: Work, alert_id: UUID) -> StockAlert | None:
    """Lock an alert of the own organisation."""
    statement = (
        select(StockAlert)
        .where(StockAlert.id == alert_id, StockAlert.organisation_id == work.actor.own_organisation)
        .with_for_update()
    )
    return await work.session.scalar(statement.execution_options(populate_existing=True))


async def own_warehouses_for_rules(work: Work) -> set[UUID]:
    """Lock the own organisation's warehouses: its rules change one after the other."""
    statement = (
        select(Warehouse.id)
        .where(Warehouse.organisation_id == work.actor.own_organisation)
        .order_by(Warehouse.id)
        .with_for_update(key_share=True)
    )
    return set((await work.session.scalars(statement)).all())


def _balances() -> Select[UUID, UUID]:
    return (
        select(StockBalance.warehouse_id, StockBalance.sku_id)
        .order_by(StockBalance.warehouse_id, StockBalance.sku_id)
        .with_for_update(of=StockBalance)
    )
