"""What schemes make of one line's price alone, and what they offer (F5)."""

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.catalog.rules import SkuFacts
from app.pricing.rules import PricedLine, RefusedLine, RuleProblem
from app.promotions.rules.alone import LinesAlone, of_lines
from app.promotions.rules.basket import Basket
from app.promotions.rules.book import SchemeBook
from app.promotions.rules.compiled import Compiled
from app.promotions.rules.left import goods_left, money_left
from app.promotions.rules.offered import Offers
from app.promotions.rules.outcome import SchemeOffer
from app.promotions.rules.speaking import used_up
from app.promotions.rules.working import Working, working
from app.quotes.rules.basket import basket_of, line_alone
from app.quotes.rules.request import QuoteRequest
from app.quotes.rules.waterfall import problems_of


@dataclass(frozen=True, slots=True)
class Alone:
    """What a line costs after schemes of lane LINE, or none where they leave it as it is."""

    amount: Decimal | None
    problems: tuple[RuleProblem, ...] = ()


_UNCHANGED = Alone(None)


class Speaking:
    """The schemes of a book that speak to one buyer, found once and asked for many goods.

    Buyers of one `key` are told the same of all SKUs for which nothing counts that they did before.
    """

    def __init__(self, request: QuoteRequest, schemes: SchemeBook) -> None:
        """Hold the schemes against who asks; the lines of the question do not matter."""
        self._goods = request.goods
        self._basket: Basket = basket_of(request, [], schemes)
        work, heard = working(self._basket), schemes.hearing.of(self._basket)
        spent = sum(1 << one.turn for one in heard.limited if not _gives(work, one))
        shown = heard.turns ^ spent
        self._shown = Offers(schemes, shown)
        lines = of_lines(schemes)
        reducing = lines.hearing.of(self._basket).turns
        self._reducing = Offers(lines, reducing)
        self._counting = Offers(lines, reducing & lines.counted)
        self._lines = LinesAlone(self._basket, lines)
        self.key: Hashable = schemes, shown, self._lines.speaks
        self.problems: tuple[RuleProblem, ...] = tuple(_faulty(heard.faulty))

    def shown(self, sku: SkuFacts) -> tuple[SchemeOffer, ...]:
        """Tell what counts or rewards a SKU and is not used up, by sequence."""
        return self._shown.of(sku)

    def may_reduce(self, sku: SkuFacts) -> bool:
        """Tell whether any scheme works on amounts of lines of the SKU."""
        return self._reducing.touches(sku)

    def counts(self, sku: SkuFacts) -> bool:
        """Tell whether what the buyer got or bought before may change what a line costs."""
        return self._counting.touches(sku)

    def alone(self, answer: PricedLine | RefusedLine) -> Alone:
        """Let schemes work on a line that was priced alone, rounded as in every quote.

        What is taken off the whole order is not told, nor what is given beside it.
        """
        if not isinstance(answer, PricedLine):
            return _UNCHANGED
        after, failed = self._lines.reduced(line_alone(answer, self._goods[answer.line.sku_id]))
        return Alone(after, tuple(problems_of(failed))) if failed else Alone(after)


def _gives(work: Working, one: Compiled) -> bool:
    if one.limits is not None and used_up(one.limits, work.use_of(one)) is not None:
        return False
    left = (money_left(work, one), goods_left(work, one))
    return all(each is None or each[0] > 0 for each in left)


def _faulty(schemes: Sequence[Compiled]) -> Iterator[RuleProblem]:
    for one in schemes:
        reason = f"{type(one.fault).__name__}: {one.fault}"
        yield RuleProblem(one.scheme_id, one.scheme.name, reason)
