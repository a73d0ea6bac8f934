"""Commands on warehouses and stock (R3-47, F7)."""

from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from app.inventory import commands, queries
from app.kernel.quantity import PackagingLevel
from app.schema.context import Info
from app.schema.cost import sized
from app.schema.ids import key_of, optional_key_of
from app.schema.inventory import StockMove, Warehouse, warehouses_by_id
from app.schema.operation import mutation
from app.schema.refusals import Refusal


@strawberry.type
class StockChange:
    """What a receipt or an adjustment did."""

    moves: list[StockMove] = sized(10)


@strawberry.input
class CreateWarehouseInput:
    """A new warehouse; without a time zone it keeps the network's."""

    name: str
    region: str = ""
    time_zone: str | None = None
    priority: int = 0


@strawberry.input
class GoodsInInput:
    """Goods that came in, counted in packs of one level; the code stands on the goods."""

    sku_id: relay.GlobalID
    packaging_level: PackagingLevel
    quantity: Decimal
    lot_code: str
    produced_on: date | None = None
    expires_on: date | None = None

    def goods(self) -> commands.GoodsIn:
        """Return what the command understands; raises `NotFound` for ids of other types."""
        return commands.GoodsIn(
            sku_id=key_of(self.sku_id, "Sku"),
            level=self.packaging_level,
            quantity=self.quantity,
            lot_code=self.lot_code.strip(),
            produced_on=self.produced_on,
            expires_on=self.expires_on,
        )


@strawberry.input
class ReceiveStockInput:
    """Goods for one warehouse; without one the organisation's first takes them."""

    idempotency_key: str
    goods: list[GoodsInInput]
    warehouse_id: relay.GlobalID | None = None


@strawberry.input
class AdjustStockInput:
    """A correction of a lot's balance by signed pieces, and why."""

    idempotency_key: str
    warehouse_id: relay.GlobalID
    lot_id: relay.GlobalID
    quantity: Decimal
    reason: str


CreateWarehouseResult = Annotated[Warehouse | Refusal, strawberry.union("CreateWarehouseResult")]
ReceiveStockResult = Annotated[StockChange | Refusal, strawberry.union("ReceiveStockResult")]
AdjustStockResult = Annotated[StockChange | Refusal, strawberry.union("AdjustStockResult")]


@strawberry.type
class InventoryMutation:
    """Changes of the own organisation's stock."""

    @mutation(commands.create_warehouse)
    async def create_warehouse(
        self, info: Info, input: CreateWarehouseInput
    ) -> CreateWarehouseResult:
        """Open a warehouse."""
        draft = commands.WarehouseDraft(
            input.name.strip(), input.region.strip(), input.time_zone, input.priority
        )
        made = await info.context.write(lambda work: commands.create_warehouse(work, draft))
        (warehouse,) = await warehouses_by_id(info, [made])
        return warehouse  # pyright: ignore[reportReturnType]  # just made, by the same actor

    @mutation(commands.receive_stock)
    async def receive_stock(self, info: Info, input: ReceiveStockInput) -> ReceiveStockResult:
        """Take goods in; a repeated key answers what the first receipt did."""
        warehouse = optional_key_of(input.warehouse_id, "Warehouse")
        goods = [item.goods() for item in input.goods]
        receipt = await info.context.write(
            lambda work: commands.receive_stock(work, input.idempotency_key, warehouse, goods)
        )
        return await stock_change(info, receipt)

    @mutation(commands.adjust_stock)
    async def adjust_stock(self, info: Info, input: AdjustStockInput) -> AdjustStockResult:
        """Correct a lot's balance; a repeated key answers what the first adjustment did."""
        correction = commands.Adjustment(
            warehouse_id=key_of(input.warehouse_id, "Warehouse"),
            lot_id=key_of(input.lot_id, "StockLot"),
            quantity=input.quantity,
            reason=input.reason.strip(),
        )
        adjustment = await info.context.write(
            lambda work: commands.adjust_stock(work, input.idempotency_key, correction)
        )
        return await stock_change(info, adjustment)


async def stock_change(info: Info, source_id: UUID) -> StockChange:
    """Show the moves that one command made."""
    async with info.context.read() as work:
        moves = await queries.moves_of_source(work, source_id)
    return StockChange(moves=[StockMove.of(row) for row in moves])
