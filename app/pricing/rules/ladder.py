"""Ladders of quantity breaks: how several scales become one ladder (Our rule 2)."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from app.pricing.rules.counts import Counts
from app.pricing.rules.exact import ONE, ZERO, Pair, less, minus, times, total_of
from app.pricing.rules.price_list import BreakType, Combination
from app.pricing.rules.price_row import PriceRow
from app.pricing.rules.request import RequestLine
from app.pricing.rules.result import LossCode
from app.pricing.rules.scale import Rung, Scale


class Dropped(NamedTuple):
    """A row that found no place in a ladder, why, and the row that took it."""

    scale: Scale
    row: PriceRow
    code: LossCode
    by_scale: Scale
    by_row: PriceRow


class Ladder(NamedTuple):
    """Rungs with rising, different thresholds."""

    rungs: tuple[Rung, ...]

    def reached(self, counts: Counts) -> Rung | None:
        """Find the highest rung whose threshold is met: `from 50` includes 50."""
        for rung in reversed(self.rungs):
            if rung.from_quantity <= counts[rung.basis]:
                return rung
        return None

    def average(self, top: Rung, counts: Counts, line: RequestLine) -> Pair:
        """Give the exact price per base unit once `top` is reached, with tax or not as it says.

        GRADUATED counts whole pieces: `from 20` prices the twentieth, so 19 stay below (P2); a
        divisible unit is cut at the threshold itself.
        """
        if top.break_type is BreakType.ALL_UNITS:
            return top.price
        piece = ZERO if line.divisible else ONE
        counted = counts[top.basis]
        ceiling, amount = counted, (ZERO, ONE)
        for rung in reversed(self.rungs[: self.rungs.index(top) + 1]):
            floor = max(minus(rung.from_quantity, piece), ZERO)
            floor = ZERO if rung is self.rungs[0] else floor
            price = rung.price_as(line.tax_rate, tax_inclusive=top.tax_inclusive)
            amount = total_of(amount, (times(minus(ceiling, floor), price[0]), price[1]))
            ceiling = floor
        return amount[0], times(amount[1], counted)


NO_LADDER = Ladder(())

_Place = tuple[Decimal, Scale, int]


def merged(
    scales: Sequence[Scale],
    line: RequestLine,
    counts: Counts,
    dropped: list[Dropped] | None = None,
) -> Ladder:
    """Make one ladder: each threshold from the strongest list that defines it (Our rule 2).

    A contract, or a list that replaces, closes everything weaker from its own lowest threshold
    up. A weaker row is never let in where it would raise the price that a stronger one gives.
    Where the two count by different bases, a stronger row does so only once it is reached. What is
    left out is written to `dropped`.
    """
    if not scales:
        return NO_LADDER
    ordered = by_strength(scales, line)
    first = ordered[0]
    if not first.has_ties and dropped is None and _shadows(first, ordered):
        return Ladder(tuple(first.rungs(line)))
    kept: list[_Place] = []
    closing: Scale | None = None
    for scale in ordered:
        _let_in(kept, scale, closing, counts, dropped)
        closing = _closing(closing, scale)
    rising = [scale.rung(place, line) for _, scale, place in kept]
    return Ladder(tuple(_without_raises(rising, line, counts, dropped)))


def outright(scales: Sequence[Scale], counts: Counts) -> int:
    """Find the place of the row that would be reached, where that is sure without making a ladder.

    It is, if scales are in order, the strongest has no ties and no graduation and gives way to
    none, one of its rows is reached, and no row of a weaker scale above that one, or it closes them
    all out; otherwise -1.
    """
    first = scales[0]
    contender = first.contender
    if first.has_ties or first.sources or contender.is_graduated or contender.yields:
        return -1
    basis, at = contender.basis, -1
    for threshold in first.thresholds:
        if threshold > counts[basis]:
            break
        at += 1
    if at < 0:
        return -1
    start, order, bars, is_disputed = first.thresholds[at], -1, contender.closes, False
    for scale in scales:
        weaker = scale.contender
        if weaker.order <= order:
            return -1
        order, bars = weaker.order, bars and weaker.basis == basis
        is_disputed = is_disputed or _is_reached_above(start, scale, counts[weaker.basis])
    return at if bars or not is_disputed else -1


def _in_order(scales: Sequence[Scale]) -> bool:
    order = -1
    for scale in scales:
        if scale.contender.order <= order:
            return False
        order = scale.contender.order
    return True


def _is_reached_above(start: Decimal, scale: Scale, counted: Decimal) -> bool:
    for threshold in scale.thresholds:
        if threshold > counted:
            return False
        if threshold > start:
            return True
    return False


def _shadows(first: Scale, ordered: Sequence[Scale]) -> bool:
    """Tell whether the strongest scale alone defines every threshold, as a derived list does."""
    thresholds, basis = first.thresholds, first.contender.basis
    for scale in ordered:
        if scale.thresholds != thresholds or scale.contender.basis != basis:
            return False
    return True


def by_strength(scales: Sequence[Scale], line: RequestLine) -> Sequence[Scale]:
    """Sort scales by their strongest row; lists of different tiers are in order already."""
    if len(scales) == 1:
        return scales
    return scales if _in_order(scales) else sorted(scales, key=lambda each: each.strongest(line))


def _let_in(
    kept: list[_Place],
    scale: Scale,
    closing: Scale | None,
    counts: Counts,
    dropped: list[Dropped] | None,
) -> None:
    at = 0
    for place, threshold in enumerate(scale.thresholds):
        if closing is not None and _closes(closing, scale, threshold, counts):
            _drop(dropped, scale, place, LossCode.REPLACED, (closing, 0))
            continue
        while at < len(kept) and kept[at][0] < threshold:
            at += 1
        if at < len(kept) and kept[at][0] == threshold and _counts(kept[at], scale, counts):
            _drop(dropped, scale, place, LossCode.WEAKER, kept[at][1:])
        else:
            kept.insert(at, (threshold, scale, place))


def _closes(closing: Scale, scale: Scale, threshold: Decimal, counts: Counts) -> bool:
    lowest = closing.thresholds[0]
    return lowest <= threshold and _counts((lowest, closing, 0), scale, counts)


def _counts(stronger: _Place, weaker: Scale, counts: Counts) -> bool:
    """Tell whether a row bars a weaker one: by the same basis, or once it is reached."""
    start, scale, _ = stronger
    basis = scale.contender.basis
    return basis == weaker.contender.basis or start <= counts[basis]


def _drop(
    dropped: list[Dropped] | None,
    scale: Scale,
    place: int,
    code: LossCode,
    winner: tuple[Scale, int],
) -> None:
    if dropped is not None:
        by_scale, by_place = winner
        dropped.append(Dropped(scale, scale.rows[place], code, by_scale, by_scale.rows[by_place]))


def _closing(closing: Scale | None, scale: Scale) -> Scale | None:
    contender = scale.contender
    if not contender.is_contract and contender.terms.combination is Combination.BY_BREAK:
        return closing
    if closing is not None and closing.thresholds[0] <= scale.thresholds[0]:
        return closing
    return scale


def _without_raises(
    rising: Sequence[Rung], line: RequestLine, counts: Counts, dropped: list[Dropped] | None
) -> list[Rung]:
    rungs: list[Rung] = []
    for rung in rising:
        below = _below(rungs, rung, counts)
        if below is None or below.scale is rung.scale or not _raises(below, rung, line):
            rungs.append(rung)
        elif dropped is not None:
            code = LossCode.RAISES_PRICE
            dropped.append(Dropped(rung.scale, rung.row, code, below.scale, below.row))
    return rungs


def _below(rungs: Sequence[Rung], rung: Rung, counts: Counts) -> Rung | None:
    """Find the rung whose price this one would replace."""
    for below in reversed(rungs):
        if below.basis == rung.basis or below.from_quantity <= counts[below.basis]:
            return below
    return None


def _raises(below: Rung, rung: Rung, line: RequestLine) -> bool:
    rate = line.tax_rate
    net_below = below.price_as(rate, tax_inclusive=False)
    dearer = less(net_below, rung.price_as(rate, tax_inclusive=False))
    return dearer and below.strength(line) < rung.strength(line)
