"""What schemes make of one line's price alone, on the way that `quote` takes (F5)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from app.catalog.rules import SkuFacts
from app.pricing.rules import PricedLine, RefusedLine, RuleProblem
from app.promotions.rules.basket import Basket
from app.promotions.rules.book import SchemeBook
from app.promotions.rules.compiled import Compiled
from app.promotions.rules.left import goods_left, money_left
from app.promotions.rules.speaking import silence, used_up
from app.promotions.rules.waterfall import apply_schemes
from app.promotions.rules.words import Lane
from app.promotions.rules.working import Working, working
from app.quotes.rules.basket import basket_of, draft_of, line_of_basket
from app.quotes.rules.request import QuoteRequest
from app.quotes.rules.waterfall import failing

MOST_BOOKS = 500
"""How many books are kept ready for lines alone."""


@dataclass(frozen=True, slots=True)
class Alone:
    """What a line costs after schemes of lane LINE, or none where they leave it as it is."""

    amount: Decimal | None
    problems: tuple[RuleProblem, ...] = ()


_UNCHANGED = Alone(None)


@lru_cache(MOST_BOOKS)
def _of_lines(schemes: SchemeBook) -> SchemeBook:
    """Keep the schemes of the first lane, which no other lane changes."""
    return SchemeBook(one.scheme for one in schemes.schemes if one.lane is Lane.LINE)


class Speaking:
    """The schemes of a book that speak to one buyer, found once and asked for many goods."""

    def __init__(self, request: QuoteRequest, schemes: SchemeBook) -> None:
        """Hold the schemes against who asks; the lines of the question do not matter."""
        self._book = schemes
        self._of_lines = _of_lines(schemes)
        self._basket: Basket = basket_of(request, [], schemes)
        work = working(self._basket)
        heard = [one for one in schemes.schemes if not self._is_silent(work, one)]
        self._shown = {one.position for one in heard if one.fault is None and _gives(work, one)}
        of_lines = self._of_lines.schemes
        self._reducing = {one.position for one in of_lines if not self._is_silent(work, one)}
        self.problems: tuple[RuleProblem, ...] = tuple(_faulty(heard))

    def _is_silent(self, work: Working, one: Compiled) -> bool:
        return silence(self._basket, one, work.traits) is not None

    def shown(self, sku: SkuFacts) -> list[Compiled]:
        """Return what counts or rewards a SKU and is not used up, by sequence."""
        found = _covering(self._book, sku)
        chosen = [one for one in found if one.position in self._shown]
        return sorted(chosen, key=lambda one: (one.terms.sequence, one.position))

    def may_reduce(self, sku: SkuFacts) -> bool:
        """Tell whether any scheme works on amounts of lines of the SKU."""
        return any(one.position in self._reducing for one in _covering(self._of_lines, sku))

    def alone(
        self, request: QuoteRequest, answer: PricedLine | RefusedLine, *, explained: bool = False
    ) -> Alone:
        """Let schemes work on a line that was priced alone, rounded as in every quote.

        What is taken off the whole order is not told, nor what is given beside it; problems are
        told if `explained`.
        """
        if not isinstance(answer, PricedLine):
            return _UNCHANGED
        basket = replace(self._basket, lines=(line_of_basket(draft_of(request, answer)),))
        promoted = apply_schemes(basket, self._of_lines, explained=explained)
        after = promoted.steps[-1].after if promoted.steps else None
        return Alone(after, tuple(failing(promoted)) if explained else ())


def _covering(schemes: SchemeBook, sku: SkuFacts) -> list[Compiled]:
    return schemes.covering(sku)


def _gives(work: Working, one: Compiled) -> bool:
    if one.limits is None:
        return True
    if used_up(one.limits, work.use_of(one)) is not None:
        return False
    left = (money_left(work, one), goods_left(work, one))
    return all(each is None or each[0] > 0 for each in left)


def _faulty(heard: list[Compiled]) -> Iterator[RuleProblem]:
    for one in heard:
        if one.fault is not None:
            reason = f"{type(one.fault).__name__}: {one.fault}"
            yield RuleProblem(one.scheme_id, one.scheme.name, reason)
