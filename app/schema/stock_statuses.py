"""Goods that lie there and may not be sold: given a status, and why (R1-51)."""
# pyright: reportIncompatibleMethodOverride=false
# Relay types `resolve_nodes` wider than it calls it.

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from inspect import getdoc
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from app.inventory import commands, models, queries
from app.inventory.rules.statuses import StockStatus
from app.schema.batch import batch, in_order
from app.schema.catalog import Sku, skus_by_id
from app.schema.context import Info
from app.schema.ids import key_of, optional_key_of
from app.schema.inventory import StockLot, Warehouse, lots_by_id, warehouses_by_id
from app.schema.operation import mutation, query
from app.schema.paging import FIRST, connection, page_request
from app.schema.refusals import Refusal

strawberry.enum(StockStatus, description=getdoc(StockStatus))


@strawberry.type
class StockStatusChange(relay.Node):
    """That pieces of a lot got another status; never changed afterwards."""

    id: relay.NodeID[UUID]
    from_status: StockStatus
    to_status: StockStatus
    quantity: Decimal
    reason: str
    changed_at: datetime
    warehouse_id: strawberry.Private[UUID]
    sku_id: strawberry.Private[UUID]
    lot_id: strawberry.Private[UUID]

    @batch
    @staticmethod
    async def warehouse(found: list["StockStatusChange"], info: Info) -> list[Warehouse | None]:
        """Where they lie."""
        return await warehouses_by_id(info, [each.warehouse_id for each in found])

    @batch
    @staticmethod
    async def sku(found: list["StockStatusChange"], info: Info) -> list[Sku | None]:
        """What they are."""
        return await skus_by_id(info, [each.sku_id for each in found])

    @batch
    @staticmethod
    async def lot(found: list["StockStatusChange"], info: Info) -> list[StockLot | None]:
        """Of which lot they are."""
        return await lots_by_id(info, [each.lot_id for each in found])

    @classmethod
    def of(cls, row: models.StockStatusChange) -> "StockStatusChange":
        """Show a change."""
        return cls(
            id=row.id,
            from_status=StockStatus(row.from_status),
            to_status=StockStatus(row.to_status),
            quantity=row.quantity,
            reason=row.reason,
            changed_at=row.changed_at,
            warehouse_id=row.warehouse_id,
            sku_id=row.sku_id,
            lot_id=row.lot_id,
        )

    @classmethod
    async def resolve_nodes(
        cls, *, info: Info, node_ids: Iterable[str], required: bool = False
    ) -> list["StockStatusChange | None"]:
        """Load by global id; unknown and foreign ids give null."""
        del required
        return await _changes_by_id(info, [UUID(key) for key in node_ids])


@strawberry.input
class ChangeStockStatusInput:
    """So many pieces of a lot in one warehouse, the status they have and the one they get."""

    idempotency_key: str
    warehouse_id: relay.GlobalID
    lot_id: relay.GlobalID
    from_status: StockStatus
    to_status: StockStatus
    quantity: Decimal
    reason: str

    def value(self) -> commands.StatusChange:
        """Return what the command understands."""
        return commands.StatusChange(
            warehouse_id=key_of(self.warehouse_id, "Warehouse"),
            lot_id=key_of(self.lot_id, "StockLot"),
            from_status=self.from_status,
            to_status=self.to_status,
            quantity=self.quantity,
            reason=self.reason.strip(),
        )


ChangeStockStatusResult = Annotated[
    StockStatusChange | Refusal, strawberry.union("ChangeStockStatusResult")
]


@strawberry.type
class StockStatusesQuery:
    """Questions about goods that are held back."""

    @query(queries.stock_status_changes)
    async def stock_status_changes(
        self,
        info: Info,
        warehouse_id: relay.GlobalID | None = None,
        sku_id: relay.GlobalID | None = None,
        first: int = FIRST,
        after: str | None = None,
    ) -> relay.Connection[StockStatusChange]:
        """Every change of status of the own organisation's goods, the newest first."""
        page = page_request(first, after)
        place, thing = optional_key_of(warehouse_id, "Warehouse"), optional_key_of(sku_id, "Sku")
        async with info.context.read() as work:
            found = await queries.stock_status_changes(work, page, place, thing)
        return connection(found, StockStatusChange.of)


@strawberry.type
class StockStatusesMutation:
    """What can be done about goods that may not be sold."""

    @mutation(commands.change_stock_status)
    async def change_stock_status(
        self, info: Info, input: ChangeStockStatusInput
    ) -> ChangeStockStatusResult:
        """Hold goods back or let them be sold again; a repeated key answers what the first did."""
        key, change = input.idempotency_key, input.value()
        made = await info.context.write(
            lambda work: commands.change_stock_status(work, key, change)
        )
        (found,) = await _changes_by_id(info, [made])
        assert found is not None
        return found


async def _changes_by_id(info: Info, ids: Sequence[UUID]) -> list[StockStatusChange | None]:
    async with info.context.read() as work:
        return in_order(ids, await queries.status_changes_by_id(work, ids), StockStatusChange.of)
