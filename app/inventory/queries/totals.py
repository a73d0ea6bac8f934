"""What the own organisation has of each SKU over all its warehouses, and until when (R3-21)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Date, Integer, cast, func, select

from app.db.keyset import keyset
from app.db.work import Work
from app.inventory.models import (
    LotBalance,
    StockBalance,
    StockLot,
    StockTransfer,
    StockTransferLine,
    Warehouse,
)
from app.inventory.operations import summed_warehouses
from app.kernel.errors import Invalid
from app.kernel.paging import Page, PageRequest, page_of
from app.rbac.guard import requires
from app.rbac.permissions import Permission

MOST_BANDS = 10
MOST_DAYS = 10_000


@dataclass(frozen=True, slots=True)
class ExpiryBand:
    """Pieces that are good for less than `until_days`, and for as many as the band before.

    The first band is what has expired (0); the last, without days, is what keeps longer, or has
    no day of expiry.
    """

    until_days: int | None
    pieces: Decimal


@dataclass(frozen=True, slots=True)
class StockTotal:
    """Sums of a SKU over the own warehouses, in pieces; what is in transit lies in none."""

    sku_id: UUID
    warehouses: int
    on_hand: Decimal
    reserved: Decimal
    held: Decimal
    in_transit: Decimal
    bands: Sequence[ExpiryBand]


@requires(Permission.STOCK_READ)
async def stock_totals(
    work: Work,
    page: PageRequest,
    days: Sequence[int],
    warehouse_id: UUID | None = None,
    organisation_id: UUID | None = None,
) -> Page[StockTotal]:
    """Return sums by SKU, those in one warehouse if given; three statements, however many rows.

    `days` bound the bands of expiry, counted from the day of each warehouse. Of an organisation
    below they are there only by its consent; without it there are none, as of an unknown one.
    """
    _check(days)
    summed = [summed_warehouses(work, organisation_id)]
    if warehouse_id is not None:
        summed.append(Warehouse.id == warehouse_id)
    statement = (
        select(
            StockBalance.sku_id,
            func.count().filter(StockBalance.on_hand > 0).label("warehouses"),
            func.sum(StockBalance.on_hand).label("on_hand"),
            func.sum(StockBalance.reserved).label("reserved"),
            func.sum(StockBalance.held).label("held"),
        )
        .join(Warehouse, Warehouse.id == StockBalance.warehouse_id)
        .where(*summed)
        .group_by(StockBalance.sku_id)
    )
    rows = (await work.session.execute(keyset(statement, page, StockBalance.sku_id))).all()
    skus = [row.sku_id for row in rows]
    bands = await _bands(work, skus, days, summed)
    coming = await _in_transit(work, skus, summed)
    totals = [
        StockTotal(
            row.sku_id,
            row.warehouses,
            row.on_hand,
            row.reserved,
            row.held,
            coming.get(row.sku_id, Decimal(0)),
            bands[row.sku_id],
        )
        for row in rows
    ]
    return page_of(totals, page, lambda total: (str(total.sku_id),))


def _check(days: Sequence[int]) -> None:
    rises = all(one < next_one for one, next_one in pairwise(days))
    if len(days) > MOST_BANDS or not rises or not all(0 < each <= MOST_DAYS for each in days):
        raise Invalid("days", f"must be at most {MOST_BANDS} rising numbers of days")


async def _bands(
    work: Work, skus: Sequence[UUID], days: Sequence[int], summed: Sequence[ColumnElement[bool]]
) -> Mapping[UUID, list[ExpiryBand]]:
    today = cast(func.timezone(Warehouse.time_zone, work.now), Date)
    # A lot is good until the end of its day: what expires today is not expired yet.
    left = cast(StockLot.expires_on - today, Integer)
    bounds = [0, *days]
    place = func.coalesce(func.width_bucket(left, cast(bounds, ARRAY(Integer))), len(bounds))
    statement = (
        select(LotBalance.sku_id, place.label("place"), func.sum(LotBalance.on_hand).label("sum"))
        .join(Warehouse, Warehouse.id == LotBalance.warehouse_id)
        .join(StockLot, StockLot.id == LotBalance.lot_id)
        .where(*summed, LotBalance.sku_id.in_(skus))
        .group_by(LotBalance.sku_id, "place")
    )
    found: dict[UUID, dict[int, Decimal]] = defaultdict(dict)
    for row in await work.session.execute(statement):
        found[row.sku_id][row.place] = row.sum
    named = [*bounds, None]
    return {
        sku: [
            ExpiryBand(until, found[sku].get(number, Decimal(0)))
            for number, until in enumerate(named)
        ]
        for sku in skus
    }


async def _in_transit(
    work: Work, skus: Sequence[UUID], summed: Sequence[ColumnElement[bool]]
) -> dict[UUID, Decimal]:
    statement = (
        select(StockTransferLine.sku_id, func.sum(StockTransferLine.sent).label("sum"))
        .join(StockTransfer, StockTransfer.id == StockTransferLine.transfer_id)
        .join(Warehouse, Warehouse.id == StockTransfer.to_warehouse_id)
        .where(
            *summed,
            StockTransfer.received_at.is_(None),
            StockTransferLine.sku_id.in_(skus),
        )
        .group_by(StockTransferLine.sku_id)
    )
    return {row.sku_id: row.sum for row in await work.session.execute(statement)}
