"""Guards over the net net price of a piece: order discounts and free goods shared in (step 11)."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from app.kernel.money import AMOUNT_PLACES, round_half_up
from app.pricing.rules.guards import GuardReason, GuardResult, GuardVerdict, check_guards
from app.quotes.rules.draft import NOTHING, Draft
from app.quotes.rules.request import QuoteRequest
from app.quotes.rules.result import ApprovalCause, ApprovalCauseKind, QuotedGuard

Verdicts = dict[str, GuardResult]
"""What the guards say, by line key; lines that nothing guards are absent."""


def guarded(request: QuoteRequest, drafts: Sequence[Draft]) -> Verdicts:
    """Hold every paid line against its guards; goods that are free count with what is paid.

    Free goods of a SKU that is also paid for thin out its price per piece; the value of other gifts
    is taken off all lines that schemes may touch, in proportion.
    """
    if not request.guards:
        return {}
    shares = _Shares(drafts)
    found: Verdicts = {}
    for draft in drafts:
        guards = request.guards.get(draft.line.sku_id, ())
        if guards and draft.free is None:
            cost = request.purchase_prices.get(draft.line.sku_id)
            found[draft.line.key] = check_guards(shares.net_net(draft), cost, guards)
    return found


def quoted_guards(result: GuardResult) -> tuple[QuotedGuard, ...]:
    """Write reasons as the quote keeps them, limits rounded to 4 places for the eye."""
    return tuple(map(_quoted, result.reasons))


def approvals(verdicts: Verdicts) -> Iterator[ApprovalCause]:
    """Yield a cause for every line that a guard lets through with an approval only."""
    for key, result in verdicts.items():
        if result.verdict is GuardVerdict.NEEDS_APPROVAL:
            texts = [
                each.text for each in result.reasons if each.verdict is GuardVerdict.NEEDS_APPROVAL
            ]
            text = f"the price after all discounts {' and '.join(texts)}"
            yield ApprovalCause(kind=ApprovalCauseKind.PRICE_GUARD, line_key=key, text=text)


class _Shares:
    """How much of what is free falls on each line."""

    def __init__(self, drafts: Sequence[Draft]) -> None:
        paid = [draft for draft in drafts if draft.free is None]
        self._pieces: dict[UUID, Decimal] = {}
        for draft in paid:
            _add(self._pieces, draft.line.sku_id, draft.base_quantity)
        self._free: dict[UUID, Decimal] = {}
        gifts = Fraction(0)
        for draft in drafts:
            if draft.free is not None and draft.line.sku_id in self._pieces:
                _add(self._free, draft.line.sku_id, draft.base_quantity)
            elif draft.free is not None:
                gifts += _value(draft)
        self._left = _left(gifts, sum((d.split.net for d in paid if d.is_promotable), NOTHING))

    def net_net(self, draft: Draft) -> Fraction:
        """Return what one piece of the line brings, without tax."""
        sku_id = draft.line.sku_id
        bought = self._pieces[sku_id]
        thinned = Fraction(bought) / Fraction(bought + self._free.get(sku_id, NOTHING))
        left = self._left if draft.is_promotable else Fraction(1)
        return Fraction(draft.split.net) / Fraction(draft.base_quantity) * thinned * left


def _value(draft: Draft) -> Fraction:
    value = Fraction(draft.free_value)
    return value / (1 + Fraction(draft.line.tax_rate)) if draft.tax_inclusive else value


def _left(gifts: Fraction, paid: Decimal) -> Fraction:
    if not gifts or not paid:
        return Fraction(1)
    return max(Fraction(0), 1 - gifts / Fraction(paid))


def _add(counted: dict[UUID, Decimal], key: UUID, quantity: Decimal) -> None:
    counted[key] = counted.get(key, NOTHING) + quantity


def _quoted(reason: GuardReason) -> QuotedGuard:
    limit = None if reason.limit is None else round_half_up(reason.limit, AMOUNT_PLACES)
    return QuotedGuard(
        kind=reason.kind,
        verdict=reason.verdict,
        source_id=reason.source_id,
        granted_by_own=reason.granted_by_own,
        limit=limit,
        text=reason.text,
    )
