"""The quote written down: lines, totals, and the context that it depended on."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from app.kernel.money import checked_amount, round_money
from app.pricing.rules import RefusedLine, RuleProblem
from app.pricing.rules.guards import GuardResult, GuardVerdict
from app.promotions.rules.outcome import Promoted
from app.quotes.rules.deposits import containers_of
from app.quotes.rules.draft import NOTHING, Draft
from app.quotes.rules.explanation import BreakApart
from app.quotes.rules.guarding import Verdicts, quoted_guards
from app.quotes.rules.request import QuoteRequest
from app.quotes.rules.result import (
    ApprovalCause,
    Quote,
    QuoteContext,
    QuotedCoupon,
    QuotedLine,
    UsedBefore,
)

_UNGUARDED = GuardResult(GuardVerdict.PASS)


def quoted_line(draft: Draft, verdicts: Verdicts, currency: str) -> QuotedLine:
    """Write down a line; its story is told when somebody asks."""
    line, split, free, manual = draft.line, draft.split, draft.free, draft.manual
    result = verdicts.get(line.key, _UNGUARDED)
    containers = containers_of(draft, currency)
    return QuotedLine(
        key=line.key,
        sku_id=line.sku_id,
        packaging_level=line.packaging_level,
        quantity=line.quantity,
        unit_factor=line.unit_factor,
        base_quantity=draft.base_quantity,
        unit_price_display=_unit_price(draft),
        tax_inclusive=draft.tax_inclusive,
        tax_rate=line.tax_rate,
        tax_category_id=line.tax_category_id,
        price_amount=draft.price_amount,
        discount=draft.price_amount - draft.amount,
        net=split.net,
        tax=split.tax,
        gross=split.gross,
        is_promotable=draft.is_promotable,
        manual_percent=manual.discount_percent if manual else None,
        manual_reason=manual.reason if manual else "",
        manual_by=manual.by if manual else "",
        manual_authority=manual.authority_percent if manual else None,
        free_of=free.scheme_id if free else None,
        free_quantity=draft.free_quantity,
        list_value=draft.price_amount if free and draft.priced else None,
        seller_tax=draft.seller_tax,
        deposit=sum((each.amount for each in containers), NOTHING),
        containers=containers,
        guard=result.verdict,
        guard_reasons=quoted_guards(result) if result.reasons else (),
        brand_id=line.brand_id,
        category_path=line.category_path,
        explanation=BreakApart(draft.tell, draft.next_break),
    )


def _unit_price(draft: Draft) -> Decimal:
    if draft.priced is None or draft.free is not None:
        return NOTHING
    return draft.priced.unit_price_display


def totalled(
    request: QuoteRequest,
    lines: tuple[tuple[QuotedLine, ...], tuple[RefusedLine, ...]],
    promoted: Promoted,
    redeemed: int,
    findings: tuple[Sequence[RuleProblem], Sequence[ApprovalCause]],
) -> Quote:
    """Sum up the lines; fails with AmountOutOfRange where no invoice could hold them."""
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
        said=promoted.said,
        coupons=_coupons(request, promoted),
        points_redeemed=redeemed,
        points_earned=promoted.points,
        problems=tuple(problems),
        approval_causes=tuple(causes),
        context=_context(request, promoted),
    )


def _coupons(request: QuoteRequest, promoted: Promoted) -> tuple[QuotedCoupon, ...]:
    """Refuse a coupon whose scheme gave nothing: it shall not be used up for that."""
    if not request.coupons:
        return ()
    given = {each.scheme_id for each in promoted.benefits if each.is_given}
    return tuple(
        each
        if not each.is_accepted or each.scheme_id in given
        else replace(each, is_accepted=False, reason="gives nothing for this basket")
        for each in request.coupons
    )


def _context(request: QuoteRequest, promoted: Promoted) -> QuoteContext:
    prices = request.prices
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
        uses=_used_before(request, promoted),
        value_per_point=request.points.value_per_point,
        cash_discount_percent=request.cash_discount_percent,
        free_goods_tax=request.free_goods_tax,
        bands_advise=request.bands_advise,
    )


def _used_before(request: QuoteRequest, promoted: Promoted) -> tuple[UsedBefore, ...]:
    uses = request.uses
    if not uses:
        return ()
    spoke = uses.keys() & promoted.touching
    return tuple(UsedBefore(scheme_id=key, use=uses[key]) for key in sorted(spoke))
