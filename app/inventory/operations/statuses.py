"""What of a lot may be sold, and what is held back (R1-51)."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select, update

from app.db.work import Work
from app.inventory.models import LotBalance, StockBalance, StockStatusChange
from app.inventory.rules.statuses import HELD, StockStatus

_COLUMN = {status: status.value.lower() for status in HELD}


def sellable(balance: Any) -> ColumnElement[Decimal]:
    """Return what lies there of a lot's balance, or its columns, and is not held back."""
    return balance.on_hand - balance.blocked - balance.damaged - balance.quarantine


async def pieces_in(work: Work, warehouse_id: UUID, lot_id: UUID, status: StockStatus) -> Decimal:
    """Return the pieces of a lot with a status; of available ones, what nobody is promised."""
    if status is StockStatus.AVAILABLE:
        pieces = sellable(LotBalance) - LotBalance.allocated
    else:
        pieces = getattr(LotBalance, _COLUMN[status])
    statement = select(pieces).where(
        LotBalance.warehouse_id == warehouse_id, LotBalance.lot_id == lot_id
    )
    return (await work.session.scalar(statement)) or Decimal(0)


async def move_status(work: Work, change: StockStatusChange) -> None:
    """Move pieces from one status to another, under the lock of the balance; three statements."""
    await work.save(change)
    moved = (
        (StockStatus(change.from_status), -change.quantity),
        (StockStatus(change.to_status), change.quantity),
    )
    held = [(_COLUMN[status], pieces) for status, pieces in moved if status in HELD]
    of_lot = {name: getattr(LotBalance, name) + pieces for name, pieces in held}
    await work.session.execute(
        update(LotBalance)
        .where(LotBalance.warehouse_id == change.warehouse_id, LotBalance.lot_id == change.lot_id)
        .values(of_lot)
        .execution_options(synchronize_session=False)
    )
    more = sum((pieces for _, pieces in held), Decimal(0))
    await work.session.execute(
        update(StockBalance)
        .where(
            StockBalance.warehouse_id == change.warehouse_id, StockBalance.sku_id == change.sku_id
        )
        .values(held=StockBalance.held + more)
        .execution_options(synchronize_session=False)
    )
