"""Warehouses, stock by lot and expiry, and the ledger of moves (R3-47, F7)."""
# pyright: reportIncompatibleMethodOverride=false
# Relay types `resolve_nodes` wider than it calls it.

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import strawberry
from strawberry import relay

from app.inventory import models, queries
from app.inventory.models import MoveCause
from app.schema.batch import batch
from app.schema.catalog import Sku, skus_by_id
from app.schema.context import Info
from app.schema.cost import list_size
from app.schema.ids import key_of, optional_key_of
from app.schema.operation import query
from app.schema.paging import FIRST, connection, page_request

strawberry.enum(MoveCause, description=MoveCause.__doc__)


@strawberry.type
class Warehouse(relay.Node):
    """A place where an organisation keeps stock; a lot expires by the day of `timeZone`.

    Orders are served from the customer's region first, then by `priority`, highest first.
    """

    id: relay.NodeID[UUID]
    name: str
    region: str
    time_zone: str
    priority: int

    @classmethod
    def of(cls, row: models.Warehouse) -> "Warehouse":
        """Show a warehouse."""
        return cls(
            id=row.id,
            name=row.name,
            region=row.region,
            time_zone=row.time_zone,
            priority=row.priority,
        )

    @classmethod
    async def resolve_nodes(
        cls, *, info: Info, node_ids: Iterable[str], required: bool = False
    ) -> list["Warehouse | None"]:
        """Load by global id; unknown and foreign ids give null."""
        del required
        return await warehouses_by_id(info, [UUID(key) for key in node_ids])


@strawberry.type
class StockBalance:
    """What lies in a warehouse of one SKU, in pieces.

    `held` may not be sold now; `free` may, and nobody was promised it.
    """

    on_hand: Decimal
    reserved: Decimal
    held: Decimal
    free: Decimal
    warehouse_id: strawberry.Private[UUID]
    sku_id: strawberry.Private[UUID]

    @batch
    @staticmethod
    async def warehouse(
        balances: list["StockBalance"],
        info: Info,
    ) -> list[Warehouse | None]:
        """Where it lies."""
        return await warehouses_by_id(info, [balance.warehouse_id for balance in balances])

    @batch
    @staticmethod
    async def sku(
        balances: list["StockBalance"],
        info: Info,
    ) -> list[Sku | None]:
        """What it is."""
        return await skus_by_id(info, [balance.sku_id for balance in balances])

    @classmethod
    def of(cls, row: models.StockBalance) -> "StockBalance":
        """Show a balance."""
        return cls(
            on_hand=row.on_hand,
            reserved=row.reserved,
            held=row.held,
            free=row.on_hand - row.reserved - row.held,
            warehouse_id=row.warehouse_id,
            sku_id=row.sku_id,
        )


@strawberry.type
class LotBalance:
    """What lies in a warehouse of one lot, in pieces; `allocated` is set aside for orders.

    What is `blocked`, `damaged` or in `quarantine` may not be sold now.
    """

    on_hand: Decimal
    allocated: Decimal
    blocked: Decimal
    damaged: Decimal
    quarantine: Decimal
    warehouse_id: strawberry.Private[UUID]

    @batch
    @staticmethod
    async def warehouse(
        balances: list["LotBalance"],
        info: Info,
    ) -> list[Warehouse | None]:
        """Where it lies."""
        return await warehouses_by_id(info, [balance.warehouse_id for balance in balances])

    @classmethod
    def of(cls, row: models.LotBalance) -> "LotBalance":
        """Show a balance."""
        return cls(
            on_hand=row.on_hand,
            allocated=row.allocated,
            blocked=row.blocked,
            damaged=row.damaged,
            quarantine=row.quarantine,
            warehouse_id=row.warehouse_id,
        )


@strawberry.type
class StockLot(relay.Node):
    """Goods of one SKU made together; expired from the start of the day after `expiresOn`."""

    id: relay.NodeID[UUID]
    code: str
    produced_on: date | None
    expires_on: date | None
    sku_id: strawberry.Private[UUID]

    @batch
    @staticmethod
    async def sku(
        lots: list["StockLot"],
        info: Info,
    ) -> list[Sku | None]:
        """What it is."""
        return await skus_by_id(info, [lot.sku_id for lot in lots])

    @list_size(5)
    @batch
    @staticmethod
    async def balances(
        lots: list["StockLot"],
        info: Info,
    ) -> list[list[LotBalance]]:
        """Where it lies."""
        async with info.context.read() as work:
            found = await queries.lot_balances(work, [lot.id for lot in lots])
        return [[LotBalance.of(row) for row in found[lot.id]] for lot in lots]

    @classmethod
    def of(cls, row: models.StockLot) -> "StockLot":
        """Show a lot."""
        return cls(
            id=row.id,
            code=row.code,
            produced_on=row.produced_on,
            expires_on=row.expires_on,
            sku_id=row.sku_id,
        )

    @classmethod
    async def resolve_nodes(
        cls, *, info: Info, node_ids: Iterable[str], required: bool = False
    ) -> list["StockLot | None"]:
        """Load by global id; unknown and foreign ids give null."""
        del required
        return await lots_by_id(info, [UUID(key) for key in node_ids])


