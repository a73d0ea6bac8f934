"""Step 12 of the waterfall: tax, after every price and discount (Our rule 4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from app.kernel.money import TaxMode, currency_exponent, spread
from app.pricing.rules.exact import ONE, ZERO, minus, plus, rounded, times


@dataclass(frozen=True, slots=True)
class TaxableLine:
    """An amount rounded to the currency, holding its tax or not; the rate is a fraction."""

    amount: Decimal
    tax_inclusive: bool
    tax_rate: Decimal
    tax_category_id: UUID | None


@dataclass(frozen=True, slots=True)
class TaxedAmount:
    """net + tax = gross, each rounded to the currency."""

    net: Decimal
    tax: Decimal
    gross: Decimal


def taxed(lines: Sequence[TaxableLine], mode: TaxMode, currency: str) -> list[TaxedAmount]:
    """Split each amount, in the order given, into net, tax and gross.

    PER_GROUP rounds the tax of all lines of one category and rate once and spreads it by largest
    remainder (P11). Where prices hold tax, tax is gross - net (P22).
    """
    if mode is TaxMode.PER_LINE:
        places = currency_exponent(currency)
        return [_split(line, _tax(line, line.amount, places)) for line in lines]
    return _by_group(lines, currency)


def _by_group(lines: Sequence[TaxableLine], currency: str) -> list[TaxedAmount]:
    places, groups = currency_exponent(currency), dict[object, list[int]]()
    for index, line in enumerate(lines):
        together = (line.tax_category_id, line.tax_rate, line.tax_inclusive)
        groups.setdefault(together, []).append(index)
    taxes: dict[int, Decimal] = {}
    for indexes in groups.values():
        weights = [lines[index].amount for index in indexes]
        tax = _tax(lines[indexes[0]], sum(weights, ZERO), places)
        taxes.update(zip(indexes, spread(tax, weights, currency), strict=True))
    return [_split(line, taxes[index]) for index, line in enumerate(lines)]


def _tax(like: TaxableLine, amount: Decimal, places: int) -> Decimal:
    if like.tax_inclusive:
        return minus(amount, rounded((amount, plus(ONE, like.tax_rate)), places))
    return rounded((times(amount, like.tax_rate), ONE), places)


def _split(line: TaxableLine, tax: Decimal) -> TaxedAmount:
    if line.tax_inclusive:
        return TaxedAmount(minus(line.amount, tax), tax, line.amount)
    return TaxedAmount(line.amount, tax, plus(line.amount, tax))
