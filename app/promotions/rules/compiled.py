"""One scheme made ready for many baskets: words resolved, numbers whole."""

from dataclasses import dataclass, field
from decimal import Context, Decimal
from uuid import UUID

from app.kernel.quantity import PackagingLevel
from app.pricing.rules.wording import counted, shown
from app.promotions.rules.basket import Scheme
from app.promotions.rules.eligible import Asked, asked_of
from app.promotions.rules.outcome import SchemeOffer
from app.promotions.rules.terms import Gift, Limits, ProductScope, SchemeTerms
from app.promotions.rules.tiers import Tiers
from app.promotions.rules.words import BenefitKind, Calculation, FreeGoodsKind, Lane, Measure

EXACT = Context(prec=120)
"""A decimal context in which no amount or quantity of this program is ever rounded."""

_POWERS = [10**places for places in range(7)]
_UNITS = [Decimal(1).scaleb(-places) for places in range(7)]
_LANES = {lane: rank for rank, lane in enumerate(Lane)}
_BENEFITS = {benefit: rank for rank, benefit in enumerate(BenefitKind)}
_NO_LIMITS = Limits()
_REPEATING = (Calculation.RECURRING, Calculation.CONTINUOUS)

BENEFITS_OF = {
    Lane.LINE: (BenefitKind.FIXED_PRICE, BenefitKind.AMOUNT_OFF, BenefitKind.PERCENT_OFF),
    Lane.ORDER: (BenefitKind.AMOUNT_OFF, BenefitKind.PERCENT_OFF),
    Lane.FREE_GOODS: (BenefitKind.FREE_GOODS,),
    Lane.POINTS: (BenefitKind.POINTS, BenefitKind.REBATE),
}
"""Which benefits each lane can give."""

Order = tuple[int, int, int, UUID, UUID]
"""Lane, sequence, kind of benefit, scheme, version: what a waterfall sorts by."""


def whole(value: Decimal, places: int) -> int:
    """Count units of the last decimal place; fails with ValueError on anything finer."""
    numerator, denominator = value.as_integer_ratio()
    number, rest = divmod(numerator * _POWERS[places], denominator)
    if rest:
        raise ValueError(f"{value} has more than {places} decimal places")
    return number


def decimal_of(number: int, places: int) -> Decimal:
    """Write a whole number of the last decimal place as a decimal."""
    return EXACT.multiply(number, _UNITS[places])


@dataclass(frozen=True, slots=True)
class Slot:
    """A set of SKUs that one scheme asks for; `number` is unique in its book.

    `is_everything` if every SKU belongs here but the excluded ones.
    """

    number: int
    scope: ProductScope
    excluded: frozenset[UUID]
    is_everything: bool


def shown_millionths(number: int) -> str:
    """Write millionths as people read them."""
    units, rest = divmod(number, 10**6)
    return str(units) if rest == 0 else shown(decimal_of(number, 6))


@dataclass(slots=True, eq=False)
class Compiled:
    """A scheme in whole numbers; `fault` says why it could not be made ready, if so.

    `position` is its place in the waterfall, `rank` its place by id, `turn` by sequence;
    `is_for_all` if it asks neither who buys nor for a coupon. `offers` are its words for buyers,
    once they were needed: by whether it gives another SKU than the one looked at.
    """

    scheme: Scheme
    terms: SchemeTerms
    scheme_id: UUID
    lane: Lane
    order: Order
    trigger: Slot
    target: Slot
    required: tuple[tuple[Slot, int], ...] = ()
    tiers: Tiers = ()
    texts: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    measured_in: str = ""
    funded: int = 0
    asked: tuple[Asked, ...] = ()
    first_order_only: bool = False
    limits: Limits | None = None
    unit_level: PackagingLevel | None = None
    gift: Gift | None = None
    gives_own_trigger: bool = False
    may_give_own_trigger: bool = False
    keeps_tally: bool = False
    group: str | None = None
    is_for_all: bool = False
    is_cumulative: bool = False
    is_recurring: bool = False
    position: int = 0
    rank: int = 0
    turn: int = 0
    fault: Exception | None = field(default=None)
    offers: dict[bool, SchemeOffer] = field(default_factory=dict[bool, SchemeOffer])

    @property
    def counts_buyers(self) -> bool:
        """Whether what was given or bought before may change what it gives."""
        return self.limits is not None or self.is_cumulative


def compiled(scheme: Scheme, first_slot: int) -> Compiled:
    """Make a scheme ready; a scheme that cannot be is kept, with its fault."""
    terms = scheme.terms
    trigger = _slot(first_slot, terms.scope)
    target = trigger if terms.benefit_scope is None else _slot(first_slot + 1, terms.benefit_scope)
    ready = Compiled(
        scheme=scheme,
        terms=terms,
        scheme_id=scheme.scheme_id,
        lane=terms.lane,
        group=terms.exclusion_group,
        order=_order(scheme),
        trigger=trigger,
        target=target,
    )
    try:
        _complete(ready, first_slot + 2)
    except Exception as fault:  # noqa: BLE001  # one bad scheme must not take the others along.
        ready.fault = fault.with_traceback(None)
    return ready


