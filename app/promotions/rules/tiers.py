"""What a measure reaches on a ladder of tiers, in whole numbers (P8).

Measures are fractions n/d of millionths, thresholds and benefits are millionths.
"""

from typing import NamedTuple

from app.promotions.rules.words import Calculation

MILLION = 10**6
_STEP, _RECURRING, _CONTINUOUS = (
    Calculation.STEP,
    Calculation.RECURRING,
    Calculation.CONTINUOUS,
)

Tiers = tuple[tuple[int, int], ...]
"""Threshold and benefit of each tier, lowest first."""


class Rate(NamedTuple):
    """A benefit per unit: `covered`/`divisor` of the goods get `benefit`/`divisor` on average."""

    covered: int
    benefit: int
    divisor: int


class Lump(NamedTuple):
    """A benefit in all: `amount`/`divisor` millionths."""

    amount: int
    divisor: int


def reached(tiers: Tiers, n: int, d: int) -> int:
    """Return the index of the highest tier that the measure reaches, or -1."""
    for index in range(len(tiers) - 1, -1, -1):
        if n >= tiers[index][0] * d:
            return index
    return -1


def rate_at(tiers: Tiers, calculation: Calculation, index: int, n: int, d: int) -> Rate:
    """Return what each unit gets at the reached tier: RECURRING covers whole multiples only."""
    if calculation is not _RECURRING:
        return Rate(1, tiers[index][1], 1)
    covered, benefit, rest = 0, 0, n
    for threshold, each in tiers[index::-1]:
        times, rest = divmod(rest, threshold * d)
        weight = times * threshold * d
        covered += weight
        benefit += weight * each
    return Rate(covered, benefit, n)


def lump_at(tiers: Tiers, calculation: Calculation, index: int, n: int, d: int) -> Lump:
    """Return what the measure gets in all at the reached tier."""
    threshold, benefit = tiers[index]
    if calculation is _STEP:
        return Lump(benefit, 1)
    if calculation is _CONTINUOUS:
        return Lump(n * benefit, d * threshold)
    total, rest = 0, n
    for step, each in tiers[index::-1]:
        times, rest = divmod(rest, step * d)
        total += times * each
    return Lump(total, 1)


def missing_for_next(tiers: Tiers, index: int, n: int, d: int) -> int:
    """Return the millionths missing until a RECURRING ladder gives more, rounded up."""
    rest, gaps = n, [threshold * d - n for threshold, _ in tiers[index + 1 : index + 2]]
    for threshold, _ in tiers[index::-1] if index >= 0 else ():
        rest %= threshold * d
    gaps.append(tiers[0][0] * d - rest)
    return -(-min(gaps) // d)


def half_up(numerator: int, divisor: int) -> int:
    """Round a fraction that is not negative to a whole number, half up."""
    return (2 * numerator + divisor) // (2 * divisor)
