"""Ask what a basket costs: the one way for cart, order, catalogue page and simulation (F5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from app.catalog.operations import SkuFacts, known_facts
from app.db.revisions import known_at
from app.db.work import Work
from app.kernel.errors import Invalid
from app.kernel.money import AmountOutOfRange, FreeGoodsTax, TaxMode
from app.kernel.quantity import PackagingLevel
from app.organisations.models import TradingRelationship
from app.pricing.operations import Enquiry, LineRequest, asked_lines, book_for, request_line
from app.pricing.operations.bands import bands_for
from app.pricing.operations.purchasing import purchase_prices
from app.pricing.rules import PriceBook, PriceRequest, RequestLine
from app.pricing.rules.guards import Guard
from app.promotions.operations import CouponOutcome, Offered, offered
from app.quotes.operations.lines import QuoteExtras, QuoteLine
from app.quotes.rules import ManualPrice, PointsWish, Quote, QuotedCoupon, QuoteRequest
from app.quotes.rules.waterfall import quote
from app.tenants.models import BandRule
from app.tenants.operations import tenant_of

Facts = Mapping[UUID, SkuFacts]


@dataclass(frozen=True, slots=True)
class Guards:
    """What guards the prices of the SKUs asked, and what the seller itself pays for them."""

    by_sku: Mapping[UUID, tuple[Guard, ...]]
    purchase_prices: Mapping[UUID, Fraction]


async def quote_lines(
    work: Work,
    relationship: TradingRelationship,
    lines: Sequence[QuoteLine],
    instant: datetime,
    extras: QuoteExtras = QuoteExtras(),  # noqa: B008  # frozen
) -> Quote:
    """Quote a basket at an instant, in a number of statements that no line adds to (F5).

    Eight: the tenant (once a work), schemes and the buyer's standing, SKUs and their packs, lists
    and rows, bands. One more each for coupon codes and for change sets, three a level of fallback,
    and three where a band asks for a margin. A line without a price is refused inside the quote
    (Our rule 6). Raises `NotFound` at `lines.2.skuId`, `NoSuchPackaging` at
    `lines.2.packagingLevel` and `Invalid`. The caller has made sure that the relationship may be
    asked about, and is open.
    """
    return made(*await asked_of(work, relationship, lines, instant, extras))


async def asked_of(
    work: Work,
    relationship: TradingRelationship,
    lines: Sequence[QuoteLine],
    instant: datetime,
    extras: QuoteExtras = QuoteExtras(),  # noqa: B008  # frozen
) -> tuple[QuoteRequest, PriceBook, Offered]:
    """Read all that `quote_lines` quotes from: the question, and what may answer it."""
    if extras.points_to_redeem < 0:
        raise Invalid("pointsToRedeem", "must not be negative")
    tenant = await tenant_of(work)
    offer = await offered(
        work,
        relationship,
        instant,
        known_at=extras.known_at,
        coupon_codes=extras.coupon_codes,
        draft_scheme_ids=extras.draft_scheme_ids,
    )
    gifts = offer.book.gift_sku_ids
    unknown = ({line.sku_id for line in lines} | gifts) - extras.facts.keys()
    facts = {**extras.facts, **await known_facts(work, unknown)}
    enquiry = Enquiry(
        facts,
        (*asked(facts, lines), *gift_lines(facts, gifts)),
        instant,
        TaxMode(tenant.tax_mode),
        of_all_time=extras.seller_side,
        known_at=extras.known_at,
        change_set_ids=tuple(extras.change_set_ids),
    )
    prices, book = await book_for(work, relationship, enquiry)
    guards = await guards_for(work, relationship, facts, instant, extras.known_at)
    request = _request(work, relationship, (prices, facts), offer, extras)
    request = replace(
        request,
        prices=replace(prices, lines=prices.lines[: len(lines)]),
        manual=signed(work, lines),
        free_goods_tax=FreeGoodsTax(tenant.free_goods_tax),
        guards=guards.by_sku,
        bands_advise=tenant.band_rule == BandRule.ADVISORY,
        purchase_prices=guards.purchase_prices,
    )
    return request, book, offer


def asked(facts: Facts, lines: Sequence[QuoteLine]) -> tuple[RequestLine, ...]:
    """Join lines with facts; raises `NotFound` or `NoSuchPackaging` at `lines.2.skuId`."""
    wanted = [
        LineRequest(each.key, each.sku_id, each.packaging_level, each.quantity) for each in lines
    ]
    return asked_lines(facts, wanted)


def gift_lines(facts: Facts, sku_ids: frozenset[UUID]) -> tuple[RequestLine, ...]:
    """Ask for a piece of every known gift, so that prices of gifts are read with the others."""
    piece = PackagingLevel.PIECE
    return tuple(
        request_line(facts[key], LineRequest(f"gift {key}", key, level, Decimal(1)))
        for key in sorted(sku_ids & facts.keys())
        for level in [*facts[key].packaging][:1] or [piece]
        if level in facts[key].packaging
    )


async def guards_for(
    work: Work,
    relationship: TradingRelationship,
    facts: Facts,
    instant: datetime,
    known_at: datetime | None = None,
) -> Guards:
    """Read the bands over the seller's prices, and its costs where a band asks for a margin."""
    seller_id, currency = relationship.seller_id, relationship.currency
    found = await bands_for(work, seller_id, relationship, facts, instant, known_at=known_at)
    by_sku: dict[UUID, tuple[Guard, ...]] = {}
    for guard in found:
        by_sku[guard.sku_id] = (*by_sku.get(guard.sku_id, ()), guard)
    if all(guard.minimum_margin_percent is None for guard in found):
        return Guards(by_sku, {})
    costs = await purchase_prices(work, seller_id, currency, facts, instant, known_at=known_at)
    return Guards(by_sku, costs)


def signed(work: Work, lines: Sequence[QuoteLine]) -> dict[str, ManualPrice]:
    """Return the discounts by hand, by line key; the actor gives those that name nobody."""
    given = ((line.key, line.manual) for line in lines)
    return {
        key: manual if manual.by else replace(manual, by=work.actor.name)
        for key, manual in given
        if manual is not None
    }


def made(request: QuoteRequest, book: PriceBook, offer: Offered) -> Quote:
    """Quote, or raise `Invalid` at `lines` for totals that no invoice could hold."""
    try:
        return quote(request, book, offer.book)
    except AmountOutOfRange as too_large:
        raise Invalid("lines", str(too_large)) from too_large


def _request(
    work: Work,
    relationship: TradingRelationship,
    priced: tuple[PriceRequest, Facts],
    offer: Offered,
    extras: QuoteExtras,
) -> QuoteRequest:
    prices, facts = priced
    return QuoteRequest(
        prices=prices,
        goods=facts,
        known_at=extras.known_at or known_at(work),
        uses=offer.uses,
        membership_tier_id=offer.membership_tier_id,
        is_first_order=offer.is_first_order,
        coupons=tuple(map(_coupon, offer.coupons)),
        points=PointsWish(
            asked=extras.points_to_redeem,
            balance=offer.points_balance,
            value_per_point=offer.value_per_point,
        ),
        cash_discount_percent=relationship.cash_discount_percent,
    )


def _coupon(outcome: CouponOutcome) -> QuotedCoupon:
    return QuotedCoupon(
        code=outcome.code,
        coupon_id=outcome.coupon_id,
        scheme_id=outcome.scheme_id,
        is_accepted=outcome.is_accepted,
        reason=outcome.reason,
    )
