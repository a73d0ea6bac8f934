"""Count what lies in a warehouse: see what differs first, then correct it (R3-47, R1-50)."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from uuid import UUID

import orjson
from sqlalchemy import select

from app.audit.operations import record
from app.db.idempotency import once
from app.db.work import Work
from app.inventory import locks, operations
from app.inventory.errors import CountMoved, NotEnoughStock, NothingDiffers
from app.inventory.models import LotBalance, MoveCause, StockLot, Warehouse
from app.inventory.operations import Occasion, own_lots, own_warehouses
from app.inventory.operations.statuses import sellable
from app.inventory.rules import Receipt
from app.kernel.errors import Invalid, NotFound
from app.kernel.ids import new_id
from app.rbac.guard import requires
from app.rbac.permissions import Permission

MOST_LOTS = 500
MOST_PIECES = Decimal(10**9)
LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Count:
    """Pieces that were counted of lots in a warehouse.

    `is_whole` says that nothing else lies there: lots that are not named have none.
    """

    warehouse_id: UUID
    counted: Mapping[UUID, Decimal]
    is_whole: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """A lot of which another number was counted than is known; `free` is promised to nobody."""

    lot: StockLot
    known: Decimal
    counted: Decimal
    free: Decimal


@dataclass(frozen=True, slots=True)
class Compared:
    """What a count found; the fingerprint stands for it, and for the stock as it was then."""

    differences: tuple[Difference, ...]
    fingerprint: str


@requires(Permission.STOCK_WRITE)
async def preview_stock_count(work: Work, count: Count) -> Compared:
    """Return which lots differ from what was counted; nothing is written.

    Raises `NotFound` for foreign ids.
    """
    _check(count)
    return await _compared(work, count)


@requires(Permission.STOCK_WRITE)
async def apply_stock_count(
    work: Work, key: str, count: Count, fingerprint: str, reason: str
) -> UUID:
    """Correct the stock by the differences that were seen, once a key; the source of the moves.

    Raises `CountMoved` when the stock has changed since, `NothingDiffers`, `NotEnoughStock` where
    less was counted than is set aside or held back. Statements do not grow with the lots.
    """
    _check(count)
    if not 1 <= len(reason) <= LONGEST_REASON:
        raise Invalid("reason", f"must have 1 to {LONGEST_REASON} characters")

    async def command(count_id: UUID) -> None:
        found = await _compared(work, count, is_locked=True)
        if found.fingerprint != fingerprint:
            raise CountMoved
        if not found.differences:
            raise NothingDiffers
        for each in found.differences:
            if each.known - each.counted > each.free:
                raise NotEnoughStock(f"lot {each.lot.code}", each.free).at("count.counts")
        occasion = Occasion(MoveCause.ADJUSTMENT, "stock_count", count_id, reason)
        changes = [(count.warehouse_id, _change(each)) for each in found.differences]
        await operations.correct(work, work.actor.own_organisation, changes, occasion)
        after = {str(each.lot.id): f"{each.counted:f}" for each in found.differences}
        before = {str(each.lot.id): f"{each.known:f}" for each in found.differences}
        record(
            work,
            "COUNT_STOCK",
            "warehouse",
            count.warehouse_id,
            before=before,
            after=after,
            reason=reason,
        )

    body = [count.warehouse_id, sorted(count.counted.items()), count.is_whole, fingerprint, reason]
    return await once(work, key, "applyStockCount", body, new_id(), command)


def _change(found: Difference) -> Receipt:
    lot = found.lot
    more = found.counted - found.known
    return Receipt(lot.sku_id, more, lot.code, lot.produced_on, lot.expires_on)


async def _compared(work: Work, count: Count, *, is_locked: bool = False) -> Compared:
    lots = await _lots(work, count)
    if is_locked:
        await locks.balances_in(work, count.warehouse_id, {lot.sku_id for lot in lots.values()})
    statement = select(
        LotBalance.lot_id,
        LotBalance.on_hand,
        (sellable(LotBalance) - LotBalance.allocated).label("free"),
    ).where(LotBalance.warehouse_id == count.warehouse_id, LotBalance.lot_id.in_(lots))
    rows = {row.lot_id: row for row in await work.session.execute(statement)}
    none = Decimal(0)
    compared = [
        Difference(
            lot,
            known=rows[key].on_hand if key in rows else none,
            counted=count.counted.get(key, none),
            free=rows[key].free if key in rows else none,
        )
        for key, lot in sorted(lots.items())
    ]
    state = [(str(each.lot.id), f"{each.known:f}", f"{each.counted:f}") for each in compared]
    told = orjson.dumps([str(count.warehouse_id), state])
    differing = tuple(each for each in compared if each.known != each.counted)
    return Compared(differing, sha256(told).hexdigest())


async def _lots(work: Work, count: Count) -> dict[UUID, StockLot]:
    own = select(Warehouse.id).where(Warehouse.id == count.warehouse_id, own_warehouses(work))
    if await work.session.scalar(own) is None:
        raise NotFound("Warehouse")
    there = select(LotBalance.lot_id).where(
        LotBalance.warehouse_id == count.warehouse_id, LotBalance.on_hand > 0
    )
    asked = StockLot.id.in_(count.counted)
    statement = select(StockLot).where(
        own_lots(work), asked | StockLot.id.in_(there) if count.is_whole else asked
    )
    found = {lot.id: lot for lot in await work.session.scalars(statement)}
    if not found.keys() >= count.counted.keys():
        raise NotFound("StockLot")
    return found


def _check(count: Count) -> None:
    if len(count.counted) > MOST_LOTS or not (count.counted or count.is_whole):
        raise Invalid("counts", f"must name 1 to {MOST_LOTS} lots")
    for place, pieces in enumerate(count.counted.values()):
        if not 0 <= pieces <= MOST_PIECES or pieces != pieces.to_integral_value():
            raise Invalid(f"counts.{place}.pieces", f"must be whole, from 0 to {MOST_PIECES}")
