"""Points as money: how many pay how much (R0-51)."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

from app.kernel.money import currency_exponent, round_money


@dataclass(frozen=True, slots=True, kw_only=True)
class Redemption:
    """Whole points and the money they pay."""

    points: int
    money: Decimal


def redeemable(points: int, value_per_point: Decimal, amount: Decimal, currency: str) -> Redemption:
    """Pay as much of an amount with points as they can: whole points, never more than the amount.

    What the points pay is rounded down to the coin, and no point is taken that pays nothing. A
    point is worth more than nothing.
    """
    value = Fraction(value_per_point)
    coins_in_one: int = 10 ** currency_exponent(currency)
    usable = max(0, min(points, floor(Fraction(amount) / value)))
    money = Fraction(floor(usable * value * coins_in_one), coins_in_one)
    return Redemption(points=ceil(money / value), money=round_money(money, currency))
