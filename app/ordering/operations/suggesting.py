"""What a buyer should order of a seller, from what the actor may know of its goods (P20)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, or_, select

from app.assortments.operations import facts_for
from app.catalog.rules import SkuFacts
from app.db.work import Work
from app.inventory.operations.free import free_stock_of
from app.inventory.rules import ForSale
from app.kernel.errors import Invalid, NotFound
from app.kernel.quantity import checked_quantity
from app.ordering.rules.suggesting import Flow, Horizon, Suggestion, pack_of, raised, suggested
from app.orders.models import Order, OrderLine
from app.orders.operations.visibility import reachable as reachable_orders
from app.orders.operations.wishes import LineWish
from app.orders.rules.states import OrderState
from app.organisations.models import TradingRelationship
from app.quotes.operations import QuoteExtras, QuoteLine, quote_lines
from app.rbac.permissions import Permission

MOST_SKUS = 500
MOST_DAYS = 365
_NEVER = (OrderState.DRAFT, OrderState.REJECTED, OrderState.CANCELLED)
_ZERO = Decimal(0)


class StockSource(StrEnum):
    """Whose word the stock is: the buyer's own books, or a count that was given with the question.

    NONE means that nobody knows: all is reckoned as if nothing were there.
    """

    BOOKS = "BOOKS"
    COUNT = "COUNT"
    NONE = "NONE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """For how long goods must last, how far to look back, and what was counted on the shelf."""

    horizon: Horizon = Horizon()  # noqa: RUF009  # frozen
    history_days: int = 28
    counted: Mapping[UUID, Decimal] = field(default_factory=dict[UUID, Decimal])


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestedOrder:
    """Suggestions with the net value of all, in the relationship's currency."""

    relationship: TradingRelationship
    asked: Asked
    lines: Sequence[Suggestion]
    net: Decimal
    stock_source: StockSource

    @property
    def wishes(self) -> list[LineWish]:
        """The lines of a cart."""
        return [LineWish(each.flow.sku_id, each.level, Decimal(each.packs)) for each in self.lines]


@dataclass(frozen=True, slots=True)
class _Moved:
    """What orders of a SKU say, in pieces: what went, and what is still coming."""

    gone: Decimal
    coming: Decimal


async def suggested_order(
    work: Work, relationship: TradingRelationship, asked: Asked
) -> SuggestedOrder:
    """Suggest an order, in a number of statements that no product adds to.

    What the buyer sold itself tells what goes out, where it sells; else what it ordered of the
    seller. Only the buyer's people who may see its stock have it reckoned from its books.
    """
    _check(asked)
    bought = await _bought(work, relationship, asked)
    sold = await _sold(work, relationship, asked)
    keys = sorted({*bought, *sold, *asked.counted})[:MOST_SKUS]
    facts = await facts_for(work, relationship, keys)
    for key in asked.counted:
        if key not in facts:
            raise NotFound("Sku").at("counted")
    stock, source = await _stock(work, relationship, asked, keys)
    flows = [
        Flow(
            sku_id=key,
            gone=sold[key] if key in sold else bought[key].gone if key in bought else _ZERO,
            over_days=asked.history_days,
            stock=stock.get(key, _ZERO),
            in_transit=bought[key].coming if key in bought else _ZERO,
        )
        for key in keys
    ]
    lines = [line for flow in flows if (line := _suggested(facts[flow.sku_id], flow, asked))]
    return await _priced(work, relationship, asked, lines, source, facts)


def _check(asked: Asked) -> None:
    horizon = asked.horizon
    for name, days in (
        ("leadDays", horizon.lead_days),
        ("cycleDays", horizon.cycle_days),
        ("safetyDays", horizon.safety_days),
    ):
        if not 0 <= days <= MOST_DAYS:
            raise Invalid(name, f"must be 0 to {MOST_DAYS}")
    if not 1 <= asked.history_days <= MOST_DAYS:
        raise Invalid("historyDays", f"must be 1 to {MOST_DAYS}")
    if len(asked.counted) > MOST_SKUS:
        raise Invalid("counted", f"must name at most {MOST_SKUS}")
    for pieces in asked.counted.values():
        if not pieces.is_finite() or pieces < 0:
            raise Invalid("counted", "must not be below zero")
        try:
            checked_quantity(pieces)
        except ValueError as wrong:
            raise Invalid("counted", str(wrong)) from None


