"""Discounts that people give by hand: who may, how far, and what goes beyond (R3-50)."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from app.db.work import Work
from app.kernel.actor import Scope
from app.kernel.errors import Invalid
from app.orders.errors import DiscountNotAllowed
from app.orders.operations.wishes import LineDiscount, LineWish
from app.organisations.models import TradingRelationship
from app.organisations.operations import is_assigned
from app.pricing.operations.authority import authorities_of
from app.rbac.permissions import Permission

MOST_PERCENT = 100
LONGEST_REASON = 500


async def given_by_actor(
    work: Work, relationship: TradingRelationship, lines: Sequence[LineWish]
) -> Sequence[LineWish]:
    """Return the lines with the actor's name on every discount.

    Raises `DiscountNotAllowed` for anyone but the seller's people with the right, for this
    customer, and `Invalid` at `lines.N.discountPercent` or `lines.N.discountReason`.
    """
    given = [place for place, line in enumerate(lines) if line.discount]
    if not given:
        return lines
    if not await _may_discount(work, relationship):
        raise DiscountNotAllowed().at(f"lines.{given[0]}.discountPercent")
    return [_signed(work, place, line) for place, line in enumerate(lines)]


async def authorities_of_givers(
    work: Work, seller_id: UUID, lines: Sequence[LineWish]
) -> dict[UUID, Decimal]:
    """Return how far each one who gave a discount may go, in percent, by membership."""
    given = [line.discount.by_membership_id for line in lines if line.discount]
    return await authorities_of(work, seller_id, {giver for giver in given if giver})


async def _may_discount(work: Work, relationship: TradingRelationship) -> bool:
    if work.actor.own_organisation != relationship.seller_id:
        return False
    if not work.actor.may(Permission.DISCOUNT_GRANT):
        return False
    if work.actor.scope_of(Permission.DISCOUNT_GRANT) is not Scope.ASSIGNED:
        return True
    return await is_assigned(work, relationship.id)


def _signed(work: Work, place: int, line: LineWish) -> LineWish:
    if line.discount is None:
        return line
    percent, reason = line.discount.percent, line.discount.reason.strip()
    if not (percent.is_finite() and 0 < percent <= MOST_PERCENT):
        raise Invalid(f"lines.{place}.discountPercent", "must be above 0 and at most 100")
    if not 1 <= len(reason) <= LONGEST_REASON:
        problem = f"must say why, in 1 to {LONGEST_REASON} characters"
        raise Invalid(f"lines.{place}.discountReason", problem)
    giver = LineDiscount(percent, reason, work.actor.membership_id, work.actor.name)
    return replace(line, discount=giver)
