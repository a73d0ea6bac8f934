"""Scales: the rows of one list for one scope and unit, and the rungs they become when priced."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from app.kernel.quantity import PackagingLevel
from app.pricing.rules.derivation import Chain, share_through, through
from app.pricing.rules.exact import ONE, ZERO, Pair, percent, plus, product, times
from app.pricing.rules.precedence import Contender, Strength, strength
from app.pricing.rules.price_list import BreakType
from app.pricing.rules.price_row import PriceRow
from app.pricing.rules.request import RequestLine

Steps = tuple[Sequence[PriceRow], Sequence[Chain], Sequence[Decimal], bool]
"""Rows of a list for one scope and unit, the chain of each, their thresholds, and if any are equal.

A plain tuple, for thousands of them are made for one question.
"""


Unit = tuple[UUID | None, PackagingLevel | None]
"""The brand and the packaging level that rows name, if any."""


class Rung(NamedTuple):
    """An exact price per base unit from a threshold upwards.

    The threshold counts base units by the basis that stands at this place of the counts.
    """

    scale: "Scale"
    row: PriceRow
    chain: Chain
    from_quantity: Decimal
    price: Pair
    tax_inclusive: bool
    break_type: BreakType
    basis: int

    @property
    def list_name(self) -> str:
        """The name of the list that the row stands in, or that derives it."""
        return self.scale.contender.terms.name

    def strength(self, line: RequestLine) -> Strength:
        """Rank the rung among all that cover the line."""
        return strength(self.scale.contender, line, self.row)

    def price_as(self, tax_rate: Decimal, *, tax_inclusive: bool) -> Pair:
        """Give the price with or without tax, exactly."""
        if self.tax_inclusive == tax_inclusive:
            return self.price
        top, bottom = self.price
        factor = plus(ONE, tax_rate)
        return (times(top, factor), bottom) if tax_inclusive else (top, times(bottom, factor))


class Scale:
    """Rows with rising thresholds, strongest first at each; sources price those in percent.

    chains, thresholds and sources run beside the rows. Immutable once made.
    """

    __slots__ = (
        "brand",
        "chains",
        "contender",
        "has_ties",
        "level",
        "rows",
        "sources",
        "thresholds",
    )

    def __init__(
        self,
        contender: Contender,
        unit: Unit,
        steps: Steps,
        sources: Sequence[Rung | None] | None = None,
    ) -> None:
        self.contender = contender
        self.brand, self.level = unit
        self.rows, self.chains, self.thresholds, self.has_ties = steps
        self.sources = sources

    def rungs(self, line: RequestLine) -> list[Rung]:
        """Price every row for the line's unit."""
        if self.sources is not None:
            return [self.rung(place, line) for place in range(len(self.rows))]
        contender = self.contender
        terms, basis, markup = contender.terms, contender.basis, contender.markup
        inclusive, breaks = terms.is_tax_inclusive, terms.break_type
        # Of a tuple, in half the time: hundreds are made for a page.
        new = tuple.__new__  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
        prices = _prices(self.rows, self.chains, line, markup)
        return [
            new(Rung, (self, row, chain, start, price, inclusive, breaks, basis))
            for row, chain, start, price in zip(
                self.rows, self.chains, self.thresholds, prices, strict=True
            )
        ]

    def rung(self, place: int, line: RequestLine) -> Rung:
        """Price one row for the line's unit."""
        source = None if self.sources is None else self.sources[place]
        if source is not None:
            return self._share(place, source, line)
        row, chain, contender = self.rows[place], self.chains[place], self.contender
        terms = contender.terms
        price = _price(row, chain, line, contender.markup)
        start, inclusive = self.thresholds[place], terms.is_tax_inclusive
        return Rung(self, row, chain, start, price, inclusive, terms.break_type, contender.basis)

    def strongest(self, line: RequestLine) -> Strength:
        """Rank the scale by its strongest row."""
        return min(strength(self.contender, line, row) for row in self.rows)

    def _share(self, place: int, source: Rung, line: RequestLine) -> Rung:
        row, chain, terms = self.rows[place], self.chains[place], self.contender.terms
        graduated = BreakType.GRADUATED in (terms.break_type, source.break_type)
        price = share_of(row, chain, source, line)
        return Rung(
            self,
            row,
            chain,
            self.thresholds[place],
            price,
            source.tax_inclusive,
            BreakType.GRADUATED if graduated else BreakType.ALL_UNITS,
            self.contender.basis,
        )


def factor_of(row: PriceRow, line: RequestLine) -> Decimal | None:
    """Tell how many base units the row's amount pays for, none if its unit has no factor."""
    if row.unit_factor is not None:
        return row.unit_factor
    if row.packaging_level is None:
        return ONE
    return line.unit_factor if row.packaging_level == line.packaging_level else None


def share_of(row: PriceRow, chain: Chain, source: Rung, line: RequestLine) -> Pair:
    """Take a percentage row's share of the list price, then derive it per unit of the row."""
    top, bottom = source.price
    price = times(top, percent(row.percent_of_list or ZERO)), bottom
    if not chain:
        return price
    factor = factor_of(row, line) or ONE
    top, bottom = through(chain, product(price, factor))
    return top, times(bottom, factor)


def _prices(
    rows: Sequence[PriceRow], chains: Sequence[Chain], line: RequestLine, markup: Decimal | None
) -> list[Pair]:
    """Price many rows; rows that pass through the same lists look their share up once."""
    prices: list[Pair] = []
    before: Chain | None = None
    share: Decimal | None = None
    for row, chain in zip(rows, chains, strict=True):
        if chain is not before:
            before, share = chain, share_through(chain)
        amount, factor = row.amount, row.unit_factor
        if share is None or markup is not None or amount is None or factor is None:
            prices.append(_price(row, chain, line, markup))
        else:
            prices.append((times(amount, share) if chain else amount, factor))
    return prices


def _price(row: PriceRow, chain: Chain, line: RequestLine, markup: Decimal | None) -> Pair:
    amount, factor = row.amount, row.unit_factor
    if amount is None:
        raise ValueError(f"row {row.entry_id} is a percentage without a list price")
    if factor is None:
        factor = factor_of(row, line) or ONE
    bottom = ONE
    if chain:
        amount, bottom = through(chain, (amount, ONE))
    if markup is not None:
        amount = times(amount, markup)
    return amount, factor if bottom is ONE else times(bottom, factor)
