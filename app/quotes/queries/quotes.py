"""Ask what a basket costs, each side with what it may know of how that came about (R3-50)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from app.assortments.operations import sold_to
from app.catalog.errors import NotListed
from app.catalog.operations import known_facts
from app.db.work import Work
from app.kernel.errors import Invalid
from app.organisations.models import TradingRelationship
from app.pricing.operations.scope import ASKING, asked_relationship, open_relationship
from app.quotes.operations.asking import quote_lines
from app.quotes.operations.instants import price_instant
from app.quotes.operations.lines import QuoteExtras, QuoteLine
from app.quotes.operations.permitted import (
    check_own_change_sets,
    check_own_schemes,
    with_own_authority,
)
from app.quotes.operations.seeing import as_actor_sees
from app.quotes.rules import Quote
from app.rbac.guard import requires
from app.rbac.permissions import Permission
from app.tenants.operations import local_day

MOST_LINES = 1_000
MOST_CODES = 20
MOST_DRAFTS = 20
LATEST_DELIVERY_DAYS = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Whose basket to quote now; the delivery day counts where the terms price by it."""

    relationship_id: UUID
    lines: Sequence[QuoteLine]
    coupon_codes: Sequence[str] = ()
    points_to_redeem: int = 0
    requested_delivery_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """Whose basket to simulate, when, as known when, and which drafts to lay over it."""

    relationship_id: UUID
    lines: Sequence[QuoteLine]
    at: datetime | None = None
    known_at: datetime | None = None
    change_set_ids: Sequence[UUID] = ()
    scheme_ids: Sequence[UUID] = ()
    coupon_codes: Sequence[str] = ()
    points_to_redeem: int = 0


@requires(*ASKING)
async def quote(work: Work, wish: Wish) -> Quote:
    """Quote a basket now, for the buyer or for who sells to it, with every step (F5, R3-50).

    Raises `NotFound` for a relationship that is not the actor's, `RelationshipClosed` for one that
    is not valid now, `NotListed` for goods that the buyer is not sold, and `Forbidden` for
    discounts by hand from those who may not give them.
    """
    _check(wish.lines, wish.coupon_codes)
    asked = await open_relationship(work, wish.relationship_id)
    extras = QuoteExtras(
        coupon_codes=wish.coupon_codes,
        points_to_redeem=wish.points_to_redeem,
        seller_side=asked.is_seller,
    )
    await _check_sold(work, asked.relationship, wish.lines)
    lines = await with_own_authority(work, asked, wish.lines)
    instant = await _instant(work, asked.relationship, wish.requested_delivery_on)
    found = await quote_lines(work, asked.relationship, lines, instant, extras)
    return as_actor_sees(work, found)


async def _check_sold(
    work: Work, relationship: TradingRelationship, lines: Sequence[QuoteLine]
) -> None:
    """Raise `NotListed` at the first line of goods that the buyer is not sold."""
    goods = await sold_to(work, relationship)
    if goods is None:
        return
    known = await known_facts(work, {line.sku_id for line in lines})
    for place, line in enumerate(lines):
        sku = known.get(line.sku_id)
        if sku is not None and not goods.holds(sku):
            raise NotListed(sku=sku.name).at(f"lines.{place}.skuId")


async def _instant(
    work: Work, relationship: TradingRelationship, requested_delivery_on: date | None
) -> datetime:
    if requested_delivery_on is None:
        return work.now
    first = await local_day(work)
    last = first + timedelta(days=LATEST_DELIVERY_DAYS)
    if not first <= requested_delivery_on <= last:
        raise Invalid("requestedDeliveryOn", f"must be from {first} to {last}")
    return await price_instant(work, relationship, requested_delivery_on)


@requires(Permission.PRICE_READ)
async def price_at(
    work: Work, relationship_id: UUID, lines: Sequence[QuoteLine], at: datetime
) -> Quote:
    """Quote a basket of an own customer at any instant, past or future (F5); see `simulate`."""
    return await simulate_quote(
        work, Simulation(relationship_id=relationship_id, lines=lines, at=at)
    )


@requires(Permission.PRICE_READ)
async def simulate_quote(work: Work, asked: Simulation) -> Quote:
    """Quote a basket of an own customer at any instant, as known at any, with drafts laid over it.

    Raises `NotFound` for relationships, change sets and schemes that are not the own
    organisation's, and `Forbidden` for drafts of schemes from those who may not read schemes.
    """
    _check(asked.lines, asked.coupon_codes)
    if len(asked.change_set_ids) > MOST_DRAFTS or len(asked.scheme_ids) > MOST_DRAFTS:
        raise Invalid("changeSetIds", f"and schemeIds must be at most {MOST_DRAFTS} each")
    found = await asked_relationship(work, asked.relationship_id, seller_only=True)
    await check_own_change_sets(work, asked.change_set_ids)
    await check_own_schemes(work, asked.scheme_ids)
    extras = QuoteExtras(
        coupon_codes=asked.coupon_codes,
        points_to_redeem=asked.points_to_redeem,
        known_at=asked.known_at,
        change_set_ids=asked.change_set_ids,
        draft_scheme_ids=asked.scheme_ids,
        seller_side=True,
    )
    lines = await with_own_authority(work, found, asked.lines)
    instant = asked.at or work.now
    quoted = await quote_lines(work, found.relationship, lines, instant, extras)
    return as_actor_sees(work, quoted)


def _check(lines: Sequence[QuoteLine], codes: Sequence[str]) -> None:
    if not 1 <= len(lines) <= MOST_LINES:
        raise Invalid("lines", f"must be 1 to {MOST_LINES}")
    if len(codes) > MOST_CODES:
        raise Invalid("couponCodes", f"must be at most {MOST_CODES}")
