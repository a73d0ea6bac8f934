"""Quotas of scarce goods: set, shown with what is used and left, ended (domain.md (b) 26)."""
# pyright: reportIncompatibleMethodOverride=false
# Relay types `resolve_nodes` wider than it calls it.

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from app.inventory import commands, models, queries
from app.inventory.rules import QuotaPeriod
from app.schema.batch import batch, in_order
from app.schema.catalog import Sku, skus_by_id
from app.schema.context import Info
from app.schema.cost import list_size
from app.schema.customer_classes import CustomerLevel, levels_by_id
from app.schema.ids import key_of, optional_key_of
from app.schema.operation import mutation, query
from app.schema.organisations import TradingRelationship, relationships_by_id
from app.schema.paging import FIRST, connection, page_request
from app.schema.refusals import Refusal

strawberry.enum(QuotaPeriod, description=QuotaPeriod.__doc__)


@strawberry.type
class QuotaUse:
    """What a customer has set aside under a quota in the period from `startsOn`, in pieces."""

    starts_on: date
    used: Decimal
    left: Decimal
    relationship_id: strawberry.Private[UUID]

    @batch
    @staticmethod
    async def relationship(
        uses: list["QuotaUse"],
        info: Info,
    ) -> list[TradingRelationship | None]:
        """The customer."""
        return await relationships_by_id(info, [use.relationship_id for use in uses])

    @classmethod
    def of(cls, found: queries.Used) -> "QuotaUse":
        """Show a use."""
        return cls(
            starts_on=found.starts_on,
            used=found.used,
            left=found.left,
            relationship_id=found.relationship_id,
        )


@strawberry.type
class StockQuota(relay.Node):
    """How many pieces of a SKU a customer may have set aside in a period; every quota binds.

    It is one customer's, every customer's of a level, or every customer's: each has all of it.
    """

    id: relay.NodeID[UUID]
    pieces: Decimal
    period: QuotaPeriod
    starts_on: date
    ends_on: date | None
    created_at: datetime
    ended_at: datetime | None
    sku_id: strawberry.Private[UUID]
    relationship_id: strawberry.Private[UUID | None]
    level_id: strawberry.Private[UUID | None]

    @batch
    @staticmethod
    async def sku(
        quotas: list["StockQuota"],
        info: Info,
    ) -> list[Sku | None]:
        """What is scarce."""
        return await skus_by_id(info, [quota.sku_id for quota in quotas])

    @batch
    @staticmethod
    async def relationship(
        quotas: list["StockQuota"],
        info: Info,
    ) -> list[TradingRelationship | None]:
        """The one customer that it binds."""
        return await relationships_by_id(info, [quota.relationship_id for quota in quotas])

    @batch
    @staticmethod
    async def level(
        quotas: list["StockQuota"],
        info: Info,
    ) -> list[CustomerLevel | None]:
        """The level whose customers it binds."""
        return await levels_by_id(info, [quota.level_id for quota in quotas])

    @list_size(10)
    @batch
    @staticmethod
    async def uses(
        quotas: list["StockQuota"],
        info: Info,
    ) -> list[list[QuotaUse]]:
        """Who has used how much of it, the latest period first, at most 100."""
        async with info.context.read() as work:
            found = await queries.quota_uses(work, [quota.id for quota in quotas])
        return [[QuotaUse.of(use) for use in found[quota.id]] for quota in quotas]

    @classmethod
    def of(cls, row: models.StockQuota) -> "StockQuota":
        """Show a quota."""
        return cls(
            id=row.id,
            pieces=row.pieces,
            period=QuotaPeriod(row.period),
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            created_at=row.created_at,
            ended_at=row.ended_at,
            sku_id=row.sku_id,
            relationship_id=row.relationship_id,
            level_id=row.level_id,
        )

    @classmethod
    async def resolve_nodes(
        cls, *, info: Info, node_ids: Iterable[str], required: bool = False
    ) -> list["StockQuota | None"]:
        """Load by global id; unknown and foreign ids give null."""
        del required
        return await _quotas_by_id(info, [UUID(key) for key in node_ids])


