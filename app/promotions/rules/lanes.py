"""One lane of the waterfall: each scheme in its turn, exclusion groups decided at their first."""

from collections.abc import Sequence
from typing import NamedTuple

from app.promotions.rules.compiled import EXACT, Compiled, shown_millionths
from app.promotions.rules.gifts import gift_plan
from app.promotions.rules.measuring import in_units, reach
from app.promotions.rules.outcome import Loss, SchemeStep
from app.promotions.rules.reductions import line_plan, order_plan
from app.promotions.rules.rewards import reward_plan
from app.promotions.rules.speaking import silence, used_up
from app.promotions.rules.words import ExclusionRule, Lane, SchemeLossCode
from app.promotions.rules.working import Plan, Reach, Working, WorkingLine

_PLANNERS = {
    Lane.LINE: line_plan,
    Lane.ORDER: order_plan,
    Lane.FREE_GOODS: gift_plan,
    Lane.POINTS: reward_plan,
}
_CAPPED = {
    SchemeLossCode.BUYER_LIMIT_REACHED: ", cut to what the buyer's limit leaves",
    SchemeLossCode.BUDGET_SPENT: ", cut to what the budget leaves",
}


_BEST = ExclusionRule.BEST


class Winner(NamedTuple):
    """The scheme of a group that counts, and its plan when so many schemes had given."""

    one: Compiled
    plan: Plan
    done: int


def run_lane(work: Working, schemes: Sequence[Compiled]) -> None:
    """Apply the schemes of one lane, which stand in the waterfall's order."""
    for line in work.lines:
        line.start = line.now
    winners: dict[str, Winner | None] = {}
    for one in schemes:
        group = one.group
        if group is None:
            _settle(work, one, _planned(work, one))
            continue
        if group not in winners:
            members = [each for each in schemes if each.group == group]
            winners[group] = _contest(work, members)
        winner = winners[group]
        if winner is not None and winner.one is one:
            is_fresh = winner.done == len(work.given)
            _settle(work, one, winner.plan if is_fresh else _planned(work, one))


def _contest(work: Working, members: Sequence[Compiled]) -> Winner | None:
    """Choose the member of a group that counts, and write down why the others do not.

    All are compared on the amounts as they stand when the first of them has its turn, whose rule
    decides; a gift is worth the price of the same SKU in the basket, else its quantity decides.
    """
    outcomes = [(one, _planned(work, one)) for one in members]
    able = [(one, plan) for one, plan in outcomes if isinstance(plan, Plan)]
    if not able:
        work.lost += [(one, loss) for one, loss in outcomes if isinstance(loss, Loss)]
        return None
    winner, plan = able[0]
    if members[0].terms.exclusion_rule is _BEST:
        winner, plan = max(able, key=_advantage)
    excluded = Loss(
        SchemeLossCode.EXCLUDED,
        f"excluded by {winner.scheme.name} in group {winner.terms.exclusion_group}",
    )
    for one, outcome in outcomes:
        if one is not winner:
            work.lost.append((one, outcome if isinstance(outcome, Loss) else excluded))
    return Winner(winner, plan, len(work.given))


def _advantage(pair: tuple[Compiled, Plan]) -> tuple[tuple[int, int], int, int]:
    one, plan = pair
    return plan.gain, -one.terms.sequence, -one.rank


def _planned(work: Working, one: Compiled) -> Plan | Loss:
    if one.fault is not None:
        return _failed(one.fault)
    try:
        return _plan(work, one)
    except Exception as fault:  # noqa: BLE001  # a failing scheme is reported, and harms no other.
        return _failed(fault)


def _failed(fault: Exception) -> Loss:
    return Loss(SchemeLossCode.RULE_FAILED, f"{type(fault).__name__}: {fault}")


def _plan(work: Working, one: Compiled) -> Plan | Loss:
    silent = silence(work.basket, one, work.traits)
    if silent is not None:
        return silent
    lines = in_units(work.lines_in(one.trigger), one.unit_level)
    if not lines:
        return _without_lines(work, one)
    if one.keeps_tally:
        work.covered[one.position] = lines
    if one.limits is not None:
        loss = used_up(one.limits, work.use_of(one))
        if loss is not None:
            return loss
    far = reach(work, one, lines)
    work.reaches[one.position] = far
    if far.index < 0:
        return _short(one, far)
    if one.target is one.trigger:
        return _PLANNERS[one.lane](work, one, far, lines)
    targets = in_units(work.lines_in(one.target), one.unit_level)
    return _PLANNERS[one.lane](work, one, far, targets)


def _without_lines(work: Working, one: Compiled) -> Loss:
    closed = [line for line in work.all_in(one.trigger) if not line.is_promotable]
    if closed:
        return not_promotable(closed)
    return Loss(SchemeLossCode.NO_QUALIFYING_LINE, "no line of the basket counts towards it")


def not_promotable(lines: Sequence[WorkingLine]) -> Loss:
    """Name the lines that a contract price keeps from schemes."""
    keys = ", ".join(line.key for line in lines)
    return Loss(SchemeLossCode.NOT_PROMOTABLE, f"prices are not promotable on lines {keys}")


def _short(one: Compiled, far: Reach) -> Loss:
    if far.unmet is not None:
        more = f"{shown_millionths(far.unmet[1])} more {one.measured_in}"
        return Loss(SchemeLossCode.REQUIREMENT_NOT_MET, f"{more} of required goods are missing")
    measured = shown_millionths(far.n // far.d)
    reason = f"{measured} {one.measured_in} reached, {one.texts[0]}"
    return Loss(SchemeLossCode.THRESHOLD_NOT_REACHED, reason)


def _settle(work: Working, one: Compiled, outcome: Plan | Loss) -> None:
    if isinstance(outcome, Loss):
        work.lost.append((one, outcome))
        return
    if outcome.later is not None:
        outcome.cuts = outcome.later()
    if outcome.cuts:
        _cut(work, one, outcome)
    for line, goods in outcome.taken:
        line.paid -= goods
    work.given.append((one, outcome))


def reason_of(one: Compiled, plan: Plan) -> str:
    """Say why the scheme gives what it gives, and which limit cut it."""
    reason = one.reasons[plan.tier]
    return reason if plan.cap is None else reason + _CAPPED[plan.cap]


def _cut(work: Working, one: Compiled, plan: Plan) -> None:
    lane, benefit, reason = one.lane, one.terms.benefit, reason_of(one, plan)
    scheme_id, version_id, steps = one.scheme_id, one.scheme.version_id, work.steps
    multiply, unit = EXACT.multiply, work.unit
    for line, cut in plan.cuts:
        if not cut:
            continue
        before = line.shown
        line.now -= cut
        line.shown = multiply(line.now, unit)
        steps.append(
            SchemeStep(line.key, lane, benefit, scheme_id, version_id, before, line.shown, reason)
        )
