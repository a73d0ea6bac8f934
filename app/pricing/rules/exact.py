"""Exact arithmetic on prices written as two decimals: an amount, and the base units it pays for.

A price per piece from a case of 24 at 100.00 is (100.00, 24): it never becomes 4.17. Nothing here
depends on the ambient decimal context, and only `rounded` and `to_multiple` round.
"""

from decimal import ROUND_HALF_UP, Context, Decimal, Inexact

Pair = tuple[Decimal, Decimal]
"""An exact number: the first divided by the second, which is above zero."""

ZERO, ONE, HUNDRED = Decimal(0), Decimal(1), Decimal(100)

_DIGITS = 5000
_EXACT = Context(prec=_DIGITS)
_EXACT.traps[Inexact] = True
_HALF_UP = Context(prec=_DIGITS, rounding=ROUND_HALF_UP)
_STEPS = tuple(Decimal(1).scaleb(-places) for places in range(12))

times = _EXACT.multiply
plus = _EXACT.add
minus = _EXACT.subtract


def percent(number: Decimal) -> Decimal:
    """Make a factor of a percentage: 88 is 0.88."""
    return number.scaleb(-2, _EXACT)


def rounded(number: Pair, places: int) -> Decimal:
    """Round an exact number that is not negative half up to so many decimal places."""
    top, bottom = number
    if bottom is ONE or bottom == ONE:
        return to_places(top, places)
    return _quotient(top.scaleb(places, _EXACT), bottom).scaleb(-places, _EXACT)


def to_places(number: Decimal, places: int) -> Decimal:
    """Round half up, away from zero, to so many decimal places."""
    return number.quantize(_STEPS[places], ROUND_HALF_UP, _HALF_UP)


def to_multiple(number: Pair, multiple: Decimal) -> Decimal:
    """Round half up, away from zero, to a whole number of multiples."""
    top, bottom = number
    whole = _quotient(top.copy_abs(), times(bottom, multiple))
    return times(whole.copy_sign(top), multiple)


def product(number: Pair, factor: Decimal) -> Pair:
    """Multiply exactly; where the factor is what the price pays for, the result is whole."""
    top, bottom = number
    return (top, ONE) if factor == bottom else (times(top, factor), bottom)


def total_of(first: Pair, second: Pair) -> Pair:
    """Add exactly."""
    if first[1] == second[1]:
        return plus(first[0], second[0]), first[1]
    crossed = plus(times(first[0], second[1]), times(second[0], first[1]))
    return crossed, times(first[1], second[1])


def less(first: Pair, second: Pair) -> bool:
    """Tell whether the first is the smaller number."""
    if first[1] == second[1]:
        return first[0] < second[0]
    return times(first[0], second[1]) < times(second[0], first[1])


def same(first: Pair, second: Pair) -> bool:
    """Tell whether both are one number, however written."""
    if first[1] == second[1]:
        return first[0] == second[0]
    return times(first[0], second[1]) == times(second[0], first[1])


def _quotient(top: Decimal, bottom: Decimal) -> Decimal:
    whole, rest = _EXACT.divmod(top, bottom)
    return plus(whole, ONE) if plus(rest, rest) >= bottom else whole
