"""Let stock in and out: every change is a move, and balances follow in the same transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, literal, select
from sqlalchemy.dialects.postgresql import insert

from app.db.outbox import DomainEvent
from app.db.work import Work
from app.inventory import locks
from app.inventory.errors import LotDatesDiffer, NotEnoughStock
from app.inventory.models import (
    LotBalance,
    MoveCause,
    StockBalance,
    StockLot,
    StockMove,
    Warehouse,
)
from app.inventory.operations.adding import add_up
from app.inventory.operations.quotas import give_back
from app.inventory.operations.reserving import (
    change_balances,
    open_allocations,
    set_aside,
    take_off,
)
from app.inventory.operations.statuses import sellable
from app.inventory.rules import LotQuantity, OpenAllocation, Receipt, draw, totals
from app.kernel.errors import NotFound
from app.kernel.ids import new_id
from app.tenants.models import Tenant

FIRST_WAREHOUSE = "Main"


@dataclass(frozen=True, slots=True)
class Occasion:
    """Why stock moves, and what document or reason stands behind it."""

    cause: MoveCause
    source_kind: str
    source_id: UUID | None
    reason: str | None = None


async def ship_out(
    work: Work, source_kind: str, source_id: UUID, lots: Sequence[LotQuantity]
) -> None:
    """Let allocated pieces leave their warehouses; raises `BeyondAllocated`. Seven statements."""
    await locks.balances_of_source(work, source_id)
    wanted = totals(lots, "source_line_id", "warehouse_id", "lot_id")
    drawn = draw(await open_allocations(work, source_id), wanted, lambda item: item.place)
    await take_off(work, drawn, on_hand=-1)
    await note_moves(work, drawn, Occasion(MoveCause.SHIPMENT, source_kind, source_id), sign=-1)


async def lose(
    work: Work, source_id: UUID, lots: Sequence[LotQuantity], occasion: Occasion
) -> None:
    """Take allocated pieces that are not there off a source and off the stock.

    Raises `BeyondAllocated`. Eight statements.
    """
    await locks.balances_of_source(work, source_id)
    wanted = totals(lots, "source_line_id", "warehouse_id", "lot_id")
    drawn = draw(await open_allocations(work, source_id), wanted, lambda item: item.place)
    await take_off(work, drawn, on_hand=-1)
    await give_back(work, totals(drawn, "source_line_id"))
    await note_moves(work, drawn, occasion, sign=-1)


async def bring_back(
    work: Work,
    source_kind: str,
    source_id: UUID,
    lots: Sequence[LotQuantity],
    *,
    reserve_again: bool,
) -> None:
    """Take pieces back into the lots they left, set aside for the same line again if wanted."""
    if not lots:
        return
    await put_in(work, lots, reserved=int(reserve_again))
    if reserve_again:
        await set_aside(work, {lot.source_line_id: source_id for lot in lots}, lots)
    else:
        await give_back(work, totals(lots, "source_line_id"))
    occasion = Occasion(MoveCause.RETURN_TO_WAREHOUSE, source_kind, source_id)
    await note_moves(work, lots, occasion)


async def receive(  # noqa: PLR0913, PLR0917  # one receipt has this many circumstances
    work: Work,
    organisation_id: UUID,
    warehouse_id: UUID | None,
    receipts: Sequence[Receipt],
    source_kind: str,
    source_id: UUID | None,
    *,
    cause: MoveCause = MoveCause.RECEIPT,
    reason: str | None = None,
) -> UUID:
    """Take goods in and tell `stock_received`; returns the warehouse.

    Without a warehouse the organisation's first takes them; it is made when there is none. Raises
    `LotDatesDiffer` when a lot is known with another expiry, `NotFound` for a foreign warehouse.
    """
    warehouse = await _warehouse(work, organisation_id, warehouse_id)
    lot_ids = await _lots(work, organisation_id, receipts)
    lots = [
        LotQuantity(lot_id, warehouse, receipt.sku_id, lot_id, receipt.quantity)
        for receipt in receipts
        for lot_id in (lot_ids[receipt.sku_id, receipt.lot_code],)
    ]
    await put_in(work, lots)
    await note_moves(work, lots, Occasion(cause, source_kind, source_id, reason))
    skus = sorted({str(receipt.sku_id) for receipt in receipts})
    data = {"sku_ids": skus, "organisation_id": str(organisation_id)}
    work.tell(DomainEvent("stock_received", "warehouse", warehouse, data))
    return warehouse


async def adjust(
    work: Work, warehouse_id: UUID, lot: StockLot, quantity: Decimal, occasion: Occasion
) -> None:
    """Correct a lot's balance by signed pieces; raises `NotEnoughStock` below what is set aside."""
    change = [LotQuantity(lot.id, warehouse_id, lot.sku_id, lot.id, quantity)]
    if quantity > 0:
        await put_in(work, change)
    else:
        await locks.balance(work, warehouse_id, lot.sku_id)
        await _require_free(work, warehouse_id, lot, -quantity)
        await change_balances(work, change, on_hand=1)
    await note_moves(work, change, occasion)


