"""What others than those who make the prices may know of a quote.

Names of schemes and the reasons of what they give are for the buyer; lists, levels, losers,
guards, authority, and who pays for a scheme are not. Who looks on from above the seller sees the
amounts alone. Of the seller's people some do not read lists, or schemes.
"""

from dataclasses import replace
from decimal import Decimal

from app.kernel.later import Later, known
from app.pricing.rules import PriceStep, RefusedLine, StepName
from app.pricing.rules.guards import GuardVerdict
from app.promotions.rules.outcome import Said, SchemeBenefit
from app.quotes.rules.explanation import BreakApart, Told
from app.quotes.rules.result import Quote, QuoteContext, QuotedCoupon, QuotedLine

_NOTHING = Decimal(0)
_REASONS = {
    StepName.LIST: "the seller's list price",
    StepName.INHERITED: "the list price",
    StepName.FALLBACK: "the seller's standard price",
    StepName.CHANNEL: "the price of your channel",
    StepName.TERRITORY: "the price of your territory",
    StepName.GROUP: "the price of customers like you",
    StepName.LEVEL: "the price of customers like you",
    StepName.BUYER: "your own price",
    StepName.QUANTITY_BREAK: "the price for the quantity ordered",
    StepName.CONTRACT: "the price of your contract",
    StepName.MANUAL: "a discount given to you",
}


def as_buyer_sees(quote: Quote) -> Quote:
    """Return the quote without the seller's own knowledge; amounts stay as they are."""
    return replace(
        quote,
        lines=tuple(map(line_as_buyer_sees, quote.lines)),
        refused=tuple(map(_refused, quote.refused)),
        seller_tax=_NOTHING,
        said=Later(lambda: _said(quote)),
        coupons=tuple(map(_coupon, quote.coupons)),
        problems=(),
        approval_causes=(),
        context=QuoteContext(known_at=quote.context.known_at),
    )


def as_onlooker_sees(quote: Quote) -> Quote:
    """Return what somebody who is neither seller nor buyer may know: amounts, and not why."""
    seen = as_buyer_sees(quote)
    return replace(
        seen,
        lines=tuple(replace(line, explanation=known(Told())) for line in seen.lines),
        said=known(Said()),
        coupons=(),
        points_redeemed=0,
        points_earned=0,
    )


def without_limits(quote: Quote) -> Quote:
    """Return the quote without floors, ceilings and margins, for sellers who read no lists."""
    return replace(quote, lines=tuple(map(_without_limits, quote.lines)))


def without_funding(quote: Quote) -> Quote:
    """Return the quote without who pays for schemes, for sellers who read no schemes."""
    said = quote.said
    return replace(quote, said=Later(lambda: _without_funders(said.told)))


def line_as_buyer_sees(line: QuotedLine) -> QuotedLine:
    """Return one line as its buyer may know it."""
    return replace(
        line,
        manual_reason="",
        manual_by="",
        manual_authority=None,
        seller_tax=_NOTHING,
        guard=GuardVerdict.PASS,
        guard_reasons=(),
        explanation=BreakApart(lambda: _told(line.explanation.told), lambda: line.next_break),
    )


def _said(quote: Quote) -> Said:
    given = tuple(_benefit(each) for each in quote.benefits if each.is_given)
    return Said(hints=quote.hints, benefits=given)


def _without_funders(said: Said) -> Said:
    return said._replace(benefits=tuple(map(_benefit, said.benefits)))


def _without_limits(line: QuotedLine) -> QuotedLine:
    if not line.guard_reasons:
        return line
    hidden = tuple(replace(reason, limit=None) for reason in line.guard_reasons)
    return replace(line, guard_reasons=hidden)


def _told(told: Told) -> Told:
    return Told(tuple(map(_step, told.steps)), (), told.next_break)


def _step(step: PriceStep) -> PriceStep:
    reason = _REASONS.get(step.name, step.reason)
    return replace(step, source_id=None, list_id=None, reason=reason)


def _refused(line: RefusedLine) -> RefusedLine:
    return replace(line, losers=())


def _benefit(benefit: SchemeBenefit) -> SchemeBenefit:
    return benefit._replace(
        funder_id=None,
        funded_percent=_NOTHING,
        funded_money=_NOTHING,
        is_claimable=False,
    )


def _coupon(coupon: QuotedCoupon) -> QuotedCoupon:
    return replace(coupon, coupon_id=None)
