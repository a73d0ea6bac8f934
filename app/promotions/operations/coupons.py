"""Coupon codes as a buyer presents them (R0-52)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select

from app.db.work import Work
from app.organisations.models import TradingRelationship
from app.promotions.models import Coupon
from app.promotions.rules.coupons import is_mistyped, normalised

MOST_CODES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class CouponOutcome:
    """A code as it was typed, and whether it lets its scheme speak; a refused one says why."""

    code: str
    coupon_id: UUID | None = None
    scheme_id: UUID | None = None
    is_accepted: bool = False
    reason: str = ""


async def presented(
    work: Work, relationship: TradingRelationship, instant: datetime, codes: Sequence[str]
) -> tuple[CouponOutcome, ...]:
    """Judge codes in their order; another customer's code is as unknown as one that never was.

    A code is called mistyped for its own characters alone, never for the codes that there are.
    """
    if not codes:
        return ()
    statement = select(Coupon).where(
        Coupon.seller_id == relationship.seller_id,
        Coupon.code.in_({normalised(code) for code in codes[:MOST_CODES]}),
        or_(Coupon.relationship_id.is_(None), Coupon.relationship_id == relationship.id),
    )
    found = {coupon.code: coupon for coupon in await work.session.scalars(statement)}
    outcomes: list[CouponOutcome] = []
    taken: set[UUID] = set()
    for code in codes:
        outcome = _judged(code, found.get(normalised(code)), instant, taken)
        outcomes.append(outcome)
        if outcome.is_accepted and outcome.scheme_id:
            taken.add(outcome.scheme_id)
    return tuple(outcomes)


def _judged(code: str, coupon: Coupon | None, instant: datetime, taken: set[UUID]) -> CouponOutcome:
    if coupon is None:
        return CouponOutcome(code=code, reason=_unknown(normalised(code)))
    reason = _fault(coupon, instant)
    if not reason and coupon.scheme_id in taken:
        reason = "Another coupon of the same promotion was given already."
    return CouponOutcome(
        code=code,
        coupon_id=coupon.id,
        scheme_id=coupon.scheme_id,
        is_accepted=not reason,
        reason=reason,
    )


def _unknown(code: str) -> str:
    if is_mistyped(code):
        return "The code is mistyped; check it letter by letter."
    return "There is no such coupon for you."


def _fault(coupon: Coupon, instant: datetime) -> str:
    if coupon.withdrawn_at is not None:
        return "The coupon was withdrawn."
    if instant < coupon.valid_from:
        return "The coupon is not valid yet."
    if coupon.valid_until is not None and instant >= coupon.valid_until:
        return "The coupon has expired."
    return "The coupon has been used." if coupon.uses >= coupon.uses_limit else ""
