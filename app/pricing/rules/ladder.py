"""Ladders of quantity breaks: how rows become rungs and several ladders one (Our rule 2)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from app.pricing.rules.candidate import BreakType, Combination, PriceCandidate, PriceKind
from app.pricing.rules.eligibility import loss
from app.pricing.rules.precedence import Strength, why_stronger
from app.pricing.rules.result import LosingCandidate, LossCode
from app.pricing.rules.wording import shown


@dataclass(frozen=True, slots=True)
class Rung:
    """An exact price per base unit from a threshold, in base units, upwards."""

    candidate: PriceCandidate
    strength: Strength
    from_quantity: Decimal
    price: Fraction
    tax_inclusive: bool
    break_type: BreakType

    def price_as(self, tax_rate: Decimal, *, tax_inclusive: bool) -> Fraction:
        """Give the price with or without tax, exactly."""
        if self.tax_inclusive == tax_inclusive:
            return self.price
        factor = 1 + Fraction(tax_rate)
        return self.price * factor if tax_inclusive else self.price / factor


@dataclass(frozen=True, slots=True)
class Ladder:
    """Rungs with rising, different thresholds, and the rungs that found no place among them."""

    rungs: tuple[Rung, ...]
    dropped: tuple[tuple[Rung, LosingCandidate], ...] = ()

    def reached(self, quantity: Decimal) -> Rung | None:
        """Find the highest rung whose threshold the quantity meets: `from 50` includes 50."""
        met = [rung for rung in self.rungs if rung.from_quantity <= quantity]
        return met[-1] if met else None

    def total(self, quantity: Decimal, tax_rate: Decimal, *, divisible: bool) -> Fraction:
        """Price the whole quantity exactly, with tax or not as the rung reached says.

        GRADUATED counts whole pieces: `from 20` prices the twentieth, so 19 stay below (P2); a
        divisible unit is cut at the threshold itself. Fails below the lowest rung.
        """
        top = self.reached(quantity)
        if top is None:
            raise ValueError(f"no rung starts at or below {quantity}")
        if top.break_type is BreakType.ALL_UNITS:
            return top.price * Fraction(quantity)
        piece = 0 if divisible else 1
        ceiling, amount = Fraction(quantity), Fraction(0)
        for rung in reversed(self.rungs[: self.rungs.index(top) + 1]):
            floor = max(Fraction(rung.from_quantity) - piece, Fraction(0))
            floor = Fraction(0) if rung is self.rungs[0] else floor
            amount += (ceiling - floor) * rung.price_as(tax_rate, tax_inclusive=top.tax_inclusive)
            ceiling = floor
        return amount


def derived_rungs(percentage: Rung, base: Ladder, until: Decimal | None) -> list[Rung]:
    """Take a percentage of every list price from the row's threshold to its next one.

    The percentage row so defines each break of the list price that it spans, graduated if either
    of the two is. Empty where there is no list price.
    """
    share = Fraction(percentage.candidate.percent_of_list or 0) / 100
    start = percentage.from_quantity
    thresholds = {start} | {rung.from_quantity for rung in base.rungs}
    rungs: list[Rung] = []
    for threshold in sorted(thresholds):
        source = base.reached(threshold)
        inside = start <= threshold and (until is None or threshold < until)
        if source is not None and inside:
            rungs.append(_derived(percentage, source, threshold, share))
    return rungs


def _derived(percentage: Rung, source: Rung, threshold: Decimal, share: Fraction) -> Rung:
    graduated = BreakType.GRADUATED in (percentage.break_type, source.break_type)
    return replace(
        percentage,
        from_quantity=threshold,
        price=source.price * share,
        tax_inclusive=source.tax_inclusive,
        break_type=BreakType.GRADUATED if graduated else BreakType.ALL_UNITS,
    )


def merged(rungs: Iterable[Rung], tax_rate: Decimal) -> Ladder:
    """Make one ladder: each threshold from the strongest list that defines it (Our rule 2).

    A contract, or a list that replaces, closes everything weaker from its own lowest threshold
    up. A weaker row is never let in where it would raise the price that a stronger one gives.
    """
    kept: dict[Decimal, Rung] = {}
    dropped: list[tuple[Rung, LosingCandidate]] = []
    closing: Rung | None = None
    for ladder in _by_strength(rungs):
        for rung in ladder:
            if closing is not None and closing.from_quantity <= rung.from_quantity:
                dropped.append((rung, _replaced(rung, closing)))
            elif rung.from_quantity in kept:
                dropped.append((rung, _weaker(rung, kept[rung.from_quantity])))
            else:
                kept[rung.from_quantity] = rung
        closing = _closing(closing, ladder[0])
    rising = [kept[threshold] for threshold in sorted(kept)]
    return _without_raises(rising, dropped, tax_rate)


def _by_strength(rungs: Iterable[Rung]) -> list[list[Rung]]:
    ladders: dict[tuple[object, ...], list[Rung]] = {}
    for rung in sorted(rungs, key=lambda rung: (rung.from_quantity, rung.strength)):
        ladders.setdefault(rung.candidate.ladder_key, []).append(rung)
    return sorted(ladders.values(), key=lambda ladder: min(rung.strength for rung in ladder))


def _closing(closing: Rung | None, lowest: Rung) -> Rung | None:
    contract = lowest.candidate.kind is PriceKind.CONTRACT
    if not contract and lowest.candidate.combination is Combination.BY_BREAK:
        return closing
    if closing is not None and closing.from_quantity <= lowest.from_quantity:
        return closing
    return lowest


def _without_raises(
    rising: Sequence[Rung], dropped: list[tuple[Rung, LosingCandidate]], tax_rate: Decimal
) -> Ladder:
    rungs: list[Rung] = []
    for rung in rising:
        if rungs and _raises(rungs[-1], rung, tax_rate):
            reason = f"would raise the price that {rungs[-1].candidate.list_name} gives"
            dropped.append((rung, loss(rung.candidate, LossCode.RAISES_PRICE, reason)))
        else:
            rungs.append(rung)
    return Ladder(tuple(rungs), tuple(dropped))


def _raises(below: Rung, rung: Rung, tax_rate: Decimal) -> bool:
    if rung.candidate.ladder_key == below.candidate.ladder_key:
        return False
    dearer = rung.price_as(tax_rate, tax_inclusive=False) > below.price_as(
        tax_rate, tax_inclusive=False
    )
    return dearer and below.strength < rung.strength


def _replaced(rung: Rung, closing: Rung) -> LosingCandidate:
    reason = (
        f"{closing.candidate.list_name} replaces all breaks from {shown(closing.from_quantity)}"
    )
    return loss(rung.candidate, LossCode.REPLACED, reason)


def _weaker(rung: Rung, winner: Rung) -> LosingCandidate:
    reason = f"{winner.candidate.list_name} {why_stronger(winner.strength, rung.strength)}"
    return loss(rung.candidate, LossCode.WEAKER, reason)
