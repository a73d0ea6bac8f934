"""A scheme in words for whoever may buy by it: what is needed, and what it gives."""

from collections.abc import Callable
from decimal import Decimal
from uuid import UUID

from app.kernel.quantity import PackagingLevel
from app.pricing.rules.wording import counted, shown
from app.promotions.rules.terms import SchemeTerms
from app.promotions.rules.words import BenefitKind, Calculation, FreeGoodsKind, Lane, Measure


def offer_text(terms: SchemeTerms, *, gives_another: bool) -> str:
    """Say what the first tier needs and gives to whoever looks at a SKU.

    "from 10 cases: 1 case free"; `gives_another` if the gift is not the SKU that is looked at.
    Names neither limits nor who pays for it.
    """
    needed = ", ".join(filter(None, (_threshold(terms), *_more_needed(terms))))
    given = _BENEFITS[terms.benefit](terms, terms.tiers[0].benefit, gives_another)
    return f"{needed}: {given}" if needed else given


def gives_another(terms: SchemeTerms, sku_id: UUID) -> bool:
    """Tell whether the scheme gives goods other than this SKU."""
    return terms.gift is not None and terms.gift.sku_id not in {None, sku_id}


def _threshold(terms: SchemeTerms) -> str:
    threshold = terms.tiers[0].threshold
    if not threshold:
        return ""
    measured = {
        Measure.AMOUNT: f"{shown(threshold)} {terms.currency}",
        Measure.QUANTITY: _count(threshold, PackagingLevel.PIECE),
        Measure.PACKS: _count(threshold, terms.packaging_level),
        Measure.LINES: f"{shown(threshold)} different SKUs",
    }[terms.measure]
    words = ["for every" if _repeats(terms) else "from", measured]
    if terms.benefit_scope is not None:
        words.append("of qualifying goods")
    if terms.is_cumulative:
        words.append("bought over time")
    return " ".join(words)


def _repeats(terms: SchemeTerms) -> bool:
    if terms.calculation is Calculation.RECURRING:
        return True
    is_rate = terms.lane is Lane.LINE or terms.benefit in _RATES
    return terms.calculation is Calculation.CONTINUOUS and not is_rate


_RATES = (BenefitKind.PERCENT_OFF, BenefitKind.REBATE)


def _more_needed(terms: SchemeTerms) -> list[str]:
    asked = {
        "with all other goods that it asks for": bool(terms.requirements),
        "on the first order": terms.eligibility.first_order_only,
    }
    return [text for text, is_asked in asked.items() if is_asked]


def _free_goods(terms: SchemeTerms, benefit: Decimal, gives_another: bool) -> str:  # noqa: FBT001  # one of a table of functions
    gift = terms.gift
    if gift is None:
        return f"{_count(benefit, None)} free"
    units = _count(benefit, gift.packaging_level)
    if gives_another:
        return f"{units} of another SKU free"
    return f"{units} {'of those ordered ' if gift.kind is FreeGoodsKind.INCLUSIVE else ''}free"


def _fixed_price(terms: SchemeTerms, benefit: Decimal, _: object) -> str:
    return f"{shown(benefit)} {terms.currency} per {_unit(terms.packaging_level)}"


def _amount_off(terms: SchemeTerms, benefit: Decimal, _: object) -> str:
    each = f" per {_unit(terms.packaging_level)}" if terms.lane is Lane.LINE else ""
    return f"{shown(benefit)} {terms.currency} off{each}"


_BENEFITS: dict[BenefitKind, Callable[[SchemeTerms, Decimal, bool], str]] = {
    BenefitKind.FREE_GOODS: _free_goods,
    BenefitKind.FIXED_PRICE: _fixed_price,
    BenefitKind.AMOUNT_OFF: _amount_off,
    BenefitKind.PERCENT_OFF: lambda _terms, benefit, _sku: f"{shown(benefit)} % off",
    BenefitKind.POINTS: lambda _terms, benefit, _sku: counted(benefit, "point"),
    BenefitKind.REBATE: lambda _terms, benefit, _sku: f"{shown(benefit)} % rebate",
}


def _count(number: Decimal, level: PackagingLevel | None) -> str:
    return counted(number, _unit(level))


def _unit(level: PackagingLevel | None) -> str:
    return (level or PackagingLevel.PIECE).value.lower()
