"""A line between its price and its tax: the place where promotions come in."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple
from uuid import UUID

from app.kernel.money import AMOUNT_PLACES, currency_exponent
from app.pricing.rules.counts import Counts
from app.pricing.rules.exact import Pair, less, product, rounded, to_places
from app.pricing.rules.losers import losers_of
from app.pricing.rules.request import RequestLine
from app.pricing.rules.result import LosingCandidate, NextBreak, PriceStep
from app.pricing.rules.scale import Rung
from app.pricing.rules.shelf import Shelf
from app.pricing.rules.steps import Stage, explained, list_amount_of, stages_of
from app.pricing.rules.terms import Terms


class Found(NamedTuple):
    """What sets a line's price: the rung reached, and the exact price per base unit."""

    shelf: Shelf
    terms: Terms
    rung: Rung
    price: Pair

    @property
    def counts(self) -> Counts:
        """How much was ordered when the rung was reached."""
        return self.terms.counts


@dataclass(frozen=True, eq=False)
class PricedLine:
    """A line after steps 1 to 5: a rounded amount, with tax or not, and how it came about.

    Steps, losers, the next break and the list amount are worked out when first asked and are the
    same whenever that is; they count in equality. unit_price_display is per unit ordered, 4 places.
    """

    line: RequestLine
    base_quantity: Decimal
    amount: Decimal
    unit_price_display: Decimal
    found: Found

    @property
    def tax_inclusive(self) -> bool:
        """Tell whether the amount holds tax."""
        return self.found.rung.tax_inclusive

    @property
    def list_id(self) -> UUID:
        """The list that sets the price; of a derived price the list that derives it."""
        return self.found.rung.scale.contender.terms.list_id

    @property
    def entry_id(self) -> UUID:
        """The row that sets the price; of a derived price the row of the parent."""
        return self.found.rung.row.entry_id

    @property
    def is_promotable(self) -> bool:
        """Tell whether schemes may touch the line."""
        return self.found.rung.scale.contender.terms.is_promotable

    @property
    def exact_unit_price(self) -> Fraction:
        """The exact price per base unit."""
        top, bottom = self.found.price
        return Fraction(top) / Fraction(bottom)

    @cached_property
    def steps(self) -> tuple[PriceStep, ...]:
        """The steps from zero to the amount."""
        book = self.found.shelf.book
        return explained(self._stages, self.base_quantity, self.amount, self._places, book)

    @cached_property
    def losers(self) -> tuple[LosingCandidate, ...]:
        """Every other row that covers the SKU, strongest first."""
        return losers_of(self.found.shelf, self.found.terms)

    @cached_property
    def next_break(self) -> NextBreak | None:
        """The nearest threshold that lowers the price."""
        line, rung = self.line, self.found.rung
        for above in self.found.terms.visible():
            price = above.price_as(line.tax_rate, tax_inclusive=rung.tax_inclusive)
            if above.from_quantity > self.found.counts[above.basis] and less(price, rung.price):
                return NextBreak(above.from_quantity, per_unit(price, line))
        return None

    @cached_property
    def list_amount(self) -> Decimal | None:
        """What the line would cost at the list price, none where there is no list price."""
        found = self.found
        return list_amount_of(found.terms, found.rung, self.base_quantity, self._places)

    @cached_property
    def _stages(self) -> list[Stage]:
        return stages_of(self.found.terms, self.found.rung, self.found.price)

    @property
    def _places(self) -> int:
        return currency_exponent(self.found.shelf.request.currency)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PricedLine) and self._told() == other._told()

    def __hash__(self) -> int:
        return hash((self.line.key, self.amount, self.entry_id, self.list_id))

    def _told(self) -> tuple[object, ...]:
        said = (self.line, self.base_quantity, self.amount, self.tax_inclusive, self.is_promotable)
        source = (self.list_id, self.entry_id, self.exact_unit_price, self.list_amount)
        return (*said, *source, self.steps, self.losers, self.next_break)


def per_unit(price: Pair, line: RequestLine) -> Decimal:
    """Show a price per unit ordered, 4 places."""
    return rounded(product(price, line.unit_factor), AMOUNT_PLACES)


def per_units(prices: Sequence[Pair], line: RequestLine) -> list[Decimal]:
    """Show many prices; what pays for the unit ordered needs no arithmetic."""
    factor = line.unit_factor
    return [
        to_places(price[0], AMOUNT_PLACES) if price[1] == factor else per_unit(price, line)
        for price in prices
    ]
