"""Carts priced at this moment, with what is missing; lines that cannot be priced stay out of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from app.assortments.operations import facts_for
from app.budgets.operations import standings
from app.budgets.rules import Standing, Wanted
from app.db.work import Work
from app.ordering.rules.gaps import CartGap, WantedLine, gaps_of, of_budgets, usable
from app.orders.operations.wishes import LineWish
from app.organisations.models import TradingRelationship
from app.quotes.operations import (
    QuoteExtras,
    QuoteLine,
    as_actor_sees,
    price_instant,
    quote_lines,
)
from app.quotes.rules import Quote


@dataclass(frozen=True, slots=True, kw_only=True)
class Paying:
    """What else the price of a cart depends on."""

    coupon_codes: Sequence[str] = ()
    points_to_redeem: int = 0
    requested_delivery_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PricedCart:
    """A cart's lines with what they cost now, as the actor may know it; no quote of nothing."""

    relationship_id: UUID
    lines: Sequence[LineWish]
    quote: Quote | None
    gaps: Sequence[CartGap]
    budgets: Sequence[Standing] = ()


async def priced_cart(
    work: Work, relationship: TradingRelationship, lines: Sequence[LineWish], paying: Paying
) -> PricedCart:
    """Price lines in the statements of one quote, and one for budgets; lines' keys are places."""
    known = await facts_for(work, relationship, {line.sku_id for line in lines})
    wanted = [
        WantedLine(sku_id=line.sku_id, packaging_level=line.packaging_level, quantity=line.quantity)
        for line in lines
    ]
    places, gaps = usable(wanted, known)
    if not places:
        return PricedCart(relationship_id=relationship.id, lines=lines, quote=None, gaps=gaps)
    asked = [
        QuoteLine(
            str(place), lines[place].sku_id, lines[place].packaging_level, lines[place].quantity
        )
        for place in places
    ]
    extras = QuoteExtras(
        coupon_codes=paying.coupon_codes,
        points_to_redeem=paying.points_to_redeem,
        facts=known,
    )
    instant = await price_instant(work, relationship, paying.requested_delivery_on)
    quote = as_actor_sees(work, await quote_lines(work, relationship, asked, instant, extras))
    budgets = await _standings(work, relationship, quote)
    minimum = relationship.minimum_order_value
    missing = [*gaps, *gaps_of(quote, minimum), *of_budgets(budgets)]
    return PricedCart(
        relationship_id=relationship.id, lines=lines, quote=quote, gaps=missing, budgets=budgets
    )


async def _standings(
    work: Work, relationship: TradingRelationship, quote: Quote
) -> Sequence[Standing]:
    """Return how the actor's order would stand to budgets; the seller's people learn of none."""
    if work.actor.own_organisation != relationship.buyer_id:
        return ()
    me = work.actor.membership_id
    return await standings(work, Wanted(relationship.buyer_id, me, quote.currency, quote.total))
