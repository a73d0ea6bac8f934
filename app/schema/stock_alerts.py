"""Stock alerts: when they are raised, what they ask for, who sees to them (R0-20, R1-52, R1-53)."""
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
from app.inventory.rules.alerts import AlertAction, AlertKind, AlertState
from app.schema.batch import batch, in_order
from app.schema.catalog import Category, Sku, categories_by_id, skus_by_id
from app.schema.context import Info
from app.schema.cost import list_size
from app.schema.ids import key_of, optional_key_of
from app.schema.inventory import StockLot, Warehouse, lots_by_id, warehouses_by_id
from app.schema.operation import mutation, query
from app.schema.paging import FIRST, connection, page_request
from app.schema.refusals import Refusal

for _enum in (AlertKind, AlertAction, AlertState):
    strawberry.enum(_enum, description=getdoc(_enum))


@strawberry.type
class StockAlert(relay.Node):
    """What the stock of a SKU in a warehouse, or of one lot of it there, calls for.

    `pieces` are there, something should be done about `quantity` of them, or be brought. It is
    open until what it says is so no more.
    """

    id: relay.NodeID[UUID]
    kind: AlertKind
    action: AlertAction
    state: AlertState
    pieces: Decimal
    quantity: Decimal
    opened_at: datetime
    mended_at: datetime | None
    acknowledged_at: datetime | None
    acknowledged_by_name: str | None
    note: str | None
    warehouse_id: strawberry.Private[UUID]
    sku_id: strawberry.Private[UUID]
    lot_id: strawberry.Private[UUID | None]

    @batch
    @staticmethod
    async def warehouse(alerts: list["StockAlert"], info: Info) -> list[Warehouse | None]:
        """Where it lies."""
        return await warehouses_by_id(info, [alert.warehouse_id for alert in alerts])

    @batch
    @staticmethod
    async def sku(alerts: list["StockAlert"], info: Info) -> list[Sku | None]:
        """What it is."""
        return await skus_by_id(info, [alert.sku_id for alert in alerts])

    @batch
    @staticmethod
    async def lot(alerts: list["StockAlert"], info: Info) -> list[StockLot | None]:
        """The lot that expires; none where all of the SKU is meant."""
        wanted = sorted({alert.lot_id for alert in alerts if alert.lot_id})
        found = dict(zip(wanted, await lots_by_id(info, wanted), strict=True)) if wanted else {}
        return [found.get(alert.lot_id) if alert.lot_id else None for alert in alerts]

    @classmethod
    def of(cls, row: models.StockAlert) -> "StockAlert":
        """Show an alert."""
        seen = AlertState.ACKNOWLEDGED if row.acknowledged_at else AlertState.OPEN
        return cls(
            id=row.id,
            kind=AlertKind(row.kind),
            action=AlertAction(row.action),
            state=AlertState.MENDED if row.mended_at else seen,
            pieces=row.pieces,
            quantity=row.quantity,
            opened_at=row.opened_at,
            mended_at=row.mended_at,
            acknowledged_at=row.acknowledged_at,
            acknowledged_by_name=row.acknowledged_by_name,
            note=row.note,
            warehouse_id=row.warehouse_id,
            sku_id=row.sku_id,
            lot_id=row.lot_id,
        )

    @classmethod
    async def resolve_nodes(
        cls, *, info: Info, node_ids: Iterable[str], required: bool = False
    ) -> list["StockAlert | None"]:
        """Load by global id; unknown and foreign ids give null."""
        del required
        return await _alerts_by_id(info, [UUID(key) for key in node_ids])


