"""What schemes of lane LINE leave of lines that stand alone, as a catalogue shows them."""

from collections.abc import Hashable
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache

from app.promotions.rules.basket import Basket, BasketLine
from app.promotions.rules.book import SchemeBook
from app.promotions.rules.lanes import run_lane
from app.promotions.rules.waterfall import Losers, failed
from app.promotions.rules.words import Lane
from app.promotions.rules.working import working

MOST_BOOKS = 500
"""How many books are kept ready for lines alone."""

MOST_LINES = 20_000
"""How many answers are kept for one audience of a book."""

Reduced = tuple[Decimal | None, Losers]
"""What is left of a line's amount, none where it stays as it is; and the schemes that failed."""


@lru_cache(MOST_BOOKS)
def of_lines(schemes: SchemeBook) -> SchemeBook:
    """Keep the schemes of the first lane, which no other lane changes."""
    return SchemeBook(one.scheme for one in schemes.schemes if one.lane is Lane.LINE)


class LinesAlone:
    """Lines of one buyer, each alone in the basket.

    Where nothing but the line and the audience counts, neither limits nor earlier purchases, the
    same line has the same answer for all buyers of the audience, and is worked out once.
    """

    def __init__(self, basket: Basket, book: SchemeBook) -> None:
        """Hold the book, of such schemes only, against the buyer; the basket's lines do not count.

        Fails with ValueError when an amount of the basket has fractions of a coin.
        """
        self._book = book
        self._work = working(replace(basket, lines=()))
        heard = book.hearing.of(basket)
        self.speaks, self._known = heard.speaks, heard.known

    def reduced(self, line: BasketLine) -> Reduced:
        """Return what is left of the amount, none where it stays as it is; and who failed."""
        key = _key(line)
        known = self._known.get(key)
        if known is not None:
            return known
        work = self._work.alone(line)
        touched, work.in_slots = self._book.touching(work.lines)
        speaking = [one for one in touched if self.speaks[one.position]]
        if speaking:
            run_lane(work, speaking)
        found = (work.steps[-1].after if work.steps else None), failed(work)
        if not any(one.counts_buyers for one in speaking):
            if len(self._known) >= MOST_LINES:
                self._known.clear()
            self._known[key] = found
        return found


def _key(line: BasketLine) -> Hashable:
    """Give all of a line that any scheme looks at."""
    place = line.sku_id.int, line.brand_id, line.category_path
    goods = line.packaging_level, line.unit_factor, line.base_quantity, tuple(line.packs.items())
    return place, goods, line.amount, line.is_promotable
