"""The hard filters: rows that cannot compete at all, and why."""

from datetime import datetime

from app.kernel.period import Period
from app.pricing.rules.candidate import PriceCandidate, PriceKind
from app.pricing.rules.request import PriceRequest
from app.pricing.rules.result import LosingCandidate, LossCode


def loss(candidate: PriceCandidate, code: LossCode, reason: str) -> LosingCandidate:
    """Write down why the row does not set the price."""
    return LosingCandidate(candidate.entry_id, candidate.list_id, candidate.list_name, code, reason)


def exclusion(request: PriceRequest, candidate: PriceCandidate) -> LosingCandidate | None:
    """Name the first hard filter of Our rule 1 that the row fails, or none if it may compete."""
    if candidate.seller_id != request.seller_id:
        return loss(candidate, LossCode.OTHER_SELLER, "belongs to another seller")
    if candidate.currency != request.currency:
        return loss(candidate, LossCode.OTHER_CURRENCY, f"is in {candidate.currency}")
    if not candidate.approved:
        return loss(candidate, LossCode.NOT_APPROVED, "is not approved")
    return (
        _time_exclusion(request.price_instant, candidate)
        or _buyer_exclusion(request, candidate)
        or _fallback_exclusion(request, candidate)
    )


def _time_exclusion(instant: datetime, candidate: PriceCandidate) -> LosingCandidate | None:
    for name, period in (("list", candidate.list_period), ("row", candidate.entry_period)):
        if period is None or period.contains(instant):
            continue
        return _out_of_time(instant, candidate, name, period)
    return None


def _out_of_time(
    instant: datetime, candidate: PriceCandidate, name: str, period: Period
) -> LosingCandidate:
    if instant < period.start:
        reason = f"the {name} is valid only from {period.start.isoformat()}"
        return loss(candidate, LossCode.NOT_YET_VALID, reason)
    end = period.end.isoformat() if period.end else ""
    return loss(candidate, LossCode.NO_LONGER_VALID, f"the {name} was valid before {end}")


def _buyer_exclusion(request: PriceRequest, candidate: PriceCandidate) -> LosingCandidate | None:
    audience = (
        ("trading relationship", candidate.relationship_id, (request.relationship_id,)),
        ("customer level", candidate.level_id, request.level_ids),
        ("customer group", candidate.group_id, request.group_ids),
        ("territory", candidate.territory_id, request.territory_ids),
        ("channel", candidate.channel, (request.channel,)),
    )
    for name, wanted, held in audience:
        if wanted is not None and wanted not in held:
            reason = f"is for another {name} than the buyer's"
            return loss(candidate, LossCode.BUYER_NOT_ELIGIBLE, reason)
    return None


def _fallback_exclusion(request: PriceRequest, candidate: PriceCandidate) -> LosingCandidate | None:
    if candidate.kind is PriceKind.PURCHASE_PLUS_MARGIN and not request.fallback_allowed:
        reason = "the seller does not sell at purchase price plus margin"
        return loss(candidate, LossCode.FALLBACK_NOT_ALLOWED, reason)
    return None
