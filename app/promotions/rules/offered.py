"""Schemes as the buyer of a SKU is told of them, found for many SKUs at once."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from app.promotions.rules.book import Goods, SchemeBook
from app.promotions.rules.compiled import Compiled
from app.promotions.rules.wording import gives_another, offer_text


class SchemeOffer(NamedTuple):
    """What a scheme offers, in the buyer's words; `valid_until` is the first instant without."""

    name: str
    text: str
    valid_until: datetime | None


class Offers:
    """The schemes of a book at these positions; goods that share them share their texts."""

    def __init__(self, book: SchemeBook, positions: Collection[int]) -> None:
        """Choose the schemes; nothing is worded before it is asked for."""
        self._book = book
        self._chosen = sum(1 << position for position in positions)
        self._giving_by_name = book.giving_by_name & self._chosen
        self._told: dict[tuple[int, int], tuple[SchemeOffer, ...]] = {}

    def touches(self, goods: Goods) -> bool:
        """Tell whether any of the schemes counts or rewards the SKU."""
        return bool(self._book.covering(goods) & self._chosen)

    def of(self, goods: Goods) -> tuple[SchemeOffer, ...]:
        """Tell which of the schemes count or reward the SKU, by sequence."""
        covering = self._book.covering(goods) & self._chosen
        naming, others = self._schemes(covering & self._giving_by_name), 0
        for one in naming:
            others |= gives_another(one.terms, goods.sku_id) << one.position
        told = self._told.get((covering, others))
        if told is None:
            told = self._told[covering, others] = self._tell(covering, others)
        return told

    def _tell(self, covering: int, others: int) -> tuple[SchemeOffer, ...]:
        found = sorted(self._schemes(covering), key=lambda one: (one.terms.sequence, one.position))
        return tuple([_offer(one, gives=bool(others >> one.position & 1)) for one in found])

    def _schemes(self, positions: int) -> list[Compiled]:
        schemes, found = self._book.schemes, list[Compiled]()
        while positions:
            lowest = positions & -positions
            found.append(schemes[lowest.bit_length() - 1])
            positions ^= lowest
        return found


def _offer(one: Compiled, *, gives: bool) -> SchemeOffer:
    text = one.offers.get(gives)
    if text is None:
        text = one.offers[gives] = offer_text(one.terms, gives_another=gives)
    return SchemeOffer(one.scheme.name, text, one.scheme.period.end)