def _suggested(sku: SkuFacts, flow: Flow, asked: Asked) -> Suggestion | None:
    pack = pack_of(sku.packaging)
    if pack is None or not sku.is_listed:
        return None
    return suggested(flow, asked.horizon, *pack)


async def _priced(  # noqa: PLR0913, PLR0917  # what was found so far
    work: Work,
    relationship: TradingRelationship,
    asked: Asked,
    lines: Sequence[Suggestion],
    source: StockSource,
    facts: Mapping[UUID, SkuFacts],
) -> SuggestedOrder:
    """Leave out what has no price, and raise the rest to the least value that is delivered."""
    prices, _ = await _prices(work, relationship, lines, facts)
    kept = [line for line in lines if line.flow.sku_id in prices]
    found = raised(kept, prices, relationship.minimum_order_value)
    _, net = await _prices(work, relationship, found, facts)
    return SuggestedOrder(
        relationship=relationship, asked=asked, lines=found, net=net, stock_source=source
    )


async def _prices(
    work: Work,
    relationship: TradingRelationship,
    lines: Sequence[Suggestion],
    facts: Mapping[UUID, SkuFacts],
) -> tuple[dict[UUID, Decimal], Decimal]:
    """Return what one pack of each comes to now, and what all of them do, without tax."""
    if not lines:
        return {}, _ZERO
    goods = [
        QuoteLine(str(place), line.flow.sku_id, line.level, Decimal(line.packs))
        for place, line in enumerate(lines)
    ]
    quote = await quote_lines(work, relationship, goods, work.now, QuoteExtras(facts=facts))
    priced = [line for line in quote.lines if not line.is_free]
    return {line.sku_id: line.net / line.quantity for line in priced}, quote.net


async def _bought(
    work: Work, relationship: TradingRelationship, asked: Asked
) -> dict[UUID, _Moved]:
    """Sum what the buyer ordered of the seller lately, and what is coming from anybody."""
    since = work.now - timedelta(days=asked.history_days)
    kept = OrderLine.ordered - OrderLine.cancelled - OrderLine.short_closed
    done = OrderLine.received + OrderLine.missing + OrderLine.lost
    is_recent = and_(Order.relationship_id == relationship.id, Order.submitted_at >= since)
    is_open = Order.state != OrderState.COMPLETED
    gone = func.coalesce(func.sum(case((is_recent, kept), else_=_ZERO)), _ZERO)
    coming = func.coalesce(func.sum(case((is_open, kept - done), else_=_ZERO)), _ZERO)
    rows = await _summed(
        work, (gone, coming), Order.buyer_id == relationship.buyer_id, or_(is_recent, is_open)
    )
    return {row[0]: _Moved(row[1], max(row[2], _ZERO)) for row in rows}


async def _sold(work: Work, relationship: TradingRelationship, asked: Asked) -> dict[UUID, Decimal]:
    """Sum what the buyer sold itself lately: for its own people alone."""
    if work.actor.organisation_id != relationship.buyer_id:
        return {}
    since = work.now - timedelta(days=asked.history_days)
    kept = func.sum(OrderLine.ordered - OrderLine.cancelled - OrderLine.short_closed)
    rows = await _summed(
        work, (kept,), Order.seller_id == relationship.buyer_id, Order.submitted_at >= since
    )
    return {row[0]: row[1] for row in rows if row[1] > 0}


async def _summed(
    work: Work, sums: Sequence[ColumnElement[Any]], *which: ColumnElement[bool]
) -> Sequence[Any]:
    """Sum lines of orders that the actor may read, by SKU; none without the right to read any."""
    statement = (
        select(OrderLine.sku_id, *sums)
        .join(Order, and_(Order.id == OrderLine.order_id, Order.revision == OrderLine.revision))
        .where(*which, Order.state.not_in(_NEVER), reachable_orders(work, [Permission.ORDER_READ]))
        .group_by(OrderLine.sku_id)
    )
    return (await work.session.execute(statement)).all()


async def _stock(
    work: Work, relationship: TradingRelationship, asked: Asked, keys: Sequence[UUID]
) -> tuple[Mapping[UUID, Decimal], StockSource]:
    if asked.counted:
        return asked.counted, StockSource.COUNT
    is_own = work.actor.organisation_id == relationship.buyer_id
    if not (is_own and work.actor.may(Permission.STOCK_READ)):
        return {}, StockSource.NONE
    wanted = [ForSale(relationship.buyer_id, key, 0) for key in keys]
    free = await free_stock_of(work, wanted)
    return dict(zip(keys, free, strict=True)), StockSource.BOOKS
