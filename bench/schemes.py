"""Active schemes of many kinds, as a busy brand would have them at one time."""

from collections.abc import Callable, Sequence
from decimal import Decimal

from app.kernel.quantity import PackagingLevel
from app.promotions.rules.terms import (
    Eligibility,
    Funding,
    Gift,
    Limits,
    ProductScope,
    Requirement,
    SchemeTerms,
    SchemeTier,
)
from app.promotions.rules.words import BenefitKind, Calculation, FreeGoodsKind, Lane, Measure
from bench.keys import Kind, key
from bench.sizes import Size

CURRENCY = "CNY"
BUDGETED = 1
"""The number of the scheme whose budget concurrent orders share."""

Make = Callable[[int, Size], SchemeTerms]


def schemes(size: Size) -> list[SchemeTerms]:
    """Make the terms of every scheme; the first kinds matter most, and all come again in turn."""
    return [_MAKERS[number % len(_MAKERS)](number, size) for number in range(size.schemes)]


def _tiers(*pairs: tuple[str, str]) -> tuple[SchemeTier, ...]:
    return tuple(SchemeTier(threshold=Decimal(a), benefit=Decimal(b)) for a, b in pairs)


def _sku(number: int, size: Size) -> ProductScope:
    return ProductScope(sku_ids=(key(Kind.SKU, 1 + number % size.skus),))


def _category(number: int) -> ProductScope:
    return ProductScope(category_ids=(key(Kind.CATEGORY, 1 + number % CATEGORIES),))


def _brand(number: int) -> ProductScope:
    return ProductScope(brand_ids=(key(Kind.PRODUCT_BRAND, number % PRODUCT_BRANDS),))


def _level(number: int, size: Size) -> Eligibility:
    if number % 2:
        return Eligibility()
    return Eligibility(level_ids=(key(Kind.LEVEL, number % size.levels),))


def _percent(number: int, size: Size) -> SchemeTerms:
    return SchemeTerms(
        lane=Lane.LINE,
        benefit=BenefitKind.PERCENT_OFF,
        measure=Measure.QUANTITY,
        calculation=Calculation.STEP,
        tiers=_tiers(("12", "2"), ("48", "4"), ("240", "6")),
        currency=CURRENCY,
        scope=_category(number),
        eligibility=_level(number, size),
        exclusion_group="category",
        sequence=number,
    )


def _budgeted(number: int, size: Size) -> SchemeTerms:
    return SchemeTerms(
        lane=Lane.ORDER,
        benefit=BenefitKind.AMOUNT_OFF,
        measure=Measure.AMOUNT,
        calculation=Calculation.RECURRING,
        tiers=_tiers(("500", "10")),
        currency=CURRENCY,
        scope=ProductScope() if number == BUDGETED else _brand(number),
        eligibility=_level(number, size),
        sequence=number,
        limits=Limits(money=Decimal(1_000_000)),
    )


def _buy_and_get(number: int, size: Size) -> SchemeTerms:
    return SchemeTerms(
        lane=Lane.FREE_GOODS,
        benefit=BenefitKind.FREE_GOODS,
        measure=Measure.PACKS,
        calculation=Calculation.RECURRING,
        tiers=_tiers(("10", "1")),
        currency=CURRENCY,
        scope=_sku(number, size),
        packaging_level=PackagingLevel.CASE,
        gift=Gift(kind=FreeGoodsKind.EXCLUSIVE, packaging_level=PackagingLevel.PIECE),
        sequence=number,
        is_claimable=True,
        funding=Funding(organisation_id=key(Kind.BRAND), percent=Decimal(50)),
    )


def _fixed(number: int, size: Size) -> SchemeTerms:
    return SchemeTerms(
        lane=Lane.LINE,
        benefit=BenefitKind.FIXED_PRICE,
        measure=Measure.QUANTITY,
        calculation=Calculation.STEP,
        tiers=_tiers(("6", "1.50")),
        currency=CURRENCY,
        scope=_sku(number, size),
        sequence=number,
    )


def _bundle(number: int, size: Size) -> SchemeTerms:
    parts = (_sku(number, size), _sku(number + 1, size))
    return SchemeTerms(
        lane=Lane.LINE,
        benefit=BenefitKind.PERCENT_OFF,
        measure=Measure.QUANTITY,
        calculation=Calculation.STEP,
        tiers=_tiers(("2", "5")),
        currency=CURRENCY,
        scope=ProductScope(sku_ids=tuple(key for part in parts for key in part.sku_ids)),
        requirements=tuple(Requirement(scope=part, minimum=Decimal(1)) for part in parts),
        sequence=number,
    )


def _cumulative(number: int, size: Size) -> SchemeTerms:
    return SchemeTerms(
        lane=Lane.ORDER,
        benefit=BenefitKind.PERCENT_OFF,
        measure=Measure.AMOUNT,
        calculation=Calculation.STEP,
        tiers=_tiers(("1000", "1"), ("10000", "2")),
        currency=CURRENCY,
        scope=_brand(number),
        eligibility=_level(number, size),
        is_cumulative=True,
        sequence=number,
    )


def _first_order(number: int, _size: Size) -> SchemeTerms:
    return SchemeTerms(
        lane=Lane.ORDER,
        benefit=BenefitKind.PERCENT_OFF,
        measure=Measure.AMOUNT,
        calculation=Calculation.STEP,
        tiers=_tiers(("100", "3")),
        currency=CURRENCY,
        eligibility=Eligibility(first_order_only=True),
        exclusion_group="welcome",
        sequence=number,
    )


def _coupon(number: int, _size: Size) -> SchemeTerms:
    return SchemeTerms(
        lane=Lane.ORDER,
        benefit=BenefitKind.AMOUNT_OFF,
        measure=Measure.AMOUNT,
        calculation=Calculation.STEP,
        tiers=_tiers(("200", "15")),
        currency=CURRENCY,
        scope=_category(number),
        needs_coupon=True,
        sequence=number,
    )


def _points(number: int, size: Size) -> SchemeTerms:
    return SchemeTerms(
        lane=Lane.POINTS,
        benefit=BenefitKind.POINTS,
        measure=Measure.AMOUNT,
        calculation=Calculation.RECURRING,
        tiers=_tiers(("100", "1")),
        currency=CURRENCY,
        scope=_brand(number),
        eligibility=_level(number, size),
        sequence=number,
    )


def _rebate(number: int, _size: Size) -> SchemeTerms:
    return SchemeTerms(
        lane=Lane.POINTS,
        benefit=BenefitKind.REBATE,
        measure=Measure.AMOUNT,
        calculation=Calculation.STEP,
        tiers=_tiers(("1000", "2"), ("5000", "3")),
        currency=CURRENCY,
        scope=_category(number),
        sequence=number,
    )


def _inclusive(number: int, size: Size) -> SchemeTerms:
    return SchemeTerms(
        lane=Lane.FREE_GOODS,
        benefit=BenefitKind.FREE_GOODS,
        measure=Measure.QUANTITY,
        calculation=Calculation.RECURRING,
        tiers=_tiers(("24", "1")),
        currency=CURRENCY,
        scope=_sku(number, size),
        gift=Gift(kind=FreeGoodsKind.INCLUSIVE),
        sequence=number,
    )


CATEGORIES = 25
PRODUCT_BRANDS = 5
_MAKERS: Sequence[Make] = (
    _percent,
    _budgeted,
    _buy_and_get,
    _fixed,
    _bundle,
    _cumulative,
    _first_order,
    _coupon,
    _points,
    _rebate,
    _inclusive,
)
