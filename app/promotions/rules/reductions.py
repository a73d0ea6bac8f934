"""What schemes take off amounts: on lines, and on the order."""

from collections.abc import Sequence

from app.kernel.money import spread_coins
from app.kernel.quantity import PackagingLevel
from app.promotions.rules.compiled import Compiled, whole
from app.promotions.rules.left import Left, money_left, spent
from app.promotions.rules.outcome import Loss
from app.promotions.rules.tiers import MILLION, Rate, half_up, lump_at, rate_at
from app.promotions.rules.words import BenefitKind, PercentChaining, SchemeLossCode
from app.promotions.rules.working import Cuts, Plan, Reach, Working, WorkingLine

_PERCENT = 100 * MILLION
_PIECE, _CHAINED = PackagingLevel.PIECE, PercentChaining.CHAINED
_PERCENT_OFF, _FIXED_PRICE = BenefitKind.PERCENT_OFF, BenefitKind.FIXED_PRICE
_NO_GAIN = Loss(SchemeLossCode.NO_GAIN, "takes nothing off the amounts as they are")


def line_plan(
    work: Working, one: Compiled, reach: Reach, targets: Sequence[WorkingLine]
) -> Plan | Loss:
    """Cut each line by the rate of the reached tier, rounded once per line."""
    rate = rate_at(reach.tiers, one.terms.calculation, reach.index, reach.n, reach.d)
    cuts = _line_cuts(work, one, rate, targets)
    total = sum([cut for _, cut in cuts])
    if not total:
        return _NO_GAIN
    left = money_left(work, one)
    if left is None or left[0] >= total:
        return Plan(reach.index, (total, 0), cuts)
    return _capped(reach.index, cuts, left)


def order_plan(
    work: Working, one: Compiled, reach: Reach, targets: Sequence[WorkingLine]
) -> Plan | Loss:
    """Reduce the subtotal of the lines and spread it over them by largest remainder (P10)."""
    amounts = [line.now for line in targets]
    total = min(_order_reduction(work, one, reach, targets), sum(amounts))
    if total <= 0:
        return _NO_GAIN

    def cuts() -> Cuts:
        parts = spread_coins(total, amounts)
        return [(line, part) for line, part in zip(targets, parts, strict=True) if part]

    left = money_left(work, one)
    if left is None or left[0] >= total:
        return Plan(reach.index, (total, 0), later=cuts)
    return _capped(reach.index, cuts(), left)


def _order_reduction(
    work: Working, one: Compiled, reach: Reach, targets: Sequence[WorkingLine]
) -> int:
    terms = one.terms
    if terms.benefit is _PERCENT_OFF:
        rate = rate_at(reach.tiers, terms.calculation, reach.index, reach.n, reach.d)
        chained = terms.percent_chaining is _CHAINED
        base = sum([line.now if chained else line.start for line in targets])
        return half_up(base * rate.benefit, _PERCENT * rate.divisor)
    lump = lump_at(reach.tiers, terms.calculation, reach.index, reach.n, reach.d)
    total = half_up(lump.amount, lump.divisor * work.coin)
    if terms.is_cumulative:
        total -= whole(work.use_of(one).buyer_money, work.exponent)
    return max(0, total)


def _line_cuts(work: Working, one: Compiled, rate: Rate, targets: Sequence[WorkingLine]) -> Cuts:
    benefit = one.terms.benefit
    if benefit is _PERCENT_OFF:
        return _percent_cuts(one, rate, targets)
    level = one.unit_level or _PIECE
    cuts: Cuts = []
    for line in targets:
        unit = line.factor(level) * work.coin
        if benefit is _FIXED_PRICE:
            cut = _fixed_price_cut(line, rate, unit)
        else:
            cut = half_up(line.paid * rate.benefit, unit * rate.divisor)
        if cut > 0 and line.now:
            cuts.append((line, min(cut, line.now)))
    return cuts


def _percent_cuts(one: Compiled, rate: Rate, targets: Sequence[WorkingLine]) -> Cuts:
    doubled, divisor = 2 * rate.benefit, _PERCENT * rate.divisor
    chained = one.terms.percent_chaining is _CHAINED
    cuts: Cuts = []
    for line in targets:
        base = line.now if chained else line.start
        cut = (base * doubled + divisor) // (2 * divisor)
        if cut and line.now:
            cuts.append((line, min(cut, line.now)))
    return cuts


def _fixed_price_cut(line: WorkingLine, rate: Rate, unit: int) -> int:
    uncovered = line.now * (rate.divisor - rate.covered) * unit
    after = half_up(uncovered + line.paid * rate.benefit, rate.divisor * unit)
    return line.now - after


def _capped(tier: int, cuts: Cuts, left: Left) -> Plan | Loss:
    coins, code = left
    if not coins:
        return spent(code)
    parts = spread_coins(coins, [cut for _, cut in cuts])
    kept = [(line, part) for (line, _), part in zip(cuts, parts, strict=True) if part]
    return Plan(tier, (coins, 0), kept, cap=code)
