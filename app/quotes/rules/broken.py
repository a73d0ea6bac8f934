"""What schemes that say CLAW_BACK take back when returned goods break their thresholds (P12)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from app.catalog.rules import SkuFacts
from app.kernel.money import round_money
from app.pricing.rules import StepName
from app.promotions.rules.basket import Basket, BasketLine, Scheme
from app.promotions.rules.clawback import TakenBack, taken_back
from app.promotions.rules.outcome import SchemeBenefit
from app.promotions.rules.words import Lane
from app.quotes.rules.result import Quote, QuotedLine

_NOTHING = Decimal(0)
_LANES = {lane: rank for rank, lane in enumerate(Lane)}
_LATER = {
    StepName.ORDER_DISCOUNT: Lane.ORDER,
    StepName.FREE_GOODS: Lane.FREE_GOODS,
    StepName.POINTS: Lane.POINTS,
    StepName.CASH_DISCOUNT: Lane.POINTS,
    StepName.TAX: Lane.POINTS,
}

Kept = Mapping[str, Decimal]
"""Base units of each line that are not returned; lines that are absent are kept whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """What a scheme takes back: `owed` is money off the refund, for money and goods together."""

    scheme_id: UUID
    name: str
    owed: Decimal
    money: Decimal
    goods: Decimal
    points: int
    rebate: Decimal


def broken_schemes(
    quote: Quote, schemes: Sequence[Scheme], goods: Mapping[UUID, SkuFacts], kept: tuple[Kept, Kept]
) -> tuple[Broken, ...]:
    """Compare what each scheme takes back after and before these returns, in the quote's order."""
    by_version = {scheme.version_id: scheme for scheme in schemes}
    found = (
        _broken(quote, by_version[benefit.version_id], benefit, (goods, kept))
        for benefit in quote.benefits
        if benefit.version_id in by_version
    )
    return tuple(each for each in found if each is not None)


def _broken(
    quote: Quote,
    scheme: Scheme,
    given: SchemeBenefit,
    known: tuple[Mapping[UUID, SkuFacts], tuple[Kept, Kept]],
) -> Broken | None:
    goods, (before, now) = known
    sold = _sold(quote, scheme, goods)
    earlier = taken_back(scheme, sold, given, before)
    later = taken_back(scheme, sold, given, now)
    free = max(_NOTHING, later.goods - _came_back(quote, scheme, now)) - max(
        _NOTHING, earlier.goods - _came_back(quote, scheme, before)
    )
    money = later.money - earlier.money
    if not (money or free or later != earlier):
        return None
    worth = round_money(Fraction(max(_NOTHING, free)) * _value(quote, scheme), quote.currency)
    return Broken(
        scheme_id=scheme.scheme_id,
        name=scheme.name,
        owed=max(_NOTHING, money + worth),
        money=money,
        goods=free,
        points=_points(earlier, later),
        rebate=later.rebate - earlier.rebate,
    )


def _points(earlier: TakenBack, later: TakenBack) -> int:
    return later.points - earlier.points


def _came_back(quote: Quote, scheme: Scheme, kept: Kept) -> Decimal:
    free = (line for line in quote.lines if line.free_of == scheme.scheme_id)
    return sum(
        (line.base_quantity - kept.get(line.key, line.base_quantity) for line in free), _NOTHING
    )


def _value(quote: Quote, scheme: Scheme) -> Fraction:
    """Return what a base unit of the scheme's gifts costs: as a gift, else as it was bought."""
    added = [line for line in quote.lines if line.free_of == scheme.scheme_id]
    if added:
        value = sum((line.list_value or _NOTHING for line in added), _NOTHING)
        return Fraction(value) / Fraction(sum((line.base_quantity for line in added), _NOTHING))
    held = [line for line in quote.lines if line.free_quantity]
    if not held:
        return Fraction(0)
    pieces = sum((line.base_quantity for line in held), _NOTHING)
    return Fraction(sum((line.price_amount for line in held), _NOTHING)) / Fraction(pieces)


def _sold(quote: Quote, scheme: Scheme, goods: Mapping[UUID, SkuFacts]) -> Basket:
    context = quote.context
    codes = (each.scheme_id for each in quote.coupons if each.is_accepted)
    return Basket(
        currency=quote.currency,
        lines=tuple(_lines(quote, scheme, goods)),
        relationship_id=quote.relationship_id,
        level_ids=context.level_ids,
        group_ids=context.group_ids,
        territory_ids=context.territory_ids,
        channel=context.channel,
        membership_tier_id=context.membership_tier_id,
        is_first_order=context.is_first_order,
        coupon_scheme_ids=frozenset(scheme_id for scheme_id in codes if scheme_id),
        uses={each.scheme_id: each.use for each in context.uses},
        gift_packs={key: sku.packaging for key, sku in goods.items()},
    )


def _lines(quote: Quote, scheme: Scheme, goods: Mapping[UUID, SkuFacts]) -> Iterator[BasketLine]:
    for line in quote.lines:
        if line.is_free:
            continue
        sku = goods[line.sku_id]
        yield BasketLine(
            key=line.key,
            sku_id=line.sku_id,
            brand_id=line.brand_id or sku.brand_id,
            category_path=line.category_path or sku.category_path,
            packaging_level=line.packaging_level,
            unit_factor=line.unit_factor,
            base_quantity=line.base_quantity,
            amount=_seen(line, scheme),
            is_promotable=line.is_promotable,
            packs={**sku.packaging, line.packaging_level: line.unit_factor},
        )


def _seen(line: QuotedLine, scheme: Scheme) -> Decimal:
    """Return the line's amount when the scheme had its turn."""
    rank = _LANES[scheme.terms.lane]
    for step in line.steps:
        is_later = step.name in _LATER and _LANES[_LATER[step.name]] > rank
        if step.source_id == scheme.scheme_id or is_later:
            return step.before
    return line.steps[-1].before
