"""The one place where a quote is made: catalogue page, cart, order and simulation ask it (F5)."""

from collections.abc import Iterator, Sequence

from app.pricing.rules import (
    PriceBook,
    PricedLine,
    RefusedLine,
    RuleProblem,
    price_lines,
)
from app.promotions.rules.basket import Basket, BasketLine
from app.promotions.rules.book import SchemeBook
from app.promotions.rules.outcome import LosingScheme, Promoted
from app.promotions.rules.waterfall import apply_and_tell_later
from app.promotions.rules.words import FreeGoodsKind
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
    paid = [_draft(request, answer) for answer in answers if isinstance(answer, PricedLine)]
    causes = list(_by_hand(request, paid))
    promoted, said = apply_and_tell_later(_basket(request, paid, schemes), schemes)
    _promote(paid, promoted)
    given, problems = added_lines(request, book, promoted)
    currency = request.prices.currency
    redeemed = redeem(paid, request.points, currency)
    discount_for_cash(paid, request.cash_discount_percent, currency)
    drafts = [*paid, *given]
    tax_all(drafts, request.prices.tax_mode, request.free_goods_tax, currency)
    verdicts = guarded(request, drafts)
    causes += approvals(verdicts)
    problems = [*book.problems(), *map(_problem, promoted.failed), *problems]
    problems += strange_deposits(drafts, currency)
    refused = tuple(answer for answer in answers if isinstance(answer, RefusedLine))
    lines = tuple([quoted_line(draft, verdicts, currency) for draft in drafts])
    return totalled(request, (lines, refused), (promoted, said), redeemed, (problems, causes))


def _draft(request: QuoteRequest, priced: PricedLine) -> Draft:
    return Draft(
        line=priced.line,
        sku=request.goods[priced.line.sku_id],
        base_quantity=priced.base_quantity,
        price_amount=priced.amount,
        amount=priced.amount,
        priced=priced,
    )


def _by_hand(request: QuoteRequest, drafts: Sequence[Draft]) -> Iterator[ApprovalCause]:
    if not request.manual:
        return
    for draft in drafts:
        manual = request.manual.get(draft.line.key)
        if manual is not None:
            currency = request.prices.currency
            cause = discount_by_hand(draft, manual, request.authority_percent, currency)
            if cause is not None:
                yield cause


def _basket(request: QuoteRequest, drafts: Sequence[Draft], schemes: SchemeBook) -> Basket:
    prices = request.prices
    codes = (each.scheme_id for each in request.coupons if each.is_accepted)
    gifts = (request.goods.get(sku_id) for sku_id in schemes.gift_sku_ids)
    return Basket(
        currency=prices.currency,
        lines=tuple([_basket_line(draft) for draft in drafts]),
        relationship_id=prices.relationship_id,
        level_ids=prices.level_ids,
        group_ids=prices.group_ids,
        territory_ids=prices.territory_ids,
        channel=prices.channel,
        membership_tier_id=request.membership_tier_id,
        is_first_order=request.is_first_order,
        coupon_scheme_ids=frozenset(scheme_id for scheme_id in codes if scheme_id),
        uses=request.uses,
        gift_packs={sku.sku_id: sku.packaging for sku in gifts if sku},
    )


def _basket_line(draft: Draft) -> BasketLine:
    line = draft.line
    return BasketLine(
        key=line.key,
        sku_id=line.sku_id,
        brand_id=line.brand_id,
        category_path=line.category_path,
        packaging_level=line.packaging_level,
        unit_factor=line.unit_factor,
        base_quantity=draft.base_quantity,
        amount=draft.amount,
        is_promotable=draft.is_promotable,
        packs=draft.sku.packaging,
    )


def _promote(drafts: Sequence[Draft], promoted: Promoted) -> None:
    by_key = {draft.line.key: draft for draft in drafts}
    for step in promoted.steps:
        by_key[step.line_key].schemes.append(step)
    for free in promoted.free_lines:
        if free.kind is FreeGoodsKind.INCLUSIVE and free.of_line_key is not None:
            by_key[free.of_line_key].take_free(free)
    for key, amount in promoted.amounts.items():
        by_key[key].amount = amount


def _problem(loser: LosingScheme) -> RuleProblem:
    return RuleProblem(loser.scheme_id, loser.name, loser.reason)
