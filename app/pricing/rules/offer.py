"""What one unit costs alone, as a catalogue page shows it: the way of price_lines, line by line."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from app.pricing.rules.book import PriceBook
from app.pricing.rules.counts import alone
from app.pricing.rules.priced import per_unit, per_units
from app.pricing.rules.refusing import base_quantity, without_price
from app.pricing.rules.request import PriceRequest, RequestLine
from app.pricing.rules.result import LadderRung, RefusedLine
from app.pricing.rules.scale import Rung
from app.pricing.rules.shelf import Shelf
from app.pricing.rules.terms import Terms, terms_of


class Offer(NamedTuple):
    """What one unit costs alone, and every break from there on.

    unit_price is per unit asked, 4 decimals, with tax if tax_inclusive, and list_id the list that
    sets it; without one, refusal says why, and breaks may still show from where on there is a
    price.
    """

    unit_price: Decimal | None
    tax_inclusive: bool
    list_id: UUID | None
    refusal: RefusedLine | None
    terms: Terms | None

    @property
    def breaks(self) -> tuple[LadderRung, ...]:
        """Every break that this buyer can reach, lowest first; worked out when asked."""
        return () if self.terms is None else _breaks(self.terms)


def offers(request: PriceRequest, book: PriceBook) -> dict[str, Offer]:
    """Price each line alone, by its key: lines of one SKU do not lift each other over a break."""
    shelf = Shelf(request, book)
    return {line.key: _offer(shelf, line) for line in request.lines}


def _offer(shelf: Shelf, line: RequestLine) -> Offer:
    quantity = base_quantity(line)
    if isinstance(quantity, RefusedLine):
        return Offer(None, tax_inclusive=False, list_id=None, refusal=quantity, terms=None)
    terms = terms_of(shelf, line, alone(quantity))
    rung = terms.paid()
    if rung is None:
        refusal = without_price(shelf, terms)
        return Offer(None, tax_inclusive=False, list_id=None, refusal=refusal, terms=terms)
    price = per_unit(terms.price_of(rung), line)
    return Offer(price, rung.tax_inclusive, rung.scale.contender.list_id, None, terms)


def _breaks(terms: Terms) -> tuple[LadderRung, ...]:
    return _shown(terms.visible(), terms.line)


def _shown(rungs: Sequence[Rung], line: RequestLine) -> tuple[LadderRung, ...]:
    # Of a tuple, in half the time: hundreds are made for a page.
    new = tuple.__new__  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    prices = per_units([rung.price for rung in rungs], line)
    return tuple(
        [
            new(LadderRung, (start, price, inclusive, breaks, row[0], scale.contender.list_id))
            for (scale, row, _, start, _, inclusive, breaks, _), price in zip(
                rungs, prices, strict=True
            )
        ]
    )
