"""Schemes as the buyer of a SKU is told of them, found for many SKUs at once."""

from app.promotions.rules.book import Goods, SchemeBook
from app.promotions.rules.compiled import Compiled
from app.promotions.rules.outcome import SchemeOffer
from app.promotions.rules.wording import gives_another, offer_text

MOST_OFFERS = 20_000
"""How many sets of schemes a book keeps the words of."""


class Offers:
    """Some schemes of a book; goods that share them share what is told of them."""

    def __init__(self, book: SchemeBook, turns: int) -> None:
        """Choose the schemes whose bits are set; nothing is worded before it is asked for."""
        self._book = book
        self._chosen = turns
        self._giving_by_name = book.giving_by_name & self._chosen

    def touches(self, goods: Goods) -> bool:
        """Tell whether any of the schemes counts or rewards the SKU."""
        return bool(self._book.covering(goods) & self._chosen)

    def of(self, goods: Goods) -> tuple[SchemeOffer, ...]:
        """Tell which of the schemes count or reward the SKU, by sequence."""
        covering = self._book.covering(goods) & self._chosen
        others = 0
        for one in self._schemes(covering & self._giving_by_name):
            others |= gives_another(one.terms, goods.sku_id) << one.turn
        known = self._book.offers
        told = known.get((covering, others))
        if told is None:
            if len(known) >= MOST_OFFERS:
                known.clear()
            told = known[covering, others] = tuple(
                [_offer(one, gives=bool(others >> one.turn & 1)) for one in self._schemes(covering)]
            )
        return told

    def _schemes(self, turns: int) -> list[Compiled]:
        schemes, found = self._book.by_turn, list[Compiled]()
        while turns:
            lowest = turns & -turns
            found.append(schemes[lowest.bit_length() - 1])
            turns ^= lowest
        return found


def _offer(one: Compiled, *, gives: bool) -> SchemeOffer:
    known = one.offers.get(gives)
    if known is None:
        text = offer_text(one.terms, gives_another=gives)
        known = one.offers[gives] = SchemeOffer(one.scheme.name, text, one.scheme.period.end)
    return known
