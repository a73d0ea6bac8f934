"""Discounts that people give by hand: who may, how far, and what goes beyond (R3-50)."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Row, and_, or_, select

from app.db.work import Work
from app.kernel.actor import Scope
from app.kernel.errors import Invalid
from app.orders.errors import DiscountNotAllowed
from app.orders.operations.wishes import LineDiscount, LineWish
from app.organisations.models import TradingRelationship
from app.organisations.operations import is_assigned
from app.pricing.models import DiscountAuthority
from app.rbac.models import MembershipRole
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


async def authority_of(work: Work, seller_id: UUID, givers: Collection[UUID]) -> Decimal | None:
    """Return how far everyone who gave a discount may go, in percent; none where somebody may not.

    One statement, none without givers. A person's own limit counts before those of the roles held,
    of which the highest counts.
    """
    if not givers:
        return None
    own: dict[UUID, Decimal] = {}
    of_roles: dict[UUID, Decimal] = {}
    for person, holder, limit in await _authorities(work, seller_id, givers):
        if person:
            own[person] = limit
        else:
            of_roles[holder] = max(limit, of_roles.get(holder, limit))
    limits = of_roles | own
    if not limits.keys() >= set(givers):
        return None
    return min(limits[giver] for giver in givers)


async def _authorities(
    work: Work, seller_id: UUID, givers: Collection[UUID]
) -> Sequence[Row[UUID | None, UUID, Decimal]]:
    authority, held = DiscountAuthority, MembershipRole
    is_held = and_(
        held.tenant_id == authority.tenant_id,
        held.role_id == authority.role_id,
        held.membership_id.in_(givers),
    )
    statement = (
        select(authority.membership_id, held.membership_id, authority.limit_percent)
        .outerjoin(held, is_held)
        .where(
            authority.organisation_id == seller_id,
            authority.ended_at.is_(None),
            or_(authority.membership_id.in_(givers), held.membership_id.is_not(None)),
        )
    )
    return (await work.session.execute(statement)).all()


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