async def _require_free(work: Work, warehouse_id: UUID, lot: StockLot, quantity: Decimal) -> None:
    statement = select(sellable(LotBalance) - LotBalance.allocated).where(
        LotBalance.warehouse_id == warehouse_id, LotBalance.lot_id == lot.id
    )
    free = (await work.session.execute(statement)).scalar() or Decimal(0)
    if free < quantity:
        raise NotEnoughStock(f"lot {lot.code}", free)


async def put_in(work: Work, lots: Sequence[LotQuantity], *, reserved: int = 0) -> None:
    """Add to balances, making those that do not exist; in key order, since this locks them."""
    by_sku = [
        {
            "warehouse_id": warehouse,
            "sku_id": sku,
            "on_hand": quantity,
            "reserved": reserved * quantity,
        }
        for (warehouse, sku), quantity in totals(lots, "warehouse_id", "sku_id").items()
    ]
    await add_up(work, StockBalance, by_sku, ("warehouse_id", "sku_id"), ("on_hand", "reserved"))
    by_lot = [
        {
            "warehouse_id": warehouse,
            "lot_id": lot,
            "sku_id": sku,
            "on_hand": quantity,
            "allocated": reserved * quantity,
        }
        for (warehouse, lot, sku), quantity in totals(
            lots, "warehouse_id", "lot_id", "sku_id"
        ).items()
    ]
    await add_up(work, LotBalance, by_lot, ("warehouse_id", "lot_id"), ("on_hand", "allocated"))


async def note_moves(
    work: Work,
    lots: Sequence[LotQuantity] | Sequence[OpenAllocation],
    occasion: Occasion,
    *,
    sign: int = 1,
) -> None:
    """Write a move for each lot and warehouse, in one statement."""
    moves = [
        {
            "id": new_id(),
            "warehouse_id": warehouse,
            "sku_id": sku,
            "lot_id": lot,
            "quantity": sign * quantity,
            "cause": occasion.cause,
            "source_kind": occasion.source_kind,
            "source_id": occasion.source_id,
            "moved_at": work.now,
            "membership_id": work.actor.membership_id,
            "reason": occasion.reason,
        }
        for (warehouse, sku, lot), quantity in totals(
            lots, "warehouse_id", "sku_id", "lot_id"
        ).items()
    ]
    await work.insert(StockMove, moves)


async def _warehouse(work: Work, organisation_id: UUID, warehouse_id: UUID | None) -> UUID:
    statement = select(Warehouse.id).where(Warehouse.organisation_id == organisation_id)
    if warehouse_id is not None:
        statement = statement.where(Warehouse.id == warehouse_id)
    in_order = statement.order_by(Warehouse.priority.desc(), Warehouse.name).limit(1)
    found = (await work.session.execute(in_order)).scalar()
    if found is not None:
        return found
    if warehouse_id is not None:
        raise NotFound("Warehouse")
    return await _first_warehouse(work, organisation_id)


