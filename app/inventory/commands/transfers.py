"""Send goods from one own warehouse to another, and take them in there (R3-47)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from app.audit.operations import record
from app.db.idempotency import once
from app.db.work import Work
from app.inventory import locks, operations
from app.inventory.errors import DifferenceUnexplained, TransferReceived
from app.inventory.models import StockLot, StockTransfer, StockTransferLine, Warehouse
from app.inventory.operations import own_lots, own_warehouses
from app.kernel.errors import Invalid, NotFound
from app.kernel.ids import new_id
from app.rbac.guard import requires
from app.rbac.permissions import Permission

MOST_LOTS = 500
MOST_PIECES = Decimal(10**9)
LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Sending:
    """So many pieces of lots that leave one own warehouse for another, and a note on them."""

    from_warehouse_id: UUID
    to_warehouse_id: UUID
    lots: Sequence[tuple[UUID, Decimal]]
    note: str


@dataclass(frozen=True, slots=True)
class Counted:
    """How many pieces of a lot arrived, and why not as many as were sent."""

    pieces: Decimal
    reason: str | None


@requires(Permission.STOCK_WRITE)
async def send_stock_transfer(work: Work, key: str, sending: Sending) -> UUID:
    """Let free pieces of lots leave for another own warehouse, once a key; returns the transfer.

    They lie nowhere until they are received, and can be sold nowhere. Raises `NotEnoughStock` for
    more than is free of a lot, `NotFound` for foreign ids. Statements do not grow with the lots.
    """
    _check_sending(sending)

    async def command(transfer_id: UUID) -> None:
        await _require_warehouses(work, sending)
        lots = await _lots(work, [lot for lot, _ in sending.lots])
        row = StockTransfer(
            id=transfer_id,
            organisation_id=work.actor.own_organisation,
            from_warehouse_id=sending.from_warehouse_id,
            to_warehouse_id=sending.to_warehouse_id,
            note=sending.note,
            sent_at=work.now,
            sent_by_membership_id=work.actor.membership_id,
        )
        await work.save(row)
        sent = [(lots[lot], pieces) for lot, pieces in sending.lots]
        lines = [
            {"transfer_id": row.id, "lot_id": lot.id, "sku_id": lot.sku_id, "sent": pieces}
            for lot, pieces in sent
        ]
        await work.insert(StockTransferLine, lines)
        await operations.send(work, row.from_warehouse_id, sent, row.id)
        after = {"to": str(row.to_warehouse_id), "lots": len(lines)}
        record(work, "SEND_STOCK_TRANSFER", "stock_transfer", row.id, after=after)

    return await once(work, key, "sendStockTransfer", sending, new_id(), command)


@requires(Permission.STOCK_WRITE)
async def receive_stock_transfer(
    work: Work, transfer_id: UUID, counts: Mapping[UUID, Counted]
) -> UUID:
    """Take in what arrived of a transfer, by lot; a lot that is not named arrived as it was sent.

    Raises `TransferReceived` for one that was, `DifferenceUnexplained`, `NotFound` for foreign ids.
    """
    _check_counts(counts)
    row = await locks.own_transfer(work, transfer_id)
    if row is None:
        raise NotFound("StockTransfer")
    if row.received_at is not None:
        raise TransferReceived
    of_transfer = select(StockTransferLine).where(StockTransferLine.transfer_id == row.id)
    lines = {line.lot_id: line for line in await work.session.scalars(of_transfer)}
    if not lines.keys() >= counts.keys():
        raise NotFound("StockLot")
    for place, (lot_id, counted) in enumerate(counts.items()):
        _count(lines[lot_id], counted, place)
    row.received_at, row.received_by_membership_id = work.now, work.actor.membership_id
    for line in lines.values():
        line.received = line.sent if line.received is None else line.received
    await operations.take_in(work, row, lines.values())
    differing = {
        str(line.lot_id): f"{line.received - line.sent:f}"
        for line in lines.values()
        if line.received is not None and line.received != line.sent
    }
    after = {"differences": differing}
    record(work, "RECEIVE_STOCK_TRANSFER", "stock_transfer", row.id, after=after)
    return row.id


def _count(line: StockTransferLine, counted: Counted, place: int) -> None:
    if counted.pieces != line.sent and not counted.reason:
        raise DifferenceUnexplained(line.sent, counted.pieces).at(f"counts.{place}.reason")
    line.received = counted.pieces
    line.reason = counted.reason if counted.pieces != line.sent else None


def _check_sending(sending: Sending) -> None:
    if not 1 <= len(sending.lots) <= MOST_LOTS:
        raise Invalid("lots", f"must have 1 to {MOST_LOTS} lots")
    if len({lot for lot, _ in sending.lots}) < len(sending.lots):
        raise Invalid("lots", "must name each lot once")
    if sending.from_warehouse_id == sending.to_warehouse_id:
        raise Invalid("toWarehouseId", "must be another warehouse")
    if len(sending.note) > LONGEST_REASON:
        raise Invalid("note", f"must have at most {LONGEST_REASON} characters")
    for place, (_, pieces) in enumerate(sending.lots):
        if not 0 < pieces <= MOST_PIECES or pieces != pieces.to_integral_value():
            raise Invalid(f"lots.{place}.pieces", f"must be whole pieces, at most {MOST_PIECES}")


def _check_counts(counts: Mapping[UUID, Counted]) -> None:
    for place, counted in enumerate(counts.values()):
        whole = counted.pieces == counted.pieces.to_integral_value()
        if not 0 <= counted.pieces <= MOST_PIECES or not whole:
            raise Invalid(f"counts.{place}.pieces", f"must be whole, from 0 to {MOST_PIECES}")
        if counted.reason is not None and len(counted.reason) > LONGEST_REASON:
            raise Invalid(
                f"counts.{place}.reason", f"must have at most {LONGEST_REASON} characters"
            )


async def _require_warehouses(work: Work, sending: Sending) -> None:
    asked = {sending.from_warehouse_id, sending.to_warehouse_id}
    own = select(Warehouse.id).where(Warehouse.id.in_(asked), own_warehouses(work))
    if set(await work.session.scalars(own)) != asked:
        raise NotFound("Warehouse")


async def _lots(work: Work, lot_ids: Sequence[UUID]) -> dict[UUID, StockLot]:
    own = select(StockLot).where(StockLot.id.in_(lot_ids), own_lots(work))
    found = {lot.id: lot for lot in await work.session.scalars(own)}
    if len(found) < len(lot_ids):
        raise NotFound("StockLot")
    return found
