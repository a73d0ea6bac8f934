"""The one place where a quote is made: catalogue page, cart, order and simulation ask it (F5)."""

from collections.abc import Iterator, Sequence

from app.pricing.rules import (
    PriceBook,
    PricedLine,
    RefusedLine,
    RuleProblem,
    price_lines,
)
from app.promotions.rules.book import SchemeBook
from app.promotions.rules.outcome import LosingScheme, Promoted
from app.promotions.rules.waterfall import apply_and_tell_later
from app.promotions.rules.words import FreeGoodsKind
from app.quotes.rules.basket import basket_of, draft_of
from app.quotes.rules.deposits import strange_deposits
from app.quotes.rules.draft import Draft
from app.quotes.rules.free_goods import added_lines
from app.quotes.rules.guarding import approvals, guarded
from app.quotes.rules.reductions import discount_by_hand, discount_for_cash, redeem
from app.quotes.rules.request import QuoteRequest
from app.quotes.rules.result import ApprovalCause, Quote
from app.quotes.rules.taxing import tax_all
from app.quotes.rules.writing import quoted_line, totalled


def quote(request: QuoteRequest, book: PriceBook, schemes: SchemeBook) -> Quote:
    """Quote a basket: prices, discounts by hand, schemes, points, cash discount, guards, tax.

    Same question, same book, same schemes: same answer, to the last reason; their order does not
    matter. Lines without a price are refused inside the quote. Fails with AmountOutOfRange when
    the totals cannot be stored.
    """
    answers = price_lines(request.prices, book)
    paid = [draft_of(request, answer) for answer in answers if isinstance(answer, PricedLine)]
    causes = list(_by_hand(request, paid))
    promoted, said = apply_and_tell_later(basket_of(request, paid, schemes), schemes)
    _promote(paid, promoted)
    given, problems = added_lines(request, book, promoted)
    currency = request.prices.currency
    redeemed = redeem(paid, request.points, currency)
    discount_for_cash(paid, request.cash_discount_percent, currency)
    drafts = [*paid, *given]
    tax_all(drafts, request.prices.tax_mode, request.free_goods_tax, currency)
    verdicts = guarded(request, drafts)
    causes += approvals(verdicts)
    problems = [*book.problems(), *failing(promoted), *problems]
    problems += strange_deposits(drafts, currency)
    refused = tuple(answer for answer in answers if isinstance(answer, RefusedLine))
    lines = tuple([quoted_line(draft, verdicts, currency) for draft in drafts])
    return totalled(request, (lines, refused), (promoted, said), redeemed, (problems, causes))


def _by_hand(request: QuoteRequest, drafts: Sequence[Draft]) -> Iterator[ApprovalCause]:
    if not request.manual:
        return
    for draft in drafts:
        manual = request.manual.get(draft.line.key)
        if manual is not None:
            currency = request.prices.currency
            cause = discount_by_hand(draft, manual, currency)
            if cause is not None:
                yield cause


def _promote(drafts: Sequence[Draft], promoted: Promoted) -> None:
    by_key = {draft.line.key: draft for draft in drafts}
    for step in promoted.steps:
        by_key[step.line_key].schemes.append(step)
    for free in promoted.free_lines:
        if free.kind is FreeGoodsKind.INCLUSIVE and free.of_line_key is not None:
            by_key[free.of_line_key].take_free(free)
    for key, amount in promoted.amounts.items():
        by_key[key].amount = amount


def failing(promoted: Promoted) -> list[RuleProblem]:
    """Return the schemes that failed, as problems."""
    return [_problem(loser) for loser in promoted.failed]


def _problem(loser: LosingScheme) -> RuleProblem:
    return RuleProblem(loser.scheme_id, loser.name, loser.reason)
