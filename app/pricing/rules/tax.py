"""Step 12 of the waterfall: tax, after every price and discount (Our rule 4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from app.kernel.money import TaxMode, round_money, spread


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
    groups: dict[object, list[int]] = {}
    for index, line in enumerate(lines):
        together = (line.tax_category_id, line.tax_rate, line.tax_inclusive)
        groups.setdefault(index if mode is TaxMode.PER_LINE else together, []).append(index)
    taxes: dict[int, Decimal] = {}
    for indexes in groups.values():
        group = [lines[index] for index in indexes]
        weights = [line.amount for line in group]
        taxes.update(zip(indexes, spread(_tax(group, currency), weights, currency), strict=True))
    return [_split(line, taxes[index]) for index, line in enumerate(lines)]


def _tax(group: Sequence[TaxableLine], currency: str) -> Decimal:
    rate = Fraction(group[0].tax_rate)
    amount = sum((line.amount for line in group), Decimal(0))
    if group[0].tax_inclusive:
        return amount - round_money(Fraction(amount) / (1 + rate), currency)
    return round_money(Fraction(amount) * rate, currency)


def _split(line: TaxableLine, tax: Decimal) -> TaxedAmount:
    if line.tax_inclusive:
        return TaxedAmount(line.amount - tax, tax, line.amount)
    return TaxedAmount(line.amount, tax, line.amount + tax)
