"""What makes no sense in the tiers of a scheme."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from app.kernel.money import UnknownCurrency, currency_exponent
from app.promotions.rules.compiled import whole
from app.promotions.rules.terms import SchemeTerms, SchemeTier
from app.promotions.rules.tiers import MILLION
from app.promotions.rules.words import BenefitKind, Calculation, Lane

_HUNDRED = Decimal(100)
_PLACES = 6
_LARGEST = Decimal(999999999999)
_PERCENTS = (BenefitKind.PERCENT_OFF, BenefitKind.REBATE)
_REPEATING = (Calculation.RECURRING, Calculation.CONTINUOUS)

Problem = tuple[str, str, str]


def tier_problems(terms: SchemeTerms) -> Iterator[Problem]:
    """Yield what is wrong with the tiers, one by one and as a ladder."""
    if not terms.tiers:
        yield "tiers", "there are none", "write at least one threshold with its benefit"
    sound = True
    for index, tier in enumerate(terms.tiers):
        for field, problem, remedy in _misshapen(tier):
            sound = False
            yield f"tiers.{index}.{field}", problem, remedy
    if not sound:
        return
    for index, tier in enumerate(terms.tiers):
        for field, problem, remedy in (*_threshold(terms, tier), *_benefit(terms, tier)):
            yield f"tiers.{index}.{field}", problem, remedy
    yield from _ladder(terms)


def _misshapen(tier: SchemeTier) -> Iterator[Problem]:
    for field, number in (("threshold", tier.threshold), ("benefit", tier.benefit)):
        if not number.is_finite() or abs(number) > _LARGEST:
            yield field, "is not a number that can be kept", f"write at most {_LARGEST}"
        elif number < 0:
            yield field, "is negative", "write it without a sign"
        elif not _fits(number, _PLACES):
            yield field, f"has more than {_PLACES} decimal places", "round it"


def _fits(number: Decimal, places: int) -> bool:
    try:
        whole(number, places)
    except ValueError:
        return False
    return True


def _threshold(terms: SchemeTerms, tier: SchemeTier) -> Iterator[Problem]:
    if tier.threshold:
        return
    if terms.benefit is BenefitKind.FREE_GOODS:
        problem = "free goods for nothing bought: the scheme gives its own trigger away"
        yield "threshold", problem, "write how much must be bought"
    elif terms.calculation in _REPEATING:
        problem = "nothing fits into a basket without end"
        yield "threshold", problem, "write a threshold above zero, or use STEP"


def _benefit(terms: SchemeTerms, tier: SchemeTier) -> Iterator[Problem]:
    benefit = tier.benefit
    if not benefit:
        yield "benefit", "zero gives nothing", "write the benefit, or leave the tier out"
    if terms.benefit in _PERCENTS and benefit > _HUNDRED:
        yield "benefit", "is over 100 percent", "write at most 100"
    repeats = terms.calculation in _REPEATING and terms.benefit_scope is None
    if terms.benefit is BenefitKind.PERCENT_OFF and benefit == _HUNDRED and repeats:
        problem = "all of it is free, again and again: the scheme gives its own trigger away"
        yield "benefit", problem, "write less than 100"
    if terms.benefit is BenefitKind.FREE_GOODS and whole(benefit, _PLACES) % MILLION:
        yield "benefit", "goods are given in whole units", "write a whole number"
    if terms.benefit is BenefitKind.AMOUNT_OFF and terms.lane is Lane.ORDER:
        yield from _coins(terms, benefit)


def _coins(terms: SchemeTerms, benefit: Decimal) -> Iterator[Problem]:
    try:
        fits = _fits(benefit, currency_exponent(terms.currency))
    except UnknownCurrency:
        return
    if not fits:
        yield "benefit", f"is finer than the smallest {terms.currency} coin", "round it"


def _ladder(terms: SchemeTerms) -> Iterator[Problem]:
    for index, (below, tier) in enumerate(pairwise(terms.tiers), start=1):
        if tier.threshold <= below.threshold:
            remedy = "order tiers by threshold, each once"
            yield f"tiers.{index}.threshold", "does not rise above the tier before", remedy
        elif _is_worse(terms, below, tier):
            remedy = "give more from a higher threshold on, or leave the tier out"
            yield f"tiers.{index}.benefit", "buying more would give less", remedy


def _is_worse(terms: SchemeTerms, below: SchemeTier, tier: SchemeTier) -> bool:
    """Tell whether the tier gives less: per unit where it is given again and again."""
    if terms.benefit is BenefitKind.FIXED_PRICE:
        return tier.benefit > below.benefit
    is_rate = terms.lane is Lane.LINE or terms.benefit in _PERCENTS
    if is_rate or terms.calculation not in _REPEATING:
        return tier.benefit < below.benefit
    return tier.benefit * below.threshold < below.benefit * tier.threshold
