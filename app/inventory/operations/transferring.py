"""Let goods leave one warehouse for another, and come in there."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from app.db.outbox import DomainEvent
from app.db.work import Work
from app.inventory import locks
from app.inventory.errors import NotEnoughStock
from app.inventory.models import (
    LotBalance,
    MoveCause,
    StockLot,
    StockTransfer,
    StockTransferLine,
)
from app.inventory.operations.moving import Occasion, note_moves, put_in
from app.inventory.operations.reserving import change_balances
from app.inventory.operations.statuses import sellable
from app.inventory.rules import LotQuantity

SOURCE = "stock_transfer"


async def send(
    work: Work, warehouse_id: UUID, lots: Sequence[tuple[StockLot, Decimal]], transfer_id: UUID
) -> None:
    """Take free pieces of lots out of a warehouse; raises `NotEnoughStock` by the lot's place."""
    await locks.balances_in(work, warehouse_id, {lot.sku_id for lot, _ in lots})
    there = (sellable(LotBalance) - LotBalance.allocated).label("free")
    statement = select(LotBalance.lot_id, there).where(
        LotBalance.warehouse_id == warehouse_id,
        LotBalance.lot_id.in_([lot.id for lot, _ in lots]),
    )
    free = {row.lot_id: row.free for row in await work.session.execute(statement)}
    for place, (lot, pieces) in enumerate(lots):
        if free.get(lot.id, Decimal(0)) < pieces:
            left = free.get(lot.id, Decimal(0))
            raise NotEnoughStock(f"lot {lot.code}", left).at(f"lots.{place}.pieces")
    out = [LotQuantity(lot.id, warehouse_id, lot.sku_id, lot.id, -pieces) for lot, pieces in lots]
    await change_balances(work, out, on_hand=1)
    await note_moves(work, out, Occasion(MoveCause.TRANSFER, SOURCE, transfer_id))


async def take_in(work: Work, transfer: StockTransfer, lines: Iterable[StockTransferLine]) -> None:
    """Put what was received of a transfer into its warehouse, and tell `stock_received`."""
    came = [
        LotQuantity(line.lot_id, transfer.to_warehouse_id, line.sku_id, line.lot_id, line.received)
        for line in lines
        if line.received
    ]
    if not came:
        return
    await put_in(work, came)
    await note_moves(work, came, Occasion(MoveCause.TRANSFER, SOURCE, transfer.id))
    skus = sorted({str(lot.sku_id) for lot in came})
    data = {"sku_ids": skus, "organisation_id": str(transfer.organisation_id)}
    work.tell(DomainEvent("stock_received", "warehouse", transfer.to_warehouse_id, data))