@strawberry.type
class OwnQuota:
    """What a seller's quota leaves the own organisation of a SKU until it starts anew, in pieces.

    Every quota binds, so the strictest decides. `startsOn` is when its present period began.
    """

    pieces: Decimal
    left: Decimal
    period: QuotaPeriod
    starts_on: date
    ends_on: date | None
    sku_id: strawberry.Private[UUID]

    @batch
    @staticmethod
    async def sku(quotas: list["OwnQuota"], info: Info) -> list[Sku | None]:
        """What is scarce."""
        return await skus_by_id(info, [quota.sku_id for quota in quotas])


@strawberry.input
class CreateStockQuotaInput:
    """A quota of a SKU in pieces; without a relationship and a level it binds every customer."""

    idempotency_key: str
    sku_id: relay.GlobalID
    pieces: Decimal
    period: QuotaPeriod
    relationship_id: relay.GlobalID | None = None
    level_id: relay.GlobalID | None = None
    starts_on: date | None = strawberry.field(
        default=None, description="Its first day, not in the past; left out, today."
    )
    ends_on: date | None = strawberry.field(default=None, description="Its last day.")

    def new(self) -> commands.NewQuota:
        """Return what the command understands."""
        return commands.NewQuota(
            sku_id=key_of(self.sku_id, "Sku"),
            pieces=self.pieces,
            period=self.period,
            relationship_id=optional_key_of(self.relationship_id, "TradingRelationship"),
            level_id=optional_key_of(self.level_id, "CustomerLevel"),
            starts_on=self.starts_on,
            ends_on=self.ends_on,
        )


@strawberry.input
class EndStockQuotaInput:
    """A quota that shall bind nobody any more."""

    quota_id: relay.GlobalID
    reason: str | None = None


CreateStockQuotaResult = Annotated[StockQuota | Refusal, strawberry.union("CreateStockQuotaResult")]
EndStockQuotaResult = Annotated[StockQuota | Refusal, strawberry.union("EndStockQuotaResult")]


@strawberry.type
class QuotasQuery:
    """Questions about quotas."""

    @query(queries.stock_quotas)
    async def stock_quotas(
        self,
        info: Info,
        sku_id: relay.GlobalID | None = None,
        first: int = FIRST,
        after: str | None = None,
    ) -> relay.Connection[StockQuota]:
        """The own organisation's quotas, the newest first, ended ones too."""
        page = page_request(first, after)
        sku = optional_key_of(sku_id, "Sku")
        async with info.context.read() as work:
            return connection(await queries.stock_quotas(work, page, sku), StockQuota.of)

    @list_size(20)
    @query(queries.quotas_for_buyer)
    async def own_quotas(self, info: Info, relationship_id: relay.GlobalID) -> list[OwnQuota]:
        """What the seller's quotas leave the own organisation now, as its buyer."""
        key = key_of(relationship_id, "TradingRelationship")
        async with info.context.read() as work:
            found = await queries.quotas_for_buyer(work, key)
        return [
            OwnQuota(
                pieces=row.pieces,
                left=left.left,
                period=QuotaPeriod(row.period),
                starts_on=left.starts_on,
                ends_on=row.ends_on,
                sku_id=row.sku_id,
            )
            for row, left in found
        ]


@strawberry.type
class QuotasMutation:
    """What can be done about quotas."""

    @mutation(commands.create_stock_quota)
    async def create_stock_quota(
        self, info: Info, input: CreateStockQuotaInput
    ) -> CreateStockQuotaResult:
        """Bound what customers may have set aside of a SKU in a period."""
        new = input.new()
        made = await info.context.write(
            lambda work: commands.create_stock_quota(work, new, input.idempotency_key)
        )
        return (await _quotas_by_id(info, [made]))[0]  # pyright: ignore[reportReturnType]  # just made

    @mutation(commands.end_stock_quota)
    async def end_stock_quota(self, info: Info, input: EndStockQuotaInput) -> EndStockQuotaResult:
        """Let a quota bind nobody any more."""
        quota_id = key_of(input.quota_id, "StockQuota")
        await info.context.write(
            lambda work: commands.end_stock_quota(work, quota_id, input.reason)
        )
        return (await _quotas_by_id(info, [quota_id]))[0]  # pyright: ignore[reportReturnType]  # own


async def _quotas_by_id(info: Info, ids: Sequence[UUID]) -> list[StockQuota | None]:
    async with info.context.read() as work:
        return in_order(ids, await queries.quotas_by_id(work, ids), StockQuota.of)
