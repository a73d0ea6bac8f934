"""Goods on their way between warehouses of one organisation (R3-47)."""
# pyright: reportIncompatibleMethodOverride=false
# Relay types `resolve_nodes` wider than it calls it.

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from app.inventory import commands, models, queries
from app.kernel.errors import Invalid
from app.schema.batch import batch, in_order
from app.schema.catalog import Sku, skus_by_id
from app.schema.context import Info
from app.schema.cost import list_size
from app.schema.ids import key_of
from app.schema.inventory import StockLot, Warehouse, lots_by_id, warehouses_by_id
from app.schema.operation import mutation, query
from app.schema.paging import FIRST, connection, page_request
from app.schema.refusals import Refusal


@strawberry.type
class StockTransferLine:
    """What was sent of a lot in pieces, and what came, once it was received."""

    sent: Decimal
    received: Decimal | None
    reason: str | None
    lot_id: strawberry.Private[UUID]
    sku_id: strawberry.Private[UUID]

    @batch
    @staticmethod
    async def sku(found: list["StockTransferLine"], info: Info) -> list[Sku | None]:
        """What it is."""
        return await skus_by_id(info, [each.sku_id for each in found])

    @batch
    @staticmethod
    async def lot(found: list["StockTransferLine"], info: Info) -> list[StockLot | None]:
        """Of which lot it is."""
        return await lots_by_id(info, [each.lot_id for each in found])

    @classmethod
    def of(cls, row: models.StockTransferLine) -> "StockTransferLine":
        """Show a lot of a transfer."""
        return cls(
            sent=row.sent,
            received=row.received,
            reason=row.reason,
            lot_id=row.lot_id,
            sku_id=row.sku_id,
        )


@strawberry.type
class StockTransfer(relay.Node):
    """Goods sent from one warehouse to another; in transit until `receivedAt`."""

    id: relay.NodeID[UUID]
    note: str
    sent_at: datetime
    received_at: datetime | None
    from_id: strawberry.Private[UUID]
    to_id: strawberry.Private[UUID]

    @batch
    @staticmethod
    async def from_warehouse(found: list["StockTransfer"], info: Info) -> list[Warehouse | None]:
        """Which warehouse they left."""
        return await warehouses_by_id(info, [each.from_id for each in found])

    @batch
    @staticmethod
    async def to_warehouse(found: list["StockTransfer"], info: Info) -> list[Warehouse | None]:
        """Where they are to come in."""
        return await warehouses_by_id(info, [each.to_id for each in found])

    @list_size(assumed=10)
    @batch
    @staticmethod
    async def lines(found: list["StockTransfer"], info: Info) -> list[list[StockTransferLine]]:
        """What was sent, by lot."""
        async with info.context.read() as work:
            lines = await queries.lines_of_transfers(work, [each.id for each in found])
        return [[StockTransferLine.of(row) for row in lines[each.id]] for each in found]

    @classmethod
    def of(cls, row: models.StockTransfer) -> "StockTransfer":
        """Show a transfer."""
        return cls(
            id=row.id,
            note=row.note,
            sent_at=row.sent_at,
            received_at=row.received_at,
            from_id=row.from_warehouse_id,
            to_id=row.to_warehouse_id,
        )

    @classmethod
    async def resolve_nodes(
        cls, *, info: Info, node_ids: Iterable[str], required: bool = False
    ) -> list["StockTransfer | None"]:
        """Load by global id; unknown and foreign ids give null."""
        del required
        return await _transfers_by_id(info, [UUID(key) for key in node_ids])


@strawberry.input
class SentLotInput:
    """So many pieces of a lot."""

    lot_id: relay.GlobalID
    pieces: Decimal


@strawberry.input
class SendStockTransferInput:
    """Free pieces of lots for another own warehouse, each lot once."""

    idempotency_key: str
    from_warehouse_id: relay.GlobalID
    to_warehouse_id: relay.GlobalID
    lots: list[SentLotInput]
    note: str = ""

    def value(self) -> commands.Sending:
        """Return what the command understands."""
        return commands.Sending(
            from_warehouse_id=key_of(self.from_warehouse_id, "Warehouse"),
            to_warehouse_id=key_of(self.to_warehouse_id, "Warehouse"),
            lots=tuple((key_of(each.lot_id, "StockLot"), each.pieces) for each in self.lots),
            note=self.note.strip(),
        )


@strawberry.input
class CountedLotInput:
    """How many pieces of a lot came; the reason where they are not as many as were sent."""

    lot_id: relay.GlobalID
    pieces: Decimal
    reason: str | None = None


@strawberry.input
class ReceiveStockTransferInput:
    """What came of a transfer; a lot that is not named came as it was sent."""

    transfer_id: relay.GlobalID
    counts: list[CountedLotInput] | None = None

    def value(self) -> dict[UUID, commands.Counted]:
        """Return what the command understands."""
        counts = self.counts or []
        found = {
            key_of(each.lot_id, "StockLot"): commands.Counted(
                each.pieces, (each.reason or "").strip() or None
            )
            for each in counts
        }
        if len(found) < len(counts):
            raise Invalid("counts", "must name each lot once")
        return found


SendStockTransferResult = Annotated[
    StockTransfer | Refusal, strawberry.union("SendStockTransferResult")
]
ReceiveStockTransferResult = Annotated[
    StockTransfer | Refusal, strawberry.union("ReceiveStockTransferResult")
]


@strawberry.type
class StockTransfersQuery:
    """Questions about goods between warehouses."""

    @query(queries.stock_transfers)
    async def stock_transfers(
        self,
        info: Info,
        is_in_transit: bool | None = None,  # noqa: FBT001  # an argument of the API has a name
        first: int = FIRST,
        after: str | None = None,
    ) -> relay.Connection[StockTransfer]:
        """The own organisation's transfers, the newest first: all, or held to one state."""
        page = page_request(first, after)
        async with info.context.read() as work:
            found = await queries.stock_transfers(work, page, is_in_transit=is_in_transit)
        return connection(found, StockTransfer.of)


@strawberry.type
class StockTransfersMutation:
    """What can be done about goods between warehouses."""

    @mutation(commands.send_stock_transfer)
    async def send_stock_transfer(
        self, info: Info, input: SendStockTransferInput
    ) -> SendStockTransferResult:
        """Let goods leave for another own warehouse; until they are received nobody can sell them.

        A repeated key answers what the first did.
        """
        key, sending = input.idempotency_key, input.value()
        made = await info.context.write(
            lambda work: commands.send_stock_transfer(work, key, sending)
        )
        return await _transfer(info, made)

    @mutation(commands.receive_stock_transfer)
    async def receive_stock_transfer(
        self, info: Info, input: ReceiveStockTransferInput
    ) -> ReceiveStockTransferResult:
        """Take in what came of a transfer; what did not is off the stock, with the reason."""
        transfer, counts = key_of(input.transfer_id, "StockTransfer"), input.value()
        done = await info.context.write(
            lambda work: commands.receive_stock_transfer(work, transfer, counts)
        )
        return await _transfer(info, done)


async def _transfer(info: Info, key: UUID) -> StockTransfer:
    (found,) = await _transfers_by_id(info, [key])
    assert found is not None
    return found


async def _transfers_by_id(info: Info, ids: Sequence[UUID]) -> list[StockTransfer | None]:
    async with info.context.read() as work:
        return in_order(ids, await queries.transfers_by_id(work, ids), StockTransfer.of)
