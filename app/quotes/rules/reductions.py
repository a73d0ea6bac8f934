"""What people and payment terms take off amounts: by hand, with points, for paying in time."""

from collections.abc import Sequence
from decimal import Decimal

from app.kernel.money import currency_exponent, spread
from app.pricing.rules import PriceStep, StepName
from app.pricing.rules.exact import ONE, percent, product, rounded
from app.pricing.rules.wording import shown
from app.promotions.rules.points import redeemable
from app.quotes.rules.draft import NOTHING, Draft, total_of
from app.quotes.rules.request import ManualPrice, PointsWish
from app.quotes.rules.result import ApprovalCause, ApprovalCauseKind


def discount_by_hand(draft: Draft, manual: ManualPrice, currency: str) -> ApprovalCause | None:
    """Take a discount off the price of the lists, a contract's too (step 6, R3-50).

    Returns the cause for an approval where it goes beyond the authority of whoever gives it.
    """
    cut = _share(draft.amount, manual.discount_percent, currency)
    after = draft.amount - cut
    said = f"{shown(manual.discount_percent)} % off by {manual.by or 'hand'}: {manual.reason}"
    allowed = manual.authority_percent or NOTHING
    is_within = manual.discount_percent <= allowed
    reason = said if is_within else f"{said}; beyond an authority of {shown(allowed)} %"
    draft.manual = manual
    draft.by_hand = PriceStep(StepName.MANUAL, None, None, draft.amount, after, reason)
    draft.amount = after
    if is_within:
        return None
    return ApprovalCause(
        kind=ApprovalCauseKind.DISCOUNT_AUTHORITY, line_key=draft.line.key, text=reason
    )


def redeem(drafts: Sequence[Draft], wish: PointsWish, currency: str) -> int:
    """Pay with whole points, as many as the buyer has and the goods cost; returns how many.

    A coin that points pay only a part of is not paid by them, nor is a point taken for it.
    """
    wanted = min(wish.asked, wish.balance)
    if wish.value_per_point is None or wanted <= 0:
        return 0
    paid = redeemable(wanted, wish.value_per_point, total_of(drafts), currency)
    _take(drafts, paid.money, StepName.POINTS, f"{paid.points} points redeemed", currency)
    return paid.points


def discount_for_cash(drafts: Sequence[Draft], rate: Decimal, currency: str) -> None:
    """Take the payment term's percentage off what is left, rounded once over all lines (10)."""
    if not rate:
        return
    reduction = _share(total_of(drafts), rate, currency)
    reason = f"{shown(rate)} % for the payment term"
    _take(drafts, reduction, StepName.CASH_DISCOUNT, reason, currency)


def _share(amount: Decimal, rate: Decimal, currency: str) -> Decimal:
    return rounded(product((amount, ONE), percent(rate)), currency_exponent(currency))


def _take(
    drafts: Sequence[Draft], reduction: Decimal, name: StepName, reason: str, currency: str
) -> None:
    if not reduction:
        return
    parts = spread(reduction, [draft.amount for draft in drafts], currency)
    for draft, part in zip(drafts, parts, strict=True):
        if part:
            draft.reduce(name, part, reason)
