"""What was counted in a warehouse, against what was known (R3-47, R1-50)."""

from decimal import Decimal
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from app.inventory import commands
from app.kernel.errors import Invalid
from app.schema.context import Info
from app.schema.cost import sized
from app.schema.ids import key_of
from app.schema.inventory import StockLot
from app.schema.inventory_changes import StockChange, stock_change
from app.schema.operation import mutation
from app.schema.refusals import Refusal


@strawberry.type
class StockDifference:
    """A lot of which another number of pieces was counted than is known."""

    lot: StockLot
    known: Decimal
    counted: Decimal


@strawberry.type
class StockCount:
    """What differs; `fingerprint` stands for it, and for the stock as it is now."""

    fingerprint: str
    differences: list[StockDifference] = sized(10)


@strawberry.input
class CountedPiecesInput:
    """Pieces of a lot, as they were counted."""

    lot_id: relay.GlobalID
    pieces: Decimal


@strawberry.input
class StockCountInput:
    """What was counted in a warehouse: of the named lots, or of all that lies there.

    With `isWhole` every lot that is not named was counted as none.
    """

    warehouse_id: relay.GlobalID
    counts: list[CountedPiecesInput]
    is_whole: bool = False

    def value(self) -> commands.Count:
        """Return what the command understands."""
        counted = {key_of(each.lot_id, "StockLot"): each.pieces for each in self.counts}
        if len(counted) < len(self.counts):
            raise Invalid("counts", "must name each lot once")
        return commands.Count(key_of(self.warehouse_id, "Warehouse"), counted, self.is_whole)


@strawberry.input
class ApplyStockCountInput:
    """A count with the fingerprint of the differences that were seen, and why they are there."""

    idempotency_key: str
    count: StockCountInput
    fingerprint: str
    reason: str


PreviewStockCountResult = Annotated[
    StockCount | Refusal, strawberry.union("PreviewStockCountResult")
]
ApplyStockCountResult = Annotated[StockChange | Refusal, strawberry.union("ApplyStockCountResult")]


@strawberry.type
class StockCountsMutation:
    """Counting stock."""

    @mutation(commands.preview_stock_count)
    async def preview_stock_count(
        self, info: Info, input: StockCountInput
    ) -> PreviewStockCountResult:
        """Show where a count differs from what is known; nothing is written."""
        count = input.value()
        found = await info.context.write(lambda work: commands.preview_stock_count(work, count))
        return StockCount(
            fingerprint=found.fingerprint,
            differences=[
                StockDifference(lot=StockLot.of(each.lot), known=each.known, counted=each.counted)
                for each in found.differences
            ],
        )

    @mutation(commands.apply_stock_count)
    async def apply_stock_count(
        self, info: Info, input: ApplyStockCountInput
    ) -> ApplyStockCountResult:
        """Correct the stock by exactly the differences that were seen, with the reason.

        A repeated key answers what the first did.
        """
        key, count = input.idempotency_key, input.count.value()
        fingerprint, reason = input.fingerprint, input.reason.strip()
        source: UUID = await info.context.write(
            lambda work: commands.apply_stock_count(work, key, count, fingerprint, reason)
        )
        return await stock_change(info, source)