@strawberry.type
class StockThreshold(relay.Node):
    """When to alert: in pieces, of a SKU, of a category with all below it, or of all goods.

    Without a warehouse it counts in each. The most particular threshold that fits is the one that
    counts. Without `expiryDays` the shelf life tells how early a lot is near its expiry.
    """

    id: relay.NodeID[UUID]
    low: Decimal | None
    target: Decimal | None
    high: Decimal | None
    watches_expiry: bool
    expiry_days: int | None
    warehouse_id: strawberry.Private[UUID | None]
    sku_id: strawberry.Private[UUID | None]
    category_id: strawberry.Private[UUID | None]

    @batch
    @staticmethod
    async def warehouse(found: list["StockThreshold"], info: Info) -> list[Warehouse | None]:
        """The one warehouse in which it counts."""
        wanted = sorted({each.warehouse_id for each in found if each.warehouse_id})
        rows = await warehouses_by_id(info, wanted) if wanted else []
        known = dict(zip(wanted, rows, strict=True))
        return [known.get(each.warehouse_id) if each.warehouse_id else None for each in found]

    @batch
    @staticmethod
    async def sku(found: list["StockThreshold"], info: Info) -> list[Sku | None]:
        """The one SKU that it is about."""
        return await skus_by_id(info, [each.sku_id for each in found])

    @batch
    @staticmethod
    async def category(found: list["StockThreshold"], info: Info) -> list[Category | None]:
        """The category that it is about."""
        return await categories_by_id(info, [each.category_id for each in found])

    @classmethod
    def of(cls, row: models.StockThreshold) -> "StockThreshold":
        """Show a threshold."""
        return cls(
            id=row.id,
            low=row.low,
            target=row.target,
            high=row.high,
            watches_expiry=row.watches_expiry,
            expiry_days=row.expiry_days,
            warehouse_id=row.warehouse_id,
            sku_id=row.sku_id,
            category_id=row.category_id,
        )

    @classmethod
    async def resolve_nodes(
        cls, *, info: Info, node_ids: Iterable[str], required: bool = False
    ) -> list["StockThreshold | None"]:
        """Load by global id; unknown and foreign ids give null."""
        del required
        return await _thresholds_by_id(info, [UUID(key) for key in node_ids])


@strawberry.type
class StockAlertCount:
    """How many alerts of a kind ask for an action and are not mended."""

    kind: AlertKind
    action: AlertAction
    number: int


@strawberry.type
class StockThresholdRemoved:
    """That a threshold is no more."""

    threshold_id: relay.GlobalID


@strawberry.input
class StockAlertFilter:
    """Which alerts to show; what is left out is not looked at."""

    state: AlertState | None = None
    kind: AlertKind | None = None
    action: AlertAction | None = None
    warehouse_id: relay.GlobalID | None = None
    sku_id: relay.GlobalID | None = None

    def value(self) -> queries.AlertFilter:
        """Return what the query understands."""
        return queries.AlertFilter(
            state=self.state,
            kind=self.kind,
            action=self.action,
            warehouse_id=optional_key_of(self.warehouse_id, "Warehouse"),
            sku_id=optional_key_of(self.sku_id, "Sku"),
        )


@strawberry.input
class SetStockThresholdInput:
    """A threshold; one of the same warehouse and goods is replaced by it."""

    warehouse_id: relay.GlobalID | None = None
    sku_id: relay.GlobalID | None = None
    category_id: relay.GlobalID | None = None
    low: Decimal | None = strawberry.field(default=None, description="Alert below it.")
    target: Decimal | None = strawberry.field(
        default=None, description="What to replenish to; left out, `low`."
    )
    high: Decimal | None = strawberry.field(default=None, description="Alert above it.")
    watches_expiry: bool = True
    expiry_days: int | None = strawberry.field(
        default=None, description="How early a lot is near its expiry; by shelf life if left out."
    )

    def value(self) -> commands.Threshold:
        """Return what the command understands."""
        return commands.Threshold(
            warehouse_id=optional_key_of(self.warehouse_id, "Warehouse"),
            sku_id=optional_key_of(self.sku_id, "Sku"),
            category_id=optional_key_of(self.category_id, "Category"),
            low=self.low,
            target=self.target,
            high=self.high,
            watches_expiry=self.watches_expiry,
            expiry_days=self.expiry_days,
        )


