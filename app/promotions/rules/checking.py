"""What makes no sense in a scheme's terms, with the field and the remedy."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from app.kernel.money import UnknownCurrency, currency_exponent
from app.promotions.rules.checking_tiers import tier_problems
from app.promotions.rules.compiled import BENEFITS_OF, covers_everything
from app.promotions.rules.terms import Gift, Requirement, SchemeTerms
from app.promotions.rules.words import BenefitKind, Calculation, FreeGoodsKind, Lane, Measure

_HUNDRED = Decimal(100)
_LIMITS = {
    "usesPerBuyer": "uses_per_buyer",
    "moneyPerBuyer": "money_per_buyer",
    "goodsPerBuyer": "goods_per_buyer",
    "uses": "uses",
    "money": "money",
    "goods": "goods",
}

Problem = tuple[str, str, str]
"""Field, problem, remedy."""


@dataclass(frozen=True, slots=True)
class TermsFault:
    """One thing that makes no sense: the field as the API writes it, what is wrong, what to do."""

    field: str
    problem: str
    remedy: str


def check_terms(terms: SchemeTerms) -> list[TermsFault]:
    """Find every fault of the terms, in the order of fields; terms without faults may be kept."""
    checks: tuple[Callable[[SchemeTerms], Iterator[Problem]], ...] = (
        _words,
        _currency,
        tier_problems,
        _scopes,
        _requirements,
        _gift,
        _own_trigger,
        _order,
        _funding,
        _limits,
    )
    return [TermsFault(*problem) for check in checks for problem in check(terms)]


def _words(terms: SchemeTerms) -> Iterator[Problem]:
    fitting = BENEFITS_OF[terms.lane]
    if terms.benefit not in fitting:
        named = ", ".join(fitting)
        yield "benefit", f"{terms.benefit} is not given in lane {terms.lane}", f"use {named}"
    calculation, is_rebate = terms.calculation, terms.benefit is BenefitKind.REBATE
    if calculation is Calculation.CONTINUOUS and terms.benefit is BenefitKind.FIXED_PRICE:
        yield "calculation", "a fixed price has no proportion", "use STEP or RECURRING"
    if is_rebate and calculation not in (Calculation.STEP, Calculation.GRADUATED):
        yield "calculation", f"a rebate cannot be {calculation}", "use STEP or GRADUATED"
    if calculation is Calculation.GRADUATED and not is_rebate:
        yield "calculation", "only a rebate is graduated", "use STEP, RECURRING or CONTINUOUS"
    if calculation is Calculation.GRADUATED and terms.measure is not Measure.AMOUNT:
        yield "measure", "a graduated rebate counts amounts", "use AMOUNT"
    if terms.measure is Measure.PACKS and terms.packaging_level is None:
        yield "packagingLevel", "packs of no level cannot be counted", "name the level"
    if terms.is_cumulative and terms.measure not in (Measure.AMOUNT, Measure.QUANTITY):
        yield "isCumulative", f"{terms.measure} are not kept over time", "use AMOUNT or QUANTITY"


def _currency(terms: SchemeTerms) -> Iterator[Problem]:
    try:
        currency_exponent(terms.currency)
    except UnknownCurrency:
        yield "currency", f"{terms.currency!r} is not a currency", "use a code of ISO 4217"


def _scopes(terms: SchemeTerms) -> Iterator[Problem]:
    scopes = {"scope": terms.scope}
    if terms.benefit_scope is not None:
        scopes["benefitScope"] = terms.benefit_scope
    for index, requirement in enumerate(terms.requirements):
        scopes[f"requirements.{index}.scope"] = requirement.scope
    for name, scope in scopes.items():
        if not set(scope.excluded_sku_ids).isdisjoint(scope.sku_ids):
            problem = "the same SKU is named and excluded"
            yield f"{name}.excludedSkuIds", problem, "leave it out of one of the two"
    is_rate = terms.lane is Lane.LINE or terms.benefit is BenefitKind.PERCENT_OFF
    if terms.benefit_scope is not None and is_rate and terms.calculation is Calculation.RECURRING:
        problem = "multiples of some goods do not tell which part of other goods is cheaper"
        yield "benefitScope", problem, "use STEP, or leave the benefit's scope out"


def _requirements(terms: SchemeTerms) -> Iterator[Problem]:
    for index, requirement in enumerate(terms.requirements):
        if not _is_positive(requirement):
            field = f"requirements.{index}.minimum"
            yield field, "nothing is required", "write how much, or leave the requirement out"


def _is_positive(requirement: Requirement) -> bool:
    return requirement.minimum.is_finite() and requirement.minimum > 0


def _gift(terms: SchemeTerms) -> Iterator[Problem]:
    if terms.benefit is BenefitKind.FREE_GOODS and terms.gift is None:
        yield "gift", "free goods of no kind cannot be given", "say which goods, and how"
    if terms.benefit is not BenefitKind.FREE_GOODS and terms.gift is not None:
        yield "gift", f"{terms.benefit} gives no goods", "leave the gift out"


def _own_trigger(terms: SchemeTerms) -> Iterator[Problem]:
    for index, tier in enumerate(terms.tiers):
        if not (tier.threshold.is_finite() and tier.benefit.is_finite()):
            continue
        field = f"tiers.{index}.benefit"
        if terms.gift is not None and _takes_from_trigger(terms, terms.gift):
            if 0 < tier.threshold <= tier.benefit:
                problem = "as much is free as must be bought: the scheme gives its trigger away"
                yield field, problem, "give less than the threshold, or use EXCLUSIVE"
        elif _pays_for_itself(terms) and 0 < tier.threshold <= tier.benefit:
            problem = "as much is taken off as must be spent: the scheme gives its trigger away"
            yield field, problem, "take off less than the threshold"


def _takes_from_trigger(terms: SchemeTerms, gift: Gift) -> bool:
    if gift.kind is not FreeGoodsKind.INCLUSIVE or terms.measure is Measure.AMOUNT:
        return False
    scope = terms.scope
    own = gift.sku_id is None or covers_everything(scope) or gift.sku_id in scope.sku_ids
    same_unit = terms.measure is not Measure.PACKS or gift.packaging_level == terms.packaging_level
    return own and same_unit


def _pays_for_itself(terms: SchemeTerms) -> bool:
    is_lump = terms.lane is Lane.ORDER and terms.benefit is BenefitKind.AMOUNT_OFF
    return is_lump and terms.measure is Measure.AMOUNT and terms.benefit_scope is None


def _order(terms: SchemeTerms) -> Iterator[Problem]:
    if terms.sequence < 0:
        yield "sequence", "a place before the first does not exist", "start at 0"
    if terms.exclusion_group is not None and not terms.exclusion_group.strip():
        yield "exclusionGroup", "the group has no name", "name it or leave it out"


def _funding(terms: SchemeTerms) -> Iterator[Problem]:
    if terms.funding is None:
        if terms.is_claimable:
            yield "funding", "a claim needs someone who pays it", "say who funds the scheme"
        return
    percent = terms.funding.percent
    if not percent.is_finite() or percent > _HUNDRED:
        yield "funding.percent", "more than all cannot be claimed", "write at most 100"
    elif percent <= 0:
        yield "funding.percent", "nothing is funded", "write the share, or leave the funding out"


def _limits(terms: SchemeTerms) -> Iterator[Problem]:
    for field, name in _LIMITS.items():
        limit: Decimal | int | None = getattr(terms.limits, name)
        if limit is None:
            continue
        if not Decimal(limit).is_finite() or limit <= 0:
            remedy = "write what it may give, or leave the limit out for none"
            yield f"limits.{field}", "the scheme could never give anything", remedy
