"""Money between payments and invoices: plain functions over exact amounts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from uuid import UUID

from app.kernel.money import currency_exponent, round_half_up, round_money


class Age(StrEnum):
    """How long something has been due: not yet, or so many days."""

    NOT_DUE = "NOT_DUE"
    DAYS_1_TO_30 = "DAYS_1_TO_30"
    DAYS_31_TO_60 = "DAYS_31_TO_60"
    DAYS_61_TO_90 = "DAYS_61_TO_90"
    OVER_90_DAYS = "OVER_90_DAYS"


AGES: Sequence[tuple[Age, int | None]] = (
    (Age.NOT_DUE, 0),
    (Age.DAYS_1_TO_30, 30),
    (Age.DAYS_31_TO_60, 60),
    (Age.DAYS_61_TO_90, 90),
    (Age.OVER_90_DAYS, None),
)
"""Each age with the most days past the day on which it was due."""


@dataclass(frozen=True, slots=True)
class InvoiceLineDraft:
    """What is to be billed of one line: pieces, their share of the stored quote, and deposits."""

    source_line_id: UUID
    position: int
    sku_id: UUID
    quantity: Decimal
    net: Decimal
    tax: Decimal
    tax_rate_percent: Decimal
    deposit: Decimal = Decimal(0)


def fits_currency(amount: Decimal, currency: str) -> bool:
    """Whether the amount is a whole number of the currency's smallest coin."""
    return round_half_up(amount, currency_exponent(currency)) == amount


def take(payments: Iterable[tuple[UUID, Decimal]], due: Decimal) -> Sequence[tuple[UUID, Decimal]]:
    """Take what is due from unallocated payments in their order; what is left stays theirs."""
    taken: list[tuple[UUID, Decimal]] = []
    for payment_id, unallocated in payments:
        amount = min(unallocated, due)
        if amount > 0:
            taken.append((payment_id, amount))
            due -= amount
    return taken


@dataclass(frozen=True, slots=True)
class Share:
    """What part of a line comes to: net, tax, and deposits beside both."""

    net: Decimal
    tax: Decimal
    deposit: Decimal

    def __sub__(self, other: "Share") -> "Share":
        """Return what is left."""
        return Share(self.net - other.net, self.tax - other.tax, self.deposit - other.deposit)


NO_SHARE = Share(Decimal(0), Decimal(0), Decimal(0))


def share_of(whole: Share, part: Decimal, of: Decimal, currency: str) -> Share:
    """Return the share that `part` pieces have in what `of` pieces cost; each amount is rounded.

    The tax is what is left of the share of the gross, as where an order is billed.
    """
    portion = Fraction(part) / Fraction(of)
    net = round_money(Fraction(whole.net) * portion, currency)
    gross = round_money(Fraction(whole.net + whole.tax) * portion, currency)
    return Share(net, gross - net, round_money(Fraction(whole.deposit) * portion, currency))


def by_rate(
    amounts: Iterable[tuple[Decimal, Decimal, Decimal]],
) -> list[tuple[Decimal, Decimal, Decimal]]:
    """Sum net and tax of each rate, the lowest rate first; nothing is rounded anew.

    Each of the amounts is a line's rate, net and tax, and so is each sum.
    """
    totals: dict[Decimal, tuple[Decimal, Decimal]] = {}
    for rate, line_net, line_tax in amounts:
        net, tax = totals.get(rate, (Decimal(0), Decimal(0)))
        totals[rate] = (net + line_net, tax + line_tax)
    return [(rate, *totals[rate]) for rate in sorted(totals)]


def document_number(year: int, number: int) -> str:
    """Write a number as papers have it: the year of its series, then at least six digits."""
    return f"{year}-{number:06}" if year else f"{number:06}"
