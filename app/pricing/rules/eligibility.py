"""The hard filters: lists and rows that cannot compete at all, and why (Our rule 1)."""

from datetime import datetime

from app.pricing.rules.price_list import ListTerms, PriceKind
from app.pricing.rules.price_row import PriceRow
from app.pricing.rules.request import PriceRequest
from app.pricing.rules.result import LossCode

Exclusion = tuple[LossCode, str]
"""The filter that failed, and the sentence that says so."""


def speaks_to(request: PriceRequest, terms: ListTerms) -> bool:
    """Tell whether rows of the list may compete."""
    return misplaced(request, terms) is None and not_addressed(request, terms) is None


def misplaced(request: PriceRequest, terms: ListTerms) -> Exclusion | None:
    """Name the filter of seller, currency or time that the whole list fails."""
    if terms.kind is not PriceKind.INHERITED and terms.seller_id != request.seller_id:
        return LossCode.OTHER_SELLER, "belongs to another seller"
    if terms.currency != request.currency:
        return LossCode.OTHER_CURRENCY, f"is in {terms.currency}"
    period = terms.period
    return _out_of_time(request.price_instant, "list", period.start, period.end)


def out_of_time(instant: datetime, row: PriceRow) -> Exclusion | None:
    """Say that the row is not valid yet, or no longer."""
    return _out_of_time(instant, "row", row.valid_from, row.valid_until)


def not_addressed(request: PriceRequest, terms: ListTerms) -> Exclusion | None:
    """Say that the list is for other buyers than this one."""
    audience = (
        ("trading relationship", terms.relationship_id, (request.relationship_id,)),
        ("customer level", terms.level_id, request.level_ids),
        ("customer group", terms.group_id, request.group_ids),
        ("territory", terms.territory_id, request.territory_ids),
        ("channel", terms.channel, (request.channel,)),
    )
    for name, wanted, held in audience:
        if wanted is not None and wanted not in held:
            return LossCode.BUYER_NOT_ELIGIBLE, f"is for another {name} than the buyer's"
    return _not_switched_on(request, terms.kind)


def _not_switched_on(request: PriceRequest, kind: PriceKind) -> Exclusion | None:
    if kind is PriceKind.PURCHASE_PLUS_MARGIN and not request.fallback_allowed:
        reason = "the seller does not sell at purchase price plus margin"
        return LossCode.FALLBACK_NOT_ALLOWED, reason
    if kind is PriceKind.INHERITED and not request.inherits_prices:
        reason = "the buyer does not inherit prices from further up the chain"
        return LossCode.NOT_INHERITED, reason
    return None


def _out_of_time(
    instant: datetime, name: str, start: datetime, end: datetime | None
) -> Exclusion | None:
    if instant < start:
        return LossCode.NOT_YET_VALID, f"the {name} is valid only from {start.isoformat()}"
    if end is not None and instant >= end:
        return LossCode.NO_LONGER_VALID, f"the {name} was valid before {end.isoformat()}"
    return None
