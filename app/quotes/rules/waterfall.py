"""The one place where a quote is made: catalogue page, cart, order and simulation ask it (F5)."""

from collections.abc import Iterator, Sequence

from app.kernel.money import checked_amount, round_money
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
from app.promotions.rules.waterfall import apply_schemes
from app.promotions.rules.words import FreeGoodsKind, SchemeLossCode
from app.quotes.rules.deposits import containers_of, strange_deposits
from app.quotes.rules.draft import NOTHING, Draft
from app.quotes.rules.explanation import Explanation
from app.quotes.rules.free_goods import added_lines
from app.quotes.rules.guarding import Verdicts, approvals, guarded, quoted_guards
from app.quotes.rules.reductions import discount_by_hand, discount_for_cash, redeem
from app.quotes.rules.request import QuoteRequest
from app.quotes.rules.result import (
    ApprovalCause,
    Quote,
    QuoteContext,
    QuotedLine,
    UsedBefore,
)
from app.quotes.rules.taxing import tax_all


def quote(request: QuoteRequest, book: PriceBook, schemes: SchemeBook) -> Quote:
    """Quote a basket: prices, discounts by hand, schemes, points, cash discount, guards, tax.

    Same question, same book, same schemes: same answer, to the last reason; their order does not
    matter. Lines without a price are refused inside the quote. Fails with AmountOutOfRange when
    the totals cannot be stored.
    """
    answers = price_lines(request.prices, book)
    paid = [_draft(request, answer) for answer in answers if isinstance(answer, PricedLine)]
    causes = list(_by_hand(request, paid))
    promoted = apply_schemes(_basket(request, paid, schemes), schemes)
    _promote(paid, promoted)
    given, problems = added_lines(request, book, promoted)
    currency = request.prices.currency
    redeemed = redeem(paid, request.points, currency)
    discount_for_cash(paid, request.cash_discount_percent, currency)
    drafts = [*paid, *given]
    tax_all(drafts, request.prices.tax_mode, request.free_goods_tax, currency)
    verdicts = guarded(request, drafts)
    causes += approvals(verdicts)
    problems = [*book.problems(), *_failing(promoted), *problems]
    problems += strange_deposits(drafts, currency)
    refused = tuple(answer for answer in answers if isinstance(answer, RefusedLine))
    lines = tuple(_quoted(draft, verdicts, currency) for draft in drafts)
    return _totalled(request, (lines, refused), promoted, redeemed, (problems, causes))


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
        is_promotable=draft.priced is None or draft.priced.is_promotable,
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


def _failing(promoted: Promoted) -> list[RuleProblem]:
    return [
        _problem(loser) for loser in promoted.losers if loser.code is SchemeLossCode.RULE_FAILED
    ]


def _problem(loser: LosingScheme) -> RuleProblem:
    return RuleProblem(loser.scheme_id, loser.name, loser.reason)


def _quoted(draft: Draft, verdicts: Verdicts, currency: str) -> QuotedLine:
    line, split, free, manual = draft.line, draft.split, draft.free, draft.manual
    priced, result = draft.priced, verdicts.get(line.key)
    containers = containers_of(draft, currency)
    told = (
        {} if result is None else {"guard": result.verdict, "guard_reasons": quoted_guards(result)}
    )
    by_hand = (
        {}
        if manual is None
        else {
            "manual_percent": manual.discount_percent,
            "manual_reason": manual.reason,
            "manual_by": manual.by,
        }
    )
    return QuotedLine(
        key=line.key,
        sku_id=line.sku_id,
        packaging_level=line.packaging_level,
        quantity=line.quantity,
        unit_factor=line.unit_factor,
        base_quantity=draft.base_quantity,
        unit_price_display=priced.unit_price_display if priced and free is None else NOTHING,
        tax_inclusive=draft.tax_inclusive,
        tax_rate=line.tax_rate,
        tax_category_id=line.tax_category_id,
        price_amount=draft.price_amount,
        discount=draft.price_amount - draft.amount,
        net=split.net,
        tax=split.tax,
        gross=split.gross,
        is_promotable=priced is None or priced.is_promotable,
        free_of=free.scheme_id if free else None,
        free_quantity=draft.free_quantity,
        list_value=draft.price_amount if free and priced else None,
        seller_tax=draft.seller_tax,
        deposit=sum((each.amount for each in containers), NOTHING),
        containers=containers,
        explanation=Explanation(draft.tell),
        **by_hand,
        **told,
    )


def _totalled(
    request: QuoteRequest,
    lines: tuple[tuple[QuotedLine, ...], tuple[RefusedLine, ...]],
    promoted: Promoted,
    redeemed: int,
    findings: tuple[Sequence[RuleProblem], Sequence[ApprovalCause]],
) -> Quote:
    prices, (quoted, refused), (problems, causes) = request.prices, lines, findings
    zero = round_money(NOTHING, prices.currency)
    gross = checked_amount(sum((line.gross for line in quoted), zero))
    deposits = checked_amount(sum((line.deposit for line in quoted), zero))
    return Quote(
        seller_id=prices.seller_id,
        buyer_id=prices.buyer_id,
        relationship_id=prices.relationship_id,
        currency=prices.currency,
        price_instant=prices.price_instant,
        tax_mode=prices.tax_mode,
        lines=quoted,
        refused=refused,
        net=checked_amount(sum((line.net for line in quoted), zero)),
        tax=checked_amount(sum((line.tax for line in quoted), zero)),
        gross=gross,
        deposits=deposits,
        total=checked_amount(gross + deposits),
        seller_tax=sum((line.seller_tax for line in quoted), zero),
        hints=promoted.hints,
        benefits=promoted.benefits,
        losing_schemes=promoted.losers,
        coupons=request.coupons,
        points_redeemed=redeemed,
        points_earned=sum(each.points for each in promoted.benefits),
        problems=tuple(problems),
        approval_causes=tuple(causes),
        context=_context(request, promoted),
    )


def _context(request: QuoteRequest, promoted: Promoted) -> QuoteContext:
    prices, uses = request.prices, request.uses
    spoke = {each.scheme_id for each in (*promoted.benefits, *promoted.losers)}
    return QuoteContext(
        known_at=request.known_at,
        level_ids=prices.level_ids,
        group_ids=prices.group_ids,
        territory_ids=prices.territory_ids,
        channel=prices.channel,
        fallback_allowed=prices.fallback_allowed,
        inherits_prices=prices.inherits_prices,
        membership_tier_id=request.membership_tier_id,
        is_first_order=request.is_first_order,
        uses=tuple(UsedBefore(scheme_id=key, use=uses[key]) for key in sorted(spoke & uses.keys())),
        value_per_point=request.points.value_per_point,
        cash_discount_percent=request.cash_discount_percent,
        free_goods_tax=request.free_goods_tax,
        authority_percent=request.authority_percent,
    )
