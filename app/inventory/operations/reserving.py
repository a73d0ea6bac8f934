"""Set stock aside for a source, and give it back."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, Date, cast, func, or_, select

from app.db.bulk import update_rows
from app.db.work import Work
from app.inventory import locks
from app.inventory.models import (
    Allocation,
    LotBalance,
    Reservation,
    StockBalance,
    StockLot,
    Warehouse,
)
from app.inventory.operations import quotas
from app.inventory.operations.sourcing import sourcing_rules_of
from app.inventory.operations.statuses import sellable
from app.inventory.rules import Demand, FreeLot, LotQuantity, OpenAllocation, allot, draw, totals
from app.kernel.ids import new_id


async def reserve(
    work: Work,
    organisation_id: UUID,
    source_id: UUID,
    demands: Sequence[Demand],
) -> dict[UUID, Decimal]:
    """Set stock aside for one source as far as it reaches; returns the pieces covered by line.

    See `reserve_for_many`.
    """
    sources = {demand.source_line_id: source_id for demand in demands}
    return await reserve_for_many(work, organisation_id, sources, demands)


async def reserve_for_many(
    work: Work,
    organisation_id: UUID,
    sources: Mapping[UUID, UUID],
    demands: Sequence[Demand],
) -> dict[UUID, Decimal]:
    """Set stock aside for lines of many sources, the first demand served first.

    `sources` says whose each line is. Warehouses that the seller's rules name for the buyer come
    first, then those of the buyer's region, then higher priority, then the name (R1-20, R1-21); in
    a warehouse what expires first goes first (Our rule 10). Nobody gets more than a quota leaves.
    Seven statements for any number of lines, one more where buyers are known, and three where a
    quota binds them.
    """
    covered = {demand.source_line_id: Decimal(0) for demand in demands}
    skus = {demand.sku_id for demand in demands if demand.quantity > 0}
    if not skus:
        return covered
    lots = await locked_lots(work, organisation_id, skus)
    bounds = await quotas.quotas_left(work, organisation_id, demands)
    rules = await sourcing_rules_of(work, organisation_id)
    allotted = allot(demands, lots, bounds, rules)
    if allotted:
        await set_aside(work, sources, allotted)
        await change_balances(work, allotted, reserved=1)
        await quotas.count(work, bounds, demands, allotted)
    for item in allotted:
        covered[item.source_line_id] += item.quantity
    return covered


async def locked_lots(
    work: Work, organisation_id: UUID, sku_ids: Collection[UUID]
) -> list[FreeLot]:
    """Lock an organisation's balances of SKUs, and return what is free of them; see `free_lots`."""
    locked = await locks.balances_of_organisation(work, organisation_id, sku_ids)
    lots = await free_lots(work, organisation_id, sku_ids)
    # Goods whose first receipt was committed since the lock are not ours to promise.
    return [lot for lot in lots if (lot.warehouse_id, lot.sku_id) in locked]


async def release(
    work: Work, source_id: UUID, quantities: Mapping[UUID, Decimal] | None = None
) -> None:
    """Give pieces of lines back to everybody; without quantities all that is still set aside.

    What expires last is given back first, and to its quotas. Raises `BeyondAllocated`; seven
    statements, two more where a quota bound it.
    """
    await locks.balances_of_source(work, source_id)
    allocations = await open_allocations(work, source_id)
    if quantities is None:
        drawn = list(allocations)
    else:
        drawn = draw(allocations, quantities, lambda allocation: allocation.source_line_id)
    await take_off(work, drawn)
    await quotas.give_back(work, totals(drawn, "source_line_id"))


async def allocated_lots(work: Work, source_id: UUID) -> list[LotQuantity]:
    """Return what is set aside for a source and has not left, what expires first coming first."""
    allocations = await open_allocations(work, source_id)
    sums = totals(allocations, "source_line_id", "warehouse_id", "sku_id", "lot_id")
    places = dict.fromkeys(
        (item.source_line_id, item.warehouse_id, item.sku_id, item.lot_id)
        for item in reversed(allocations)
    )
    return [LotQuantity(*place, sums[place]) for place in places]


