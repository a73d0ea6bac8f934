"""Trade schemes and baskets in few words; ids are small numbers."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from app.kernel.period import Period
from app.kernel.quantity import PackagingLevel
from app.promotions.rules.basket import Basket, BasketLine, Scheme, SchemeUse
from app.promotions.rules.book import SchemeBook
from app.promotions.rules.outcome import Promoted, SchemeBenefit
from app.promotions.rules.terms import Gift, ProductScope, SchemeTerms, SchemeTier
from app.promotions.rules.waterfall import apply_schemes
from app.promotions.rules.words import (
    BenefitKind,
    Calculation,
    FreeGoodsKind,
    Lane,
    Measure,
)

_ALWAYS = Period(datetime(2026, 1, 1, tzinfo=UTC))
_LANES = {
    BenefitKind.FIXED_PRICE: Lane.LINE,
    BenefitKind.AMOUNT_OFF: Lane.LINE,
    BenefitKind.PERCENT_OFF: Lane.LINE,
    BenefitKind.FREE_GOODS: Lane.FREE_GOODS,
    BenefitKind.POINTS: Lane.POINTS,
    BenefitKind.REBATE: Lane.POINTS,
}
PACKS = {
    PackagingLevel.PIECE: Decimal(1),
    PackagingLevel.INNER: Decimal(6),
    PackagingLevel.CASE: Decimal(24),
}


def tiers(*steps: tuple[object, object]) -> tuple[SchemeTier, ...]:
    """Write tiers as pairs of threshold and benefit."""
    return tuple(
        SchemeTier(threshold=Decimal(str(threshold)), benefit=Decimal(str(benefit)))
        for threshold, benefit in steps
    )


def terms(benefit: BenefitKind, *steps: tuple[object, object], **changes: Any) -> SchemeTerms:
    """Write terms in yuan for all SKUs: STEP over quantity in the benefit's first lane."""
    told: dict[str, Any] = {
        "lane": _LANES[benefit],
        "benefit": benefit,
        "measure": Measure.QUANTITY,
        "calculation": Calculation.STEP,
        "tiers": tiers(*steps),
        "currency": "CNY",
    }
    if benefit is BenefitKind.FREE_GOODS:
        told["gift"] = Gift(kind=FreeGoodsKind.EXCLUSIVE)
    return SchemeTerms(**(told | changes))


def off(amount: object, **changes: Any) -> SchemeTerms:
    """Take an amount off each unit, whatever is bought."""
    return terms(BenefitKind.AMOUNT_OFF, (0, amount), **changes)


def percent(share: object, **changes: Any) -> SchemeTerms:
    """Take a percentage off, whatever is bought."""
    return terms(BenefitKind.PERCENT_OFF, (0, share), **changes)


def spend(*steps: tuple[object, object], **changes: Any) -> SchemeTerms:
    """Take an amount off the order from a spend on."""
    told = {"lane": Lane.ORDER, "measure": Measure.AMOUNT}
    return terms(BenefitKind.AMOUNT_OFF, *steps, **(told | changes))


def ten_plus_one(**changes: Any) -> SchemeTerms:
    """Give one for every ten."""
    told = {"calculation": Calculation.RECURRING}
    return terms(BenefitKind.FREE_GOODS, (10, 1), **(told | changes))


def sku(number: int) -> UUID:
    """Return the id of the SKU of that number."""
    return UUID(int=1000 + number)


def only(*numbers: int) -> ProductScope:
    """Mean these SKUs and no other."""
    return ProductScope(sku_ids=tuple(sku(number) for number in numbers))


def scheme(number: int, told: SchemeTerms, name: str = "") -> Scheme:
    """Give terms a number and a name."""
    return Scheme(
        scheme_id=UUID(int=number),
        version_id=UUID(int=number + 10**6),
        name=name or f"Scheme {number}",
        period=_ALWAYS,
        terms=told,
    )


def line(
    key: str, amount: object, quantity: object = 1, number: int = 1, **changes: Any
) -> BasketLine:
    """Price a line of pieces of one SKU, which comes in inners of 6 and cases of 24."""
    told: dict[str, Any] = {
        "key": key,
        "sku_id": sku(number),
        "brand_id": UUID(int=50),
        "category_path": (UUID(int=61), UUID(int=60)),
        "packaging_level": PackagingLevel.PIECE,
        "unit_factor": Decimal(1),
        "base_quantity": Decimal(str(quantity)),
        "amount": Decimal(str(amount)),
        "packs": PACKS,
    }
    return BasketLine(**(told | changes))


def basket(*lines: BasketLine, **changes: Any) -> Basket:
    """Put lines into a basket in yuan."""
    return Basket(**({"currency": "CNY", "lines": lines} | changes))


def promote(
    held: Basket, *told: SchemeTerms, uses: Mapping[int, SchemeUse] | None = None
) -> Promoted:
    """Apply terms, numbered from 1, to a basket."""
    schemes = [scheme(number, each) for number, each in enumerate(told, start=1)]
    if uses:
        known = {UUID(int=number): use for number, use in uses.items()}
        held = basket(*held.lines, uses=known)
    return apply_schemes(held, SchemeBook(schemes))


def total(outcome: Promoted) -> Decimal:
    """Add up what is left to pay."""
    return sum(outcome.amounts.values(), Decimal(0))


def free(outcome: Promoted) -> Decimal:
    """Add up the free base units."""
    return sum((each.base_quantity for each in outcome.free_lines), Decimal(0))


def codes(outcome: Promoted) -> dict[int, str]:
    """Return why each numbered scheme lost."""
    return {loser.scheme_id.int: loser.code.value for loser in outcome.losers}


def benefit_of(outcome: Promoted, number: int = 1) -> SchemeBenefit:
    """Return what the numbered scheme gave."""
    return next(each for each in outcome.benefits if each.scheme_id == UUID(int=number))


def reasons(outcome: Promoted) -> Iterable[str]:
    """Return the reasons of all steps."""
    return [step.reason for step in outcome.steps]
