"""What to see to before a campaign begins (R2-3): pure, and each point in words."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from app.catalog.rules import SkuFacts
from app.kernel.period import Period
from app.promotions.rules.terms import Eligibility, ProductScope, SchemeTerms

MOST_NAMED = 5


class CampaignPoint(StrEnum):
    """What is looked at before a scheme begins.

    BUDGET: it stops somewhere in all. PERIOD: it is not over. AUDIENCE: it is for somebody. GOODS:
    what it names is on sale. OVERLAP: no other scheme gives on the same goods to the same buyers
    in the same time and lane, but for those of its exclusion group.
    """

    BUDGET = "BUDGET"
    PERIOD = "PERIOD"
    AUDIENCE = "AUDIENCE"
    GOODS = "GOODS"
    OVERLAP = "OVERLAP"


@dataclass(frozen=True, slots=True)
class CheckedPoint:
    """A point of the list: whether all is well, and what was found."""

    point: CampaignPoint
    is_met: bool
    found: str


@dataclass(frozen=True, slots=True)
class Campaign:
    """A scheme as it is compared with others."""

    name: str
    terms: SchemeTerms
    period: Period


@dataclass(frozen=True, slots=True)
class Below:
    """Classes with all that stand below them: what eligibility and scopes mean by naming one."""

    classes: Mapping[UUID, frozenset[UUID]]

    def of(self, ids: Collection[UUID]) -> frozenset[UUID]:
        """Return the named ones and those below them."""
        return frozenset(key for each in ids for key in self.classes.get(each, frozenset({each})))


def budget_point(terms: SchemeTerms) -> CheckedPoint:
    """Tell whether a scheme stops somewhere in all."""
    limits = terms.limits
    is_met = (limits.uses, limits.money, limits.goods) != (None, None, None)
    found = "It stops at its limits." if is_met else "Nothing stops it: set a limit in all."
    return CheckedPoint(CampaignPoint.BUDGET, is_met, found)


def period_point(period: Period, now: datetime) -> CheckedPoint:
    """Tell whether a scheme's time is still to come or running."""
    is_met = period.end is None or period.end > now
    found = "Its period is still to come or running." if is_met else "Its period is over."
    return CheckedPoint(CampaignPoint.PERIOD, is_met, found)


def audience_point(customers: int) -> CheckedPoint:
    """Tell whether a scheme is for anybody."""
    found = f"It is for {customers} customers now." if customers else "No customer fits it now."
    return CheckedPoint(CampaignPoint.AUDIENCE, customers > 0, found)


def goods_point(
    terms: SchemeTerms, facts: Mapping[UUID, SkuFacts], listed: Collection[UUID]
) -> CheckedPoint:
    """Tell whether the goods that a scheme names are on sale; `listed` are brands and categories.

    These are there if anything of them is on sale.
    """
    gift = terms.gift.sku_id if terms.gift is not None else None
    named = {key for scope in scopes_of(terms) for key in scope.sku_ids} | ({gift} - {None})
    missing = sorted(sku.code for key, sku in facts.items() if key in named and not sku.is_listed)
    empty = [
        key
        for scope in scopes_of(terms)
        for key in (*scope.brand_ids, *scope.category_ids)
        if key not in listed
    ]
    said: list[str] = []
    if missing:
        said.append(f"Not on sale: {_some(missing)}.")
    if empty:
        said.append(f"Of {len(empty)} named brands or categories nothing is on sale.")
    return CheckedPoint(
        CampaignPoint.GOODS, not said, " ".join(said) or "What it names is on sale."
    )


def overlap_point(
    own: Campaign, others: Sequence[Campaign], facts: Mapping[UUID, SkuFacts], below: Below
) -> CheckedPoint:
    """Tell which other campaigns would give beside this one on the same goods."""
    found = sorted(each.name for each in others if _doubles(own, each, facts, below))
    if not found:
        said = "No other scheme gives the same twice."
        return CheckedPoint(CampaignPoint.OVERLAP, is_met=True, found=said)
    said = f"These give beside it: {_some(found)}. One exclusion group lets one of them give."
    return CheckedPoint(CampaignPoint.OVERLAP, is_met=False, found=said)


def _doubles(one: Campaign, other: Campaign, facts: Mapping[UUID, SkuFacts], below: Below) -> bool:
    group = one.terms.exclusion_group
    return (
        one.terms.lane is other.terms.lane
        and (group is None or group != other.terms.exclusion_group)
        and one.period.overlaps(other.period)
        and _share_buyers(one.terms.eligibility, other.terms.eligibility, below)
        and _share_goods(one.terms.scope, other.terms.scope, facts, below)
    )


def _share_buyers(one: Eligibility, other: Eligibility, below: Below) -> bool:
    """Whether one buyer may fit both; a dimension that one of them leaves open keeps nobody out."""
    pairs = (
        (frozenset(one.relationship_ids), frozenset(other.relationship_ids)),
        (below.of(one.level_ids), below.of(other.level_ids)),
        (below.of(one.territory_ids), below.of(other.territory_ids)),
        (frozenset(one.channels), frozenset(other.channels)),
    )
    return all(not mine or not theirs or mine & theirs for mine, theirs in pairs)


def _share_goods(
    one: ProductScope, other: ProductScope, facts: Mapping[UUID, SkuFacts], below: Below
) -> bool:
    if _is_everything(one) or _is_everything(other):
        return True
    if any(_holds(other, facts[key]) for key in one.sku_ids if key in facts):
        return True
    if any(_holds(one, facts[key]) for key in other.sku_ids if key in facts):
        return True
    if set(one.brand_ids) & set(other.brand_ids):
        return True
    if below.of(one.category_ids) & below.of(other.category_ids):
        return True
    # A brand and a category may share goods: better to be asked once too often.
    return bool((one.brand_ids and other.category_ids) or (one.category_ids and other.brand_ids))


def _holds(scope: ProductScope, sku: SkuFacts) -> bool:
    if sku.sku_id in scope.excluded_sku_ids:
        return False
    return (
        sku.sku_id in scope.sku_ids
        or sku.brand_id in scope.brand_ids
        or not set(sku.category_path).isdisjoint(scope.category_ids)
    )


def _is_everything(scope: ProductScope) -> bool:
    return not (scope.sku_ids or scope.brand_ids or scope.category_ids)


def scopes_of(terms: SchemeTerms) -> list[ProductScope]:
    """Return all sets of goods that terms name."""
    more = [terms.benefit_scope] if terms.benefit_scope is not None else []
    return [terms.scope, *more, *(each.scope for each in terms.requirements)]


def _some(names: Sequence[str]) -> str:
    more = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
