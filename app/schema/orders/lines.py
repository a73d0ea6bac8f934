"""Order lines, their quantities, and what they wait for or cover."""
# pyright: reportIncompatibleMethodOverride=false
# Relay types `resolve_nodes` wider than it calls it.

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from uuid import UUID

import strawberry
from strawberry import relay

from app.kernel.quantity import PackagingLevel
from app.orders import models, queries
from app.schema.batch import batch
from app.schema.catalog import Sku, skus_by_id
from app.schema.context import Info
from app.schema.cost import list_size
from app.schema.quotes.lines import QuotedLine


@strawberry.type
class LineQuantities:
    """Where an order line's pieces are; each moves by an event only (domain.md (e))."""

    ordered: Decimal
    cancelled: Decimal
    short_closed: Decimal
    unallocated: Decimal
    backordered: Decimal
    allocated: Decimal
    picked: Decimal
    packed: Decimal
    shipped: Decimal
    in_transit: Decimal
    signed: Decimal
    refused: Decimal
    lost: Decimal
    received: Decimal
    missing: Decimal
    returned: Decimal

    @classmethod
    def of(cls, row: models.OrderLine) -> "LineQuantities":
        """Show a line's buckets, in pieces."""
        return cls(**{bucket: getattr(row, bucket) for bucket in models.BUCKETS})


@strawberry.type
class OrderLine(relay.Node):
    """A SKU in one packaging unit; amounts are for the whole ordered quantity.

    A line `isFree` was added by a trade scheme. `deposit` is for its containers, beside gross.
    `discountPercent` was given by hand; `priced` tells by whom and why.
    """

    id: relay.NodeID[UUID]
    position: int
    packaging_level: PackagingLevel
    quantity: Decimal
    unit_price: Decimal
    net: Decimal
    tax: Decimal
    gross: Decimal
    tax_rate_percent: Decimal
    is_free: bool
    discount_percent: Decimal | None
    deposit: Decimal
    quantities: LineQuantities
    sku_id: strawberry.Private[UUID]
    row: strawberry.Private[models.OrderLine]

    @batch
    @staticmethod
    async def sku(lines: list["OrderLine"], info: Info) -> list[Sku | None]:
        """What was ordered."""
        return await skus_by_id(info, [line.sku_id for line in lines])

    @batch
    @staticmethod
    async def priced(lines: list["OrderLine"], info: Info) -> list[QuotedLine | None]:
        """How the price came about when the order was placed; why prices lost, the seller sees."""
        async with info.context.read() as work:
            found = await queries.priced_by_line(work, [line.row for line in lines])
        return [QuotedLine.of(found[line.id]) if line.id in found else None for line in lines]

    @list_size(2)
    @batch
    @staticmethod
    async def shortages(lines: list["OrderLine"], info: Info) -> list[list["Shortage"]]:
        """What stock could not cover of the line, with the supply for it; for its seller only."""
        async with info.context.read() as work:
            found = await queries.shortages_by_line(work, [line.id for line in lines])
        return [[Shortage.of(row) for row in found.get(line.id, [])] for line in lines]

    @list_size(2)
    @batch
    @staticmethod
    async def covers(lines: list["OrderLine"], info: Info) -> list[list["Shortage"]]:
        """The buyer's own shortages that this line will cover, oldest first; for its buyer only."""
        async with info.context.read() as work:
            found = await queries.shortages_by_supply(work, [line.id for line in lines])
        return [[Shortage.of(row) for row in found.get(line.id, [])] for line in lines]

    @classmethod
    def of(cls, row: models.OrderLine) -> "OrderLine":
        """Show a line."""
        return cls(
            id=row.id,
            position=row.position,
            packaging_level=PackagingLevel(row.packaging_level),
            quantity=row.quantity,
            unit_price=row.unit_price,
            net=row.net,
            tax=row.tax,
            gross=row.gross,
            tax_rate_percent=row.tax_rate_percent,
            is_free=row.is_free,
            discount_percent=row.discount_percent,
            deposit=row.deposit,
            quantities=LineQuantities.of(row),
            sku_id=row.sku_id,
            row=row,
        )

    @classmethod
    async def resolve_nodes(
        cls, *, info: Info, node_ids: Iterable[str], required: bool = False
    ) -> list["OrderLine | None"]:
        """Load by global id; unknown and foreign ids give null."""
        del required
        keys = [UUID(key) for key in node_ids]
        async with info.context.read() as work:
            found = await queries.lines_by_id(work, keys)
        return [OrderLine.of(found[key]) if key in found else None for key in keys]


@strawberry.type
class Shortage(relay.Node):
    """What the viewer's stock could not cover of a sale, in pieces (R1-22)."""

    id: relay.NodeID[UUID]
    quantity: Decimal
    covered: Decimal
    recorded_at: datetime
    order_id: relay.GlobalID
    order_line_id: relay.GlobalID
    row: strawberry.Private[models.Shortage]

    @batch
    @staticmethod
    async def sku(shortages: list["Shortage"], info: Info) -> list[Sku | None]:
        """What is short."""
        return await skus_by_id(info, [item.row.sku_id for item in shortages])

    @batch
    @staticmethod
    async def supply_line(shortages: list["Shortage"], info: Info) -> list[OrderLine | None]:
        """The line of the own order upstream that will cover it."""
        keys = [item.row.supply_line_id for item in shortages]
        async with info.context.read() as work:
            found = await queries.lines_by_id(work, [key for key in keys if key])
        return [OrderLine.of(found[key]) if key and key in found else None for key in keys]

    @classmethod
    def of(cls, row: models.Shortage) -> "Shortage":
        """Show a shortage."""
        return cls(
            id=row.id,
            quantity=row.quantity,
            covered=row.covered,
            recorded_at=row.recorded_at,
            order_id=relay.GlobalID("Order", str(row.order_id)),
            order_line_id=relay.GlobalID("OrderLine", str(row.order_line_id)),
            row=row,
        )

    @classmethod
    async def resolve_nodes(
        cls, *, info: Info, node_ids: Iterable[str], required: bool = False
    ) -> list["Shortage | None"]:
        """Load by global id; unknown and foreign ids give null."""
        del required
        keys = [UUID(key) for key in node_ids]
        async with info.context.read() as work:
            found = await queries.shortages_by_id(work, keys)
        return [Shortage.of(found[key]) if key in found else None for key in keys]
