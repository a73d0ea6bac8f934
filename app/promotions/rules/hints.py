"""What is missing for the next step of a scheme."""

from collections.abc import Iterator
from decimal import Decimal

from app.promotions.rules.compiled import Compiled, decimal_of, shown_millionths
from app.promotions.rules.outcome import SchemeHint
from app.promotions.rules.tiers import MILLION, lump_at, missing_for_next, reached
from app.promotions.rules.words import BenefitKind, Calculation, Lane, SchemeLossCode
from app.promotions.rules.working import Reach, Working

_NO_MORE = frozenset(
    {
        SchemeLossCode.BUYER_LIMIT_REACHED,
        SchemeLossCode.BUDGET_SPENT,
        SchemeLossCode.RULE_FAILED,
    }
)

_LINE, _PERCENT_OFF, _RECURRING = Lane.LINE, BenefitKind.PERCENT_OFF, Calculation.RECURRING


def hints(work: Working, schemes: tuple[Compiled, ...]) -> Iterator[SchemeHint]:
    """Yield at most one hint per scheme that speaks to the buyer and has more to give."""
    silent = {one.position for one, loss in work.lost if loss.code in _NO_MORE}
    silent |= {one.position for one, plan in work.given if plan.cap is not None}
    heard = [(schemes[at], far) for at, far in work.reaches.items() if at not in silent]
    for one, far in sorted(heard, key=lambda pair: pair[0].rank):
        hint = _hint(one, far)
        if hint is not None:
            yield hint


def _hint(one: Compiled, far: Reach) -> SchemeHint | None:
    n, d = far.n, far.d
    if far.unmet is not None:
        missing = far.unmet[1]
        index = max(0, reached(far.tiers, n, d))
    else:
        index, gap = far.index + 1, 0
        if one.is_recurring:
            gap = missing_for_next(far.tiers, far.index, n, d)
        elif index < len(far.tiers):
            gap = -((n - far.tiers[index][0] * d) // d)
        else:
            return None
        missing, n = gap, n + gap * d
        if one.is_recurring:
            index = reached(far.tiers, n, d)
    units, rest = divmod(missing, MILLION)
    return SchemeHint(
        scheme_id=one.scheme_id,
        name=one.scheme.name,
        measure=one.terms.measure,
        missing=decimal_of(missing, 6) if rest else Decimal(units),
        benefit=one.terms.benefit,
        next_benefit=_next_benefit(one, far, index, n),
        text=f"{shown_millionths(missing)} {one.measured_in} more: {one.texts[index]}",
    )


def _next_benefit(one: Compiled, far: Reach, index: int, n: int) -> Decimal:
    """Return the tier's benefit, or for lumps given again and again what they would come to."""
    terms = one.terms
    is_rate = terms.lane is _LINE or terms.benefit is _PERCENT_OFF
    if is_rate or terms.calculation is not _RECURRING:
        return terms.tiers[index].benefit
    return decimal_of(lump_at(far.tiers, terms.calculation, index, n, far.d).amount, 6)
