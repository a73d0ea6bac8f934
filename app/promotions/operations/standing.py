"""How a buyer stands with a seller: orders, purchases, points, and the membership tier (R0-53).

The tier is the highest whose threshold the net amounts of orders reach that were counted within
the last 365 days, in the tier's currency, and have not gone back.
"""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ScalarSelect, Uuid, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert

from app.db.work import Work
from app.organisations.models import TradingRelationship
from app.promotions.models import BuyerStanding, CountedOrder, MembershipTier
from app.promotions.operations.counting import table_of
from app.promotions.rules.words import BenefitStatus

WINDOW = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Change:
    """What is added to a buyer's standing; `net` is in the relationship's currency."""

    orders: int = 0
    net: Decimal = Decimal(0)
    points: int = 0


async def count_buyer(work: Work, relationship: TradingRelationship, change: Change) -> None:
    """Add to a buyer's standing and find its membership tier anew; locks it. One statement.

    The points of a new standing cannot be negative; those of an old one are checked behind.
    """
    standing = table_of(BuyerStanding)
    tier = tier_of(work, literal(relationship.seller_id, Uuid()), literal(relationship.id, Uuid()))
    statement = insert(standing).values(
        tenant_id=work.tenant_id,
        relationship_id=relationship.id,
        orders_placed=max(change.orders, 0),
        points=max(change.points, 0),
        purchased_amount=change.net,
        membership_tier_id=tier,
        changed_at=work.now,
    )
    added = {
        "orders_placed": standing.c.orders_placed + change.orders,
        "points": standing.c.points + change.points,
        "purchased_amount": standing.c.purchased_amount + change.net,
        "membership_tier_id": tier,
        "changed_at": work.now,
    }
    await work.session.execute(
        statement.on_conflict_do_update(index_elements=["tenant_id", "relationship_id"], set_=added)
    )


async def recount_tiers(
    work: Work, *, seller_id: UUID | None = None, relationship_id: UUID | None = None
) -> None:
    """Find the tiers of a seller's buyers anew, or of one buyer; one statement.

    Only those who change are written.
    """
    standing, relationship = BuyerStanding, TradingRelationship
    found = (
        select(
            standing.relationship_id,
            tier_of(work, relationship.seller_id, relationship.id).label("tier_id"),
        )
        .join(relationship, relationship.id == standing.relationship_id)
        .where(standing.tenant_id == work.tenant_id, relationship.tenant_id == work.tenant_id)
    )
    if seller_id is not None:
        found = found.where(relationship.seller_id == seller_id)
    if relationship_id is not None:
        found = found.where(relationship.id == relationship_id)
    fresh = found.subquery("fresh")
    await work.session.execute(
        update(standing)
        .where(
            standing.tenant_id == work.tenant_id,
            standing.relationship_id == fresh.c.relationship_id,
            standing.membership_tier_id.is_distinct_from(fresh.c.tier_id),
        )
        .values(membership_tier_id=fresh.c.tier_id, changed_at=work.now)
        .execution_options(synchronize_session=False)
    )


def spent_within_window(work: Work, relationship_id: Any, currency: Any) -> ScalarSelect[Decimal]:
    """Select what a buyer bought within the last 365 days, in a currency."""
    order = CountedOrder
    return (
        select(func.coalesce(func.sum(order.net), Decimal(0)))
        .where(
            order.tenant_id == work.tenant_id,
            order.relationship_id == relationship_id,
            order.status == BenefitStatus.GRANTED,
            order.counted_at > work.now - WINDOW,
            order.currency == currency,
        )
        .scalar_subquery()
    )


def tier_of(work: Work, seller_id: Any, relationship_id: Any) -> ScalarSelect[UUID]:
    """Select the highest tier that a buyer's purchases reach."""
    tier = MembershipTier
    return (
        select(tier.id)
        .where(
            tier.tenant_id == work.tenant_id,
            tier.seller_id == seller_id,
            tier.threshold <= spent_within_window(work, relationship_id, tier.currency),
        )
        .order_by(tier.threshold.desc(), tier.id)
        .limit(1)
        .scalar_subquery()
    )
