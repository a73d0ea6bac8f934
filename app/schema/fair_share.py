"""Fair shares of scarce goods: previewed, then given as they were seen (P19)."""

from decimal import Decimal
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from app.inventory import rules
from app.inventory.rules import ShareReason, SharingManner
from app.orders import queries
from app.orders.commands import share
from app.orders.operations.sharing import SharePlan
from app.schema.batch import batch, in_order
from app.schema.catalog import Sku, skus_by_id
from app.schema.context import Info
from app.schema.cost import sized
from app.schema.ids import key_of
from app.schema.operation import mutation, query
from app.schema.orders.types import Order
from app.schema.refusals import Refusal

for _words in (SharingManner, ShareReason):
    strawberry.enum(_words, description=_words.__doc__)


@strawberry.type
class FairShare:
    """What a waiting line asks for and gets, in pieces, and why."""

    order_line_id: relay.GlobalID
    asked: Decimal
    given: Decimal
    reason: ShareReason
    order_id: strawberry.Private[UUID]

    @batch
    @staticmethod
    async def order(
        shares: list["FairShare"],
        info: Info,
    ) -> list[Order | None]:
        """The order that waits."""
        keys = [each.order_id for each in shares]
        async with info.context.read() as work:
            return in_order(keys, await queries.orders_by_id(work, keys), Order.of)

    @classmethod
    def of(cls, found: rules.Share, order_id: UUID) -> "FairShare":
        """Show a share."""
        return cls(
            order_line_id=relay.GlobalID("OrderLine", str(found.line_id)),
            asked=found.asked,
            given=found.given,
            reason=found.reason,
            order_id=order_id,
        )


@strawberry.type
class FairShares:
    """How the free pieces of a SKU are shared among the lines that wait, the earliest order first.

    `token` stands for exactly these shares. At most 500 orders share at once.
    """

    manner: SharingManner
    available: Decimal
    token: str
    shares: list[FairShare] = sized(50)
    sku_id: strawberry.Private[UUID]

    @batch
    @staticmethod
    async def sku(
        plans: list["FairShares"],
        info: Info,
    ) -> list[Sku | None]:
        """What is shared."""
        return await skus_by_id(info, [plan.sku_id for plan in plans])

    @classmethod
    def of(cls, plan: SharePlan) -> "FairShares":
        """Show a plan."""
        return cls(
            manner=plan.manner,
            available=plan.available,
            token=plan.token,
            shares=_shown(plan),
            sku_id=plan.sku_id,
        )


def _shown(plan: SharePlan) -> list[FairShare]:
    return [FairShare.of(each, plan.orders[each.line_id]) for each in plan.shares]


@strawberry.input
class ShareStockInput:
    """The shares that were previewed, by their token."""

    sku_id: relay.GlobalID
    token: str
    manner: SharingManner = SharingManner.PROPORTIONAL


ShareStockResult = Annotated[FairShares | Refusal, strawberry.union("ShareStockResult")]


@strawberry.type
class FairShareQuery:
    """Questions about shortages."""

    @query(queries.preview_fair_share)
    async def preview_fair_share(
        self,
        info: Info,
        sku_id: relay.GlobalID,
        manner: SharingManner = SharingManner.PROPORTIONAL,
    ) -> FairShares:
        """Which waiting order would get what of what is free, and why; nothing is written."""
        key = key_of(sku_id, "Sku")
        async with info.context.read() as work:
            return FairShares.of(await queries.preview_fair_share(work, key, manner))


@strawberry.type
class FairShareMutation:
    """What can be done about shortages."""

    @mutation(share.share_stock)
    async def share_stock(self, info: Info, input: ShareStockInput) -> ShareStockResult:
        """Set the previewed shares aside; refused when they are others by now."""
        key = key_of(input.sku_id, "Sku")
        plan = await info.context.write(
            lambda work: share.share_stock(work, key, input.manner, input.token)
        )
        return FairShares.of(plan)
