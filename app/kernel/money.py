"""Exact amounts of money: one rounding, one way to spread, one limit."""

from collections.abc import Sequence
from decimal import Context, Decimal
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from math import lcm

from babel.numbers import get_currency_precision, is_currency

from app.kernel.errors import Invalid

MAX_AMOUNT = Decimal("999999999999999.9999")
"""The largest amount that the column type numeric(19,4) holds."""

AMOUNT_PLACES = 4
"""Decimal places that the column type numeric(19,4) keeps."""

_EXACT = Context(prec=120)
_STEP = Decimal(1).scaleb(-AMOUNT_PLACES)


class TaxMode(StrEnum):
    """Where tax is rounded: on each line, or once on all lines of one category and rate."""

    PER_LINE = "PER_LINE"
    PER_GROUP = "PER_GROUP"


class FreeGoodsTax(StrEnum):
    """How free goods are taxed: as a discount of 100 %, or as supplied, borne by one side (P9)."""

    DISCOUNT = "DISCOUNT"
    SUPPLY_SELLER_BEARS = "SUPPLY_SELLER_BEARS"
    SUPPLY_BUYER_BEARS = "SUPPLY_BUYER_BEARS"


class UnknownCurrency(ValueError):
    """The code is not a currency of ISO 4217."""


class AmountOutOfRange(ValueError):
    """The amount cannot be stored exactly in numeric(19,4)."""


class UnspreadableAmount(ValueError):
    """The total has a fraction of the smallest coin, or there is nothing to spread it over."""


@lru_cache(maxsize=512)
def currency_exponent(currency: str) -> int:
    """Tell how many decimal places the currency's smallest coin has; fails on unknown codes."""
    if not is_currency(currency):
        raise UnknownCurrency(f"{currency!r} is not a currency code")
    return get_currency_precision(currency)


def typed_currency(code: str, field: str = "currency") -> str:
    """Pass a code that a person typed on unchanged; raises `Invalid` at the field."""
    try:
        currency_exponent(code)
    except UnknownCurrency as unknown:
        raise Invalid(field, f"{unknown}: give one of ISO 4217, such as CNY") from unknown
    return code


def round_half_up(value: Decimal | Fraction, places: int) -> Decimal:
    """Round to a number of places, halves away from zero, whatever the ambient decimal context."""
    scaled = Fraction(value) * 10**places
    magnitude = (2 * abs(scaled.numerator) + scaled.denominator) // (2 * scaled.denominator)
    sign = int(scaled < 0 < magnitude)
    return Decimal((sign, tuple(int(digit) for digit in str(magnitude)), -places))


def round_money(amount: Decimal | Fraction, currency: str) -> Decimal:
    """Round half up to the currency's smallest coin; the only place where money is rounded.

    Our rule 4: an exact amount passes here once, when it becomes the amount of a line or of a tax.
    """
    return round_half_up(amount, currency_exponent(currency))


def checked_amount(amount: Decimal) -> Decimal:
    """Pass the amount on unchanged, or fail if numeric(19,4) could not hold it exactly."""
    if not amount.is_finite() or amount.copy_abs() > MAX_AMOUNT:
        raise AmountOutOfRange(f"{amount} is not within {MAX_AMOUNT}")
    if _EXACT.remainder(amount, _STEP):
        raise AmountOutOfRange(f"{amount} has more than {AMOUNT_PLACES} decimal places")
    return amount


def spread(total: Decimal, weights: Sequence[Decimal], currency: str) -> list[Decimal]:
    """Split a total by weight so that the rounded parts, in the order of weights, sum to it.

    Largest remainder (P10); ties go to the earlier weight. A negative total spreads as its mirror
    image. Weights may not be negative, nor all zero unless the total is.
    """
    places = currency_exponent(currency)
    coins = Fraction(total) * 10**places
    if coins.denominator != 1:
        raise UnspreadableAmount(f"{total} is not a whole number of the smallest {currency} coin")
    parts = spread_coins(abs(coins.numerator), _whole_weights(weights))
    sign = -1 if coins < 0 else 1
    return [round_half_up(Fraction(sign * part, 10**places), places) for part in parts]


def spread_coins(coins: int, weights: Sequence[int]) -> list[int]:
    """Split a number of coins, not negative, by weight: the rule of spread in whole numbers."""
    whole = sum(weights)
    if min(weights, default=0) < 0 or (whole == 0 and coins):
        raise UnspreadableAmount("weights must not be negative, nor all zero")
    if whole == 0:
        return [0] * len(weights)
    products = [coins * weight for weight in weights]
    parts = [each // whole for each in products]
    missing = coins - sum(parts)
    if missing:
        rests = [each % whole for each in products]
        # Sorting in reverse keeps the order of equals.
        places = sorted(range(len(rests)), key=rests.__getitem__, reverse=True)
        for place in places[:missing]:
            parts[place] += 1
    return parts


def _whole_weights(weights: Sequence[Decimal]) -> list[int]:
    ratios = [weight.as_integer_ratio() for weight in weights]
    common = lcm(*(denominator for _, denominator in ratios))
    return [numerator * (common // denominator) for numerator, denominator in ratios]