def _order(scheme: Scheme) -> Order:
    terms = scheme.terms
    rank = _BENEFITS[terms.benefit]
    return _LANES[terms.lane], terms.sequence, rank, scheme.scheme_id, scheme.version_id


def _slot(number: int, scope: ProductScope) -> Slot:
    return Slot(number, scope, frozenset(scope.excluded_sku_ids), covers_everything(scope))


def covers_everything(scope: ProductScope) -> bool:
    """Tell whether the scope names nothing, and so means every SKU that it does not exclude."""
    return not (scope.sku_ids or scope.brand_ids or scope.category_ids)


def _complete(ready: Compiled, next_slot: int) -> None:
    terms = ready.terms
    ready.required = tuple(
        (_slot(next_slot + index, asked.scope), whole(asked.minimum, 6))
        for index, asked in enumerate(terms.requirements)
    )
    ready.tiers = _tiers(terms)
    ready.funded = whole(terms.funding.percent, 6) if terms.funding else 0
    ready.measured_in = measure_text(terms)
    ready.texts = _texts(terms, ready.measured_in)
    ready.reasons = tuple(f"{ready.scheme.name}: {text}" for text in ready.texts)
    ready.asked = asked_of(terms.eligibility)
    ready.first_order_only = terms.eligibility.first_order_only
    ready.is_for_all = not (ready.asked or ready.first_order_only or terms.needs_coupon)
    ready.is_cumulative = terms.is_cumulative
    ready.is_recurring = terms.calculation is Calculation.RECURRING
    ready.limits = None if terms.limits == _NO_LIMITS else terms.limits
    ready.unit_level = _unit_level(terms)
    ready.gift = terms.gift
    ready.may_give_own_trigger = _is_taken_from_bought(terms)
    ready.gives_own_trigger = ready.may_give_own_trigger and _gives_own_trigger(terms)
    ready.keeps_tally = terms.is_cumulative or terms.benefit is BenefitKind.REBATE


def _tiers(terms: SchemeTerms) -> Tiers:
    """Return the tiers in millionths; fails with ValueError on what would break a basket."""
    tiers = tuple((whole(tier.threshold, 6), whole(tier.benefit, 6)) for tier in terms.tiers)
    if not tiers:
        raise ValueError("the scheme has no tiers")
    if terms.benefit not in BENEFITS_OF[terms.lane]:
        raise ValueError(f"{terms.benefit} is not given in lane {terms.lane}")
    if min(min(tier) for tier in tiers) < 0:
        raise ValueError("a tier is negative")
    if terms.calculation in _REPEATING and not min(tiers)[0]:
        raise ValueError("a threshold of zero fits into a basket without end")
    return tiers


def _unit_level(terms: SchemeTerms) -> PackagingLevel | None:
    per_unit = terms.benefit is BenefitKind.FIXED_PRICE or (
        terms.benefit is BenefitKind.AMOUNT_OFF and terms.lane is Lane.LINE
    )
    if per_unit or terms.measure is Measure.PACKS:
        return terms.packaging_level or PackagingLevel.PIECE
    return None


def _is_taken_from_bought(terms: SchemeTerms) -> bool:
    """Tell whether an inclusive gift may be taken from what its threshold counts."""
    gift = terms.gift
    if gift is None or gift.kind is not FreeGoodsKind.INCLUSIVE:
        return False
    return terms.measure in (Measure.QUANTITY, Measure.PACKS)


def _gives_own_trigger(terms: SchemeTerms) -> bool:
    """Tell whether the gift is one of the SKUs counted, whatever the basket."""
    gift, scope = terms.gift, terms.scope
    sku_id = gift.sku_id if gift else None
    return sku_id is None or covers_everything(scope) or sku_id in scope.sku_ids


def measure_text(terms: SchemeTerms) -> str:
    """Name what a threshold of these terms counts, for people."""
    unit = (terms.packaging_level or PackagingLevel.PIECE).value.lower()
    return {
        Measure.AMOUNT: terms.currency,
        Measure.QUANTITY: "base units",
        Measure.PACKS: f"{unit}s",
        Measure.LINES: "different SKUs",
    }[terms.measure]


def benefit_text(terms: SchemeTerms, benefit: Decimal) -> str:
    """Say for people what a tier's benefit is."""
    number, unit = shown(benefit), (terms.packaging_level or PackagingLevel.PIECE).value.lower()
    if terms.benefit is BenefitKind.FREE_GOODS:
        level = terms.gift.packaging_level if terms.gift else PackagingLevel.PIECE
        return f"{counted(benefit, level.value.lower())} free"
    each = f" per {unit}" if terms.lane is Lane.LINE else ""
    return {
        BenefitKind.FIXED_PRICE: f"{number} {terms.currency}{each}",
        BenefitKind.AMOUNT_OFF: f"{number} {terms.currency}{each} off",
        BenefitKind.PERCENT_OFF: f"{number} % off",
        BenefitKind.POINTS: counted(benefit, "point"),
        BenefitKind.REBATE: f"{number} % rebate",
    }[terms.benefit]


def _texts(terms: SchemeTerms, unit: str) -> tuple[str, ...]:
    return tuple(
        f"{benefit_text(terms, tier.benefit)} from {shown(tier.threshold)} {unit}"
        if tier.threshold
        else benefit_text(terms, tier.benefit)
        for tier in terms.tiers
    )