@strawberry.input
class RemoveStockThresholdInput:
    """A threshold to be removed."""

    threshold_id: relay.GlobalID


@strawberry.input
class AcknowledgeStockAlertInput:
    """An alert that one sees to, and what one does about it."""

    alert_id: relay.GlobalID
    note: str | None = None


SetStockThresholdResult = Annotated[
    StockThreshold | Refusal, strawberry.union("SetStockThresholdResult")
]
RemoveStockThresholdResult = Annotated[
    StockThresholdRemoved | Refusal, strawberry.union("RemoveStockThresholdResult")
]
AcknowledgeStockAlertResult = Annotated[
    StockAlert | Refusal, strawberry.union("AcknowledgeStockAlertResult")
]


@strawberry.type
class StockAlertsQuery:
    """Questions about stock alerts."""

    @query(queries.stock_alerts)
    async def stock_alerts(
        self,
        info: Info,
        filter: StockAlertFilter | None = None,
        first: int = FIRST,
        after: str | None = None,
    ) -> relay.Connection[StockAlert]:
        """The own organisation's alerts, the newest first."""
        page, wanted = page_request(first, after), (filter or StockAlertFilter()).value()
        async with info.context.read() as work:
            return connection(await queries.stock_alerts(work, page, wanted), StockAlert.of)

    @list_size(8)
    @query(queries.stock_alert_counts)
    async def stock_alert_counts(self, info: Info) -> list[StockAlertCount]:
        """How many of the own organisation's alerts are not mended."""
        async with info.context.read() as work:
            found = await queries.stock_alert_counts(work)
        return [
            StockAlertCount(kind=kind, action=action, number=number)
            for (kind, action), number in found.items()
        ]

    @query(queries.stock_thresholds)
    async def stock_thresholds(
        self, info: Info, first: int = FIRST, after: str | None = None
    ) -> relay.Connection[StockThreshold]:
        """The own organisation's thresholds, the newest first."""
        page = page_request(first, after)
        async with info.context.read() as work:
            return connection(await queries.stock_thresholds(work, page), StockThreshold.of)


@strawberry.type
class StockAlertsMutation:
    """What can be done about stock alerts."""

    @mutation(commands.set_stock_threshold)
    async def set_stock_threshold(
        self, info: Info, input: SetStockThresholdInput
    ) -> SetStockThresholdResult:
        """Say when to be alerted; alerts follow within a minute."""
        given = input.value()
        key = await info.context.write(lambda work: commands.set_stock_threshold(work, given))
        (found,) = await _thresholds_by_id(info, [key])
        assert found is not None
        return found

    @mutation(commands.remove_stock_threshold)
    async def remove_stock_threshold(
        self, info: Info, input: RemoveStockThresholdInput
    ) -> RemoveStockThresholdResult:
        """Alert by a threshold no more; alerts follow within a minute."""
        key = key_of(input.threshold_id, "StockThreshold")
        await info.context.write(lambda work: commands.remove_stock_threshold(work, key))
        return StockThresholdRemoved(threshold_id=input.threshold_id)

    @mutation(commands.acknowledge_stock_alert)
    async def acknowledge_stock_alert(
        self, info: Info, input: AcknowledgeStockAlertInput
    ) -> AcknowledgeStockAlertResult:
        """Say that one sees to an alert; it stays until the stock is mended."""
        key, note = key_of(input.alert_id, "StockAlert"), input.note
        await info.context.write(lambda work: commands.acknowledge_stock_alert(work, key, note))
        (found,) = await _alerts_by_id(info, [key])
        assert found is not None
        return found


async def _alerts_by_id(info: Info, ids: Sequence[UUID]) -> list[StockAlert | None]:
    async with info.context.read() as work:
        return in_order(ids, await queries.alerts_by_id(work, ids), StockAlert.of)


async def _thresholds_by_id(info: Info, ids: Sequence[UUID]) -> list[StockThreshold | None]:
    async with info.context.read() as work:
        return in_order(ids, await queries.thresholds_by_id(work, ids), StockThreshold.of)
