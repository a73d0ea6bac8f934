"""What time has brought about: points that are over, and purchases too old for a tier."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import exists, select

from app.db.work import Work
from app.organisations.models import TradingRelationship
from app.promotions.models import BuyerStanding, CountedOrder, PointsLot
from app.promotions.operations.standing import WINDOW, tier_of

MOST_A_RUN = 100
LOOKS_BACK = timedelta(days=7)
"""How long the clock may have stood still without a membership being overlooked."""


async def points_over(work: Work) -> Sequence[UUID]:
    """Return the tenant's id when points are to expire in it, else nothing; one statement."""
    over = exists().where(
        PointsLot.tenant_id == work.tenant_id,
        PointsLot.remaining > 0,
        PointsLot.expires_at <= work.now,
    )
    return [work.tenant_id] if await work.session.scalar(select(over)) else []


async def faded_memberships(work: Work) -> Sequence[UUID]:
    """Return relationships whose buyer has another tier by now; bounded, one statement.

    Only of those from whose year a purchase fell out lately.
    """
    standing, relationship = BuyerStanding, TradingRelationship
    fell_out = exists().where(
        CountedOrder.tenant_id == standing.tenant_id,
        CountedOrder.relationship_id == standing.relationship_id,
        CountedOrder.counted_at <= work.now - WINDOW,
        CountedOrder.counted_at > work.now - WINDOW - LOOKS_BACK,
    )
    tier = tier_of(work, relationship.seller_id, relationship.id)
    statement = (
        select(standing.relationship_id)
        .join(relationship, relationship.id == standing.relationship_id)
        .where(
            standing.membership_tier_id.is_not(None),
            fell_out,
            standing.membership_tier_id.is_distinct_from(tier),
        )
        .order_by(standing.relationship_id)
        .limit(MOST_A_RUN)
    )
    return (await work.session.scalars(statement)).all()