async def set_aside(work: Work, sources: Mapping[UUID, UUID], lots: Sequence[LotQuantity]) -> None:
    """Write reservations and allocations of lines, by their sources, not the balances.

    Two statements.
    """
    by_line = totals(lots, "source_line_id", "warehouse_id", "sku_id")
    ids = {key: new_id() for key in by_line}
    reservations = [
        {
            "id": ids[key],
            "source_id": sources[key[0]],
            "source_line_id": key[0],
            "warehouse_id": key[1],
            "sku_id": key[2],
            "quantity": quantity,
            "reserved_at": work.now,
        }
        for key, quantity in by_line.items()
    ]
    by_lot = totals(lots, "source_line_id", "warehouse_id", "sku_id", "lot_id")
    allocations = [
        {"id": new_id(), "reservation_id": ids[key[:3]], "lot_id": key[3], "quantity": quantity}
        for key, quantity in by_lot.items()
    ]
    await work.insert(Reservation, reservations)
    await work.insert(Allocation, allocations)


async def take_off(work: Work, drawn: Sequence[OpenAllocation], *, on_hand: int = 0) -> None:
    """Close drawn pieces in reservations, allocations and balances; four statements.

    With `on_hand=-1` they leave the warehouse too.
    """
    for table, name in ((Reservation, "reservation_id"), (Allocation, "allocation_id")):
        rows = [
            {"id": key[0], "quantity": -quantity} for key, quantity in totals(drawn, name).items()
        ]
        await update_rows(work, table, rows, add=("quantity",))
    await change_balances(work, drawn, reserved=-1, on_hand=on_hand)


async def change_balances(
    work: Work,
    items: Sequence[LotQuantity] | Sequence[OpenAllocation],
    *,
    reserved: int = 0,
    on_hand: int = 0,
) -> None:
    """Add the pieces, times the given signs, to balances that exist; two statements."""
    columns = ("warehouse_id", "sku_id")
    balances = [
        {
            **dict(zip(columns, key, strict=True)),
            "on_hand": on_hand * quantity,
            "reserved": reserved * quantity,
        }
        for key, quantity in totals(items, *columns).items()
    ]
    await update_rows(work, StockBalance, balances, keys=columns, add=("on_hand", "reserved"))
    columns = ("warehouse_id", "lot_id")
    lots = [
        {
            **dict(zip(columns, key, strict=True)),
            "on_hand": on_hand * quantity,
            "allocated": reserved * quantity,
        }
        for key, quantity in totals(items, *columns).items()
    ]
    await update_rows(work, LotBalance, lots, keys=columns, add=("on_hand", "allocated"))


async def open_allocations(work: Work, source_id: UUID) -> list[OpenAllocation]:
    """Return what is still set aside for a source, what expires last coming first."""
    statement = (
        select(
            Allocation.id,
            Reservation.id,
            Reservation.source_line_id,
            Reservation.warehouse_id,
            Reservation.sku_id,
            Allocation.lot_id,
            Allocation.quantity,
        )
        .join(Reservation, Reservation.id == Allocation.reservation_id)
        .join(StockLot, StockLot.id == Allocation.lot_id)
        .where(Reservation.source_id == source_id, Allocation.quantity > 0)
        .order_by(
            StockLot.expires_on.desc().nulls_first(), StockLot.id.desc(), Allocation.id.desc()
        )
    )
    rows = (await work.session.execute(statement)).all()
    return [OpenAllocation(*row) for row in rows]


def is_unexpired(now: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    """Whether a lot is good today, by the day of the warehouse it lies in (Our rule 10)."""
    today = cast(func.timezone(Warehouse.time_zone, now), Date)
    return or_(StockLot.expires_on.is_(None), StockLot.expires_on >= today)


async def free_lots(work: Work, organisation_id: UUID, sku_ids: Collection[UUID]) -> list[FreeLot]:
    """Return what nobody was promised of unexpired lots, warehouse by warehouse as they serve."""
    statement = (
        select(
            LotBalance.warehouse_id,
            LotBalance.sku_id,
            LotBalance.lot_id,
            sellable(LotBalance) - LotBalance.allocated,
            StockLot.expires_on,
            Warehouse.region,
        )
        .join(Warehouse, Warehouse.id == LotBalance.warehouse_id)
        .join(StockLot, StockLot.id == LotBalance.lot_id)
        .where(
            Warehouse.organisation_id == organisation_id,
            LotBalance.sku_id.in_(sku_ids),
            sellable(LotBalance) > LotBalance.allocated,
            is_unexpired(work.now),
        )
        .order_by(
            Warehouse.priority.desc(),
            Warehouse.name,
            StockLot.expires_on.asc().nulls_last(),
            StockLot.id,
        )
    )
    return [FreeLot(*row) for row in (await work.session.execute(statement)).all()]
