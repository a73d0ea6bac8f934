"""Points and rebates: what a basket earns beside its invoice."""

from collections.abc import Sequence

from app.promotions.rules.compiled import Compiled, whole
from app.promotions.rules.left import money_left, spent
from app.promotions.rules.outcome import Loss
from app.promotions.rules.rebates import accrued_coins
from app.promotions.rules.tiers import MILLION, lump_at, reached
from app.promotions.rules.words import BenefitKind, SchemeLossCode
from app.promotions.rules.working import Plan, Reach, Working, WorkingLine


def reward_plan(
    work: Working, one: Compiled, reach: Reach, targets: Sequence[WorkingLine]
) -> Plan | Loss:
    """Count whole points, or accrue a rebate, on what is paid at the end."""
    if one.terms.benefit is BenefitKind.POINTS:
        return _points_plan(one, reach)
    return _rebate_plan(work, one, reach, targets)


def _points_plan(one: Compiled, reach: Reach) -> Plan | Loss:
    points = _points(one, reach, reach.n)
    if reach.before:
        points -= _points(one, reach, reach.before * reach.d)
    if points <= 0:
        return Loss(SchemeLossCode.NO_GAIN, "not one whole point is earned")
    return Plan(reach.index, (0, points), points=points)


def _points(one: Compiled, reach: Reach, n: int) -> int:
    index = reached(reach.tiers, n, reach.d)
    if index < 0:
        return 0
    lump = lump_at(reach.tiers, one.terms.calculation, index, n, reach.d)
    return lump.amount // (lump.divisor * MILLION)


def _rebate_plan(
    work: Working, one: Compiled, reach: Reach, targets: Sequence[WorkingLine]
) -> Plan | Loss:
    calculation, d = one.terms.calculation, reach.d
    amount = sum([line.now for line in targets])
    if one.terms.is_cumulative:
        past = whole(work.use_of(one).purchased_amount, work.exponent)
        before = accrued_coins(reach.tiers, calculation, reach.before * d, d, past)
        coins = accrued_coins(reach.tiers, calculation, reach.n, d, past + amount) - before
    else:
        coins = accrued_coins(reach.tiers, calculation, reach.n, d, amount)
    left = money_left(work, one)
    if left is not None and left[0] < coins:
        if not left[0]:
            return spent(left[1])
        return Plan(reach.index, (left[0], 0), rebate=left[0], cap=left[1])
    if coins <= 0:
        return Loss(SchemeLossCode.NO_GAIN, "no rebate accrues")
    return Plan(reach.index, (coins, 0), rebate=coins)