@strawberry.type
class StockMove(relay.Node):
    """One change of stock in pieces, positive in and negative out; never changed afterwards."""

    id: relay.NodeID[UUID]
    quantity: Decimal
    cause: MoveCause
    source_kind: str
    moved_at: datetime
    reason: str | None
    warehouse_id: strawberry.Private[UUID]
    sku_id: strawberry.Private[UUID]
    lot_id: strawberry.Private[UUID]

    @batch
    @staticmethod
    async def warehouse(
        moves: list["StockMove"],
        info: Info,
    ) -> list[Warehouse | None]:
        """Where stock changed."""
        return await warehouses_by_id(info, [move.warehouse_id for move in moves])

    @batch
    @staticmethod
    async def sku(
        moves: list["StockMove"],
        info: Info,
    ) -> list[Sku | None]:
        """What moved."""
        return await skus_by_id(info, [move.sku_id for move in moves])

    @batch
    @staticmethod
    async def lot(
        moves: list["StockMove"],
        info: Info,
    ) -> list[StockLot | None]:
        """Which lot moved."""
        return await lots_by_id(info, [move.lot_id for move in moves])

    @classmethod
    def of(cls, row: models.StockMove) -> "StockMove":
        """Show a move."""
        return cls(
            id=row.id,
            quantity=row.quantity,
            cause=MoveCause(row.cause),
            source_kind=row.source_kind,
            moved_at=row.moved_at,
            reason=row.reason,
            warehouse_id=row.warehouse_id,
            sku_id=row.sku_id,
            lot_id=row.lot_id,
        )

    @classmethod
    async def resolve_nodes(
        cls, *, info: Info, node_ids: Iterable[str], required: bool = False
    ) -> list["StockMove | None"]:
        """Load by global id; unknown and foreign ids give null."""
        del required
        async with info.context.read() as work:
            ids = [UUID(key) for key in node_ids]
            found = await queries.moves_by_id(work, ids)
        return [cls.of(found[key]) if key in found else None for key in ids]


async def warehouses_by_id(info: Info, ids: Sequence[UUID]) -> list[Warehouse | None]:
    """Load warehouses in the order of `ids`; null for any but the viewer's own organisation's."""
    async with info.context.read() as work:
        found = await queries.warehouses_by_id(work, ids)
    return [Warehouse.of(found[key]) if key in found else None for key in ids]


async def lots_by_id(info: Info, ids: Sequence[UUID]) -> list[StockLot | None]:
    """Load lots in the order of `ids`; null for any but the viewer's own organisation's."""
    async with info.context.read() as work:
        found = await queries.lots_by_id(work, ids)
    return [StockLot.of(found[key]) if key in found else None for key in ids]


@strawberry.type
class InventoryQuery:
    """Questions about the own organisation's stock."""

    @query(queries.warehouses)
    async def warehouses(
        self, info: Info, first: int = FIRST, after: str | None = None
    ) -> relay.Connection[Warehouse]:
        """The own organisation's warehouses, by name."""
        page = page_request(first, after)
        async with info.context.read() as work:
            return connection(await queries.warehouses(work, page), Warehouse.of)

    @query(queries.stock)
    async def stock(
        self,
        info: Info,
        warehouse_id: relay.GlobalID | None = None,
        sku_id: relay.GlobalID | None = None,
        first: int = FIRST,
        after: str | None = None,
    ) -> relay.Connection[StockBalance]:  # pyright: ignore[reportInvalidTypeArguments]  # no id
        """What lies in the own organisation's warehouses."""
        page = page_request(first, after)
        place, thing = optional_key_of(warehouse_id, "Warehouse"), optional_key_of(sku_id, "Sku")
        async with info.context.read() as work:
            return connection(await queries.stock(work, page, place, thing), StockBalance.of)

    @query(queries.lots)
    async def lots(
        self, info: Info, sku_id: relay.GlobalID, first: int = FIRST, after: str | None = None
    ) -> relay.Connection[StockLot]:
        """The own organisation's lots of a SKU, what expires first coming first."""
        page = page_request(first, after)
        async with info.context.read() as work:
            return connection(await queries.lots(work, page, key_of(sku_id, "Sku")), StockLot.of)

    @query(queries.stock_moves)
    async def stock_moves(
        self,
        info: Info,
        warehouse_id: relay.GlobalID | None = None,
        sku_id: relay.GlobalID | None = None,
        first: int = FIRST,
        after: str | None = None,
    ) -> relay.Connection[StockMove]:
        """Every change of the own organisation's stock, the newest first."""
        page = page_request(first, after)
        place, thing = optional_key_of(warehouse_id, "Warehouse"), optional_key_of(sku_id, "Sku")
        async with info.context.read() as work:
            return connection(await queries.stock_moves(work, page, place, thing), StockMove.of)
