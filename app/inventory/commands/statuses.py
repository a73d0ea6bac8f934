"""Goods that lie there and may not be sold: moved between statuses, with a reason (R1-51)."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from app.audit.operations import record
from app.db.idempotency import once
from app.db.work import Work
from app.inventory import locks
from app.inventory.errors import NotEnoughStock
from app.inventory.models import StockLot, StockStatusChange, Warehouse
from app.inventory.operations import own_lots, own_warehouses
from app.inventory.operations.statuses import move_status, pieces_in
from app.inventory.rules.statuses import StockStatus
from app.kernel.errors import Invalid, NotFound
from app.kernel.ids import new_id
from app.rbac.guard import requires
from app.rbac.permissions import Permission

MOST_PIECES = Decimal(10**9)
LONGEST_REASON = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusChange:
    """So many pieces of a lot in one warehouse that get another status."""

    warehouse_id: UUID
    lot_id: UUID
    from_status: StockStatus
    to_status: StockStatus
    quantity: Decimal
    reason: str


@requires(Permission.STOCK_WRITE)
async def change_stock_status(work: Work, key: str, change: StatusChange) -> UUID:
    """Give pieces of a lot another status, once a key; what is set aside for orders stays so.

    Raises `NotEnoughStock` where fewer have the first status, `NotFound` for foreign ids.
    """
    _check(change)

    async def command(change_id: UUID) -> None:
        lot = await _own_lot(work, change)
        await locks.balance(work, change.warehouse_id, lot.sku_id)
        there = await pieces_in(work, change.warehouse_id, lot.id, change.from_status)
        if there < change.quantity:
            raise NotEnoughStock(f"lot {lot.code} as {change.from_status}", there)
        row = StockStatusChange(
            id=change_id,
            warehouse_id=change.warehouse_id,
            sku_id=lot.sku_id,
            lot_id=lot.id,
            from_status=change.from_status,
            to_status=change.to_status,
            quantity=change.quantity,
            reason=change.reason,
            changed_at=work.now,
            membership_id=work.actor.membership_id,
        )
        await move_status(work, row)
        after = {"lot_id": str(lot.id), "to": change.to_status, "quantity": f"{change.quantity:f}"}
        warehouse, before = change.warehouse_id, {"from": change.from_status}
        record(
            work,
            "CHANGE_STOCK_STATUS",
            "warehouse",
            warehouse,
            before=before,
            after=after,
            reason=change.reason,
        )

    return await once(work, key, "changeStockStatus", change, new_id(), command)


def _check(change: StatusChange) -> None:
    if change.from_status is change.to_status:
        raise Invalid("toStatus", "must be another one")
    whole = change.quantity == change.quantity.to_integral_value()
    if not 0 < change.quantity <= MOST_PIECES or not whole:
        raise Invalid("quantity", f"must be whole pieces, at most {MOST_PIECES}")
    if not 1 <= len(change.reason) <= LONGEST_REASON:
        raise Invalid("reason", f"must have 1 to {LONGEST_REASON} characters")


async def _own_lot(work: Work, change: StatusChange) -> StockLot:
    statement = (
        select(StockLot)
        .join(Warehouse, Warehouse.organisation_id == StockLot.organisation_id)
        .where(
            StockLot.id == change.lot_id,
            Warehouse.id == change.warehouse_id,
            own_lots(work),
            own_warehouses(work),
        )
    )
    lot = await work.session.scalar(statement)
    if lot is None:
        raise NotFound("StockLot")
    return lot