async def _first_warehouse(work: Work, organisation_id: UUID) -> UUID:
    values = {
        "tenant_id": Tenant.id,
        "id": literal(new_id()),
        "organisation_id": literal(organisation_id),
        "name": literal(FIRST_WAREHOUSE),
        "region": literal(""),
        "time_zone": Tenant.time_zone,
        "priority": literal(0),
        "created_at": literal(work.now),
    }
    made = insert(Warehouse).from_select(
        list(values), select(*values.values()).where(Tenant.id == work.tenant_id)
    )
    # A twin that made it a moment ago is waited for; changing nothing lets its row be returned.
    either = made.on_conflict_do_update(
        index_elements=["tenant_id", "organisation_id", "name"],
        set_={"priority": Warehouse.priority},
    )
    return (await work.session.execute(either.returning(Warehouse.id))).scalar_one()


async def _lots(
    work: Work, organisation_id: UUID, receipts: Sequence[Receipt]
) -> dict[tuple[UUID, str], UUID]:
    """Find or make the lots, in key order; a known lot must have the same expiry."""
    given: dict[tuple[UUID, str], Receipt] = {}
    for receipt in receipts:
        first = given.setdefault((receipt.sku_id, receipt.lot_code), receipt)
        _require_same_expiry(receipt.lot_code, first.expires_on, receipt.expires_on)
    rows = [
        {
            "tenant_id": work.tenant_id,
            "id": new_id(),
            "organisation_id": organisation_id,
            "sku_id": sku,
            "code": code,
            "produced_on": given[sku, code].produced_on,
            "expires_on": given[sku, code].expires_on,
        }
        for sku, code in sorted(given)
    ]
    statement = insert(StockLot)
    kept = statement.on_conflict_do_update(
        index_elements=["tenant_id", "organisation_id", "sku_id", "code"],
        set_={"produced_on": func.coalesce(StockLot.produced_on, statement.excluded.produced_on)},
    ).returning(StockLot.id, StockLot.sku_id, StockLot.code, StockLot.expires_on)
    found = (await work.session.execute(kept, rows)).all()
    for _, sku, code, expires_on in found:
        _require_same_expiry(code, expires_on, given[sku, code].expires_on)
    return {(sku, code): lot_id for lot_id, sku, code, _ in found}


def _require_same_expiry(code: str, known: object, given: object) -> None:
    if known != given:
        raise LotDatesDiffer(code, str(known or "none"), str(given or "none"))


async def correct(
    work: Work, organisation_id: UUID, changes: Sequence[tuple[UUID, Receipt]], occasion: Occasion
) -> None:
    """Correct many lots in own warehouses by signed pieces; the caller holds their balances' locks.

    Lots that are not known are made. Raises `LotDatesDiffer`; the statements do not grow with the
    changes. Each warehouse that has more of something afterwards tells `stock_received`.
    """
    lot_ids = await _lots(work, organisation_id, [receipt for _, receipt in changes])
    lots = [
        LotQuantity(lot_id, warehouse, receipt.sku_id, lot_id, receipt.quantity)
        for warehouse, receipt in changes
        for lot_id in (lot_ids[receipt.sku_id, receipt.lot_code],)
    ]
    more = [lot for lot in lots if lot.quantity > 0]
    less = [lot for lot in lots if lot.quantity < 0]
    if more:
        await put_in(work, more)
    if less:
        await change_balances(work, less, on_hand=1)
    await note_moves(work, more + less, occasion)
    for warehouse in sorted({lot.warehouse_id for lot in more}):
        skus = sorted({str(lot.sku_id) for lot in more if lot.warehouse_id == warehouse})
        data = {"sku_ids": skus, "organisation_id": str(organisation_id)}
        work.tell(DomainEvent("stock_received", "warehouse", warehouse, data))
