"""Suggested orders: what to order, and why (P20)."""

from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

import strawberry
from strawberry import relay

from app.kernel.errors import DomainError, Invalid
from app.kernel.quantity import PackagingLevel
from app.ordering.commands import filling as commands
from app.ordering.commands.replenishing import Replenishing, take_stock_alerts
from app.ordering.operations import suggesting as domain
from app.ordering.queries import suggesting as queries
from app.ordering.rules.suggesting import Horizon, Suggestion, reason_of
from app.schema.batch import batch
from app.schema.catalog import Sku, skus_by_id
from app.schema.context import Info
from app.schema.cost import cost, list_size, sized
from app.schema.ids import key_of, optional_key_of
from app.schema.operation import mutation, query
from app.schema.ordering.filling import FilledCart, FilledCartResult

_source = domain.StockSource
strawberry.enum(_source, name="SuggestedStockSource", description=_source.__doc__)
_CENTS = Decimal("0.01")


@strawberry.type
class SuggestedLine:
    """So many packs of a SKU; all else is in pieces, and `reason` says it in a sentence.

    `forMinimum` of the packs are there to reach the seller's minimum order value.
    """

    packaging_level: PackagingLevel
    quantity: int
    for_minimum: int
    per_day: Decimal
    target: int
    stock: Decimal
    in_transit: Decimal
    need: Decimal
    reason: str
    sku_id: strawberry.Private[UUID]

    @batch
    @staticmethod
    async def sku(lines: list["SuggestedLine"], info: Info) -> list[Sku | None]:
        """What is suggested."""
        return await skus_by_id(info, [line.sku_id for line in lines])

    @classmethod
    def of(cls, line: Suggestion, horizon: Horizon) -> "SuggestedLine":
        """Show a suggestion."""
        rate = line.flow.per_day
        return cls(
            packaging_level=line.level,
            quantity=line.packs,
            for_minimum=line.for_minimum,
            per_day=(Decimal(rate.numerator) / rate.denominator).quantize(_CENTS),
            target=line.target,
            stock=line.flow.stock,
            in_transit=line.flow.in_transit,
            need=line.need,
            reason=reason_of(line, horizon),
            sku_id=line.flow.sku_id,
        )


@strawberry.type
class SuggestedOrder:
    """What to order now, worth so much without tax; empty where enough is there or coming."""

    stock_source: domain.StockSource
    currency: str
    net: Decimal
    minimum_order_value: Decimal
    lines: list[SuggestedLine] = sized(20)

    @classmethod
    def of(cls, found: domain.SuggestedOrder) -> "SuggestedOrder":
        """Show a suggested order."""
        horizon = found.asked.horizon
        return cls(
            stock_source=found.stock_source,
            currency=found.relationship.currency,
            net=found.net,
            minimum_order_value=found.relationship.minimum_order_value,
            lines=[SuggestedLine.of(line, horizon) for line in found.lines],
        )


@strawberry.input
class CountedStockInput:
    """So many pieces of a SKU are there."""

    sku_id: relay.GlobalID
    pieces: Decimal


@strawberry.input
class SuggestedOrderInput:
    """For how many days goods must last: until they come, until the next order, and to spare.

    What is `counted` takes the place of the buyer's books; what it does not name is not there.
    """

    relationship_id: relay.GlobalID
    lead_days: int = 2
    cycle_days: int = 7
    safety_days: int = 3
    history_days: int = 28
    counted: list[CountedStockInput] = strawberry.field(default_factory=list)

    def asked(self) -> domain.Asked:
        """Return what the domain understands."""
        return _asked(self)


@strawberry.input
class TakeSuggestedOrderInput:
    """A suggestion, as `suggestedOrder` makes it, and the cart it goes into: one's own for null."""

    idempotency_key: str
    relationship_id: relay.GlobalID
    saved_cart_id: relay.GlobalID | None = None
    lead_days: int = 2
    cycle_days: int = 7
    safety_days: int = 3
    history_days: int = 28
    counted: list[CountedStockInput] = strawberry.field(default_factory=list)

    def value(self) -> commands.Taking:
        """Return what the domain understands."""
        return commands.Taking(
            asked=_asked(self),
            relationship_id=key_of(self.relationship_id, "TradingRelationship"),
            cart_id=optional_key_of(self.saved_cart_id, "SavedCart"),
        )


@strawberry.input
class TakeStockAlertsInput:
    """Low-stock alerts, and the cart they go into: one's own for null.

    Without alerts all those that ask to replenish and are not mended.
    """

    idempotency_key: str
    relationship_id: relay.GlobalID
    saved_cart_id: relay.GlobalID | None = None
    alert_ids: list[relay.GlobalID] = strawberry.field(default_factory=list)

    def value(self) -> Replenishing:
        """Return what the domain understands."""
        return Replenishing(
            relationship_id=key_of(self.relationship_id, "TradingRelationship"),
            cart_id=optional_key_of(self.saved_cart_id, "SavedCart"),
            alert_ids=tuple(key_of(each, "StockAlert") for each in self.alert_ids),
        )


@strawberry.type
class SuggestingQuery:
    """The question what to order."""

    @cost(60)
    @list_size(20, of=("lines",))
    @query(queries.suggestion)
    async def suggested_order(self, info: Info, input: SuggestedOrderInput) -> SuggestedOrder:
        """What the buyer should order now, from what goes out, is there and is coming (P20)."""
        key, asked = key_of(input.relationship_id, "TradingRelationship"), input.asked()
        async with info.context.read() as work:
            return SuggestedOrder.of(await queries.suggestion(work, key, asked))


@strawberry.type
class SuggestingMutation:
    """Taking what is suggested."""

    @cost(100)
    @mutation(commands.take_suggestion)
    async def take_suggested_order(
        self, info: Info, input: TakeSuggestedOrderInput
    ) -> FilledCartResult:
        """Put the suggested order of this moment into a cart; each line's text says why."""
        wanted = input.value()
        outcomes = await info.context.write(
            lambda work: commands.take_suggestion(work, wanted, input.idempotency_key)
        )
        return FilledCart.of(outcomes)

    @cost(100)
    @mutation(take_stock_alerts)
    async def take_stock_alerts(self, info: Info, input: TakeStockAlertsInput) -> FilledCartResult:
        """Put what low stock asks for into a cart, in whole packs; each line's text says why."""
        wanted, key = input.value(), input.idempotency_key
        outcomes = await info.context.write(lambda work: take_stock_alerts(work, wanted, key))
        return FilledCart.of(outcomes)


def _asked(given: SuggestedOrderInput | TakeSuggestedOrderInput) -> domain.Asked:
    horizon = Horizon(
        lead_days=given.lead_days, cycle_days=given.cycle_days, safety_days=given.safety_days
    )
    return domain.Asked(
        horizon=horizon, history_days=given.history_days, counted=_counted(given.counted)
    )


def _counted(given: list[CountedStockInput]) -> Mapping[UUID, Decimal]:
    found: dict[UUID, Decimal] = {}
    for place, each in enumerate(given):
        try:
            key = key_of(each.sku_id, "Sku")
        except DomainError as wrong:
            raise wrong.at(f"counted.{place}.skuId") from None
        if key in found:
            raise Invalid(f"counted.{place}.skuId", "must be named once")
        found[key] = each.pieces
    return found
