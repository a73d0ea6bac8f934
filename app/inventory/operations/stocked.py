"""What lies where of many SKUs at once, under the locks under which it changes."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from app.db.work import Work
from app.inventory import locks
from app.inventory.models import LotBalance, StockBalance, StockLot, Warehouse
from app.inventory.operations.statuses import sellable


@dataclass(frozen=True, slots=True)
class Lot:
    """A lot as it is known, with its dates."""

    lot_id: UUID
    produced_on: date | None
    expires_on: date | None


@dataclass(slots=True)
class Place:
    """What an organisation has of some SKUs, in pieces: by lot, and how much is promised to nobody.

    `free_of_sku` goes down as whoever corrects it takes away.
    """

    lots: Mapping[tuple[UUID, str], Lot]
    on_hand: Mapping[tuple[UUID, UUID], Decimal]
    free_of_lot: Mapping[tuple[UUID, UUID], Decimal]
    free_of_sku: dict[tuple[UUID, UUID], Decimal]


async def locked_places(work: Work, organisation_id: UUID, skus: Collection[UUID]) -> Place:
    """Lock an organisation's balances of SKUs and return what they hold; four statements."""
    await locks.balances_of_organisation(work, organisation_id, skus)
    lots = await work.session.execute(
        select(
            StockLot.sku_id, StockLot.code, StockLot.id, StockLot.produced_on, StockLot.expires_on
        ).where(StockLot.organisation_id == organisation_id, StockLot.sku_id.in_(skus))
    )
    own = select(Warehouse.id).where(Warehouse.organisation_id == organisation_id)
    by_lot = await work.session.execute(
        select(
            LotBalance.warehouse_id,
            LotBalance.lot_id,
            LotBalance.on_hand,
            (sellable(LotBalance) - LotBalance.allocated).label("free"),
        ).where(LotBalance.warehouse_id.in_(own), LotBalance.sku_id.in_(skus))
    )
    by_sku = await work.session.execute(
        select(
            StockBalance.warehouse_id,
            StockBalance.sku_id,
            StockBalance.on_hand - StockBalance.reserved - StockBalance.held,
        ).where(StockBalance.warehouse_id.in_(own), StockBalance.sku_id.in_(skus))
    )
    balances = by_lot.all()
    return Place(
        lots={(row.sku_id, row.code): Lot(row.id, row.produced_on, row.expires_on) for row in lots},
        on_hand={(row.warehouse_id, row.lot_id): row.on_hand for row in balances},
        free_of_lot={(row.warehouse_id, row.lot_id): row.free for row in balances},
        free_of_sku={(warehouse, sku): free for warehouse, sku, free in by_sku},
    )
