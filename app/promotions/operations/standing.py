"""How a buyer stands with a seller: orders, purchases, points, and the membership tier (R0-53).

The tier is the highest whose threshold the net amounts of orders reach that were counted within
the last 365 days, in the tier's currency, and have not gone back.
"""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, Integer, ScalarSelect, Uuid, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import Insert, insert

from app.db.tables import AMOUNT, table_of
from app.db.work import Work
from app.organisations.models import TradingRelationship
from app.promotions.models import BuyerStanding, CountedOrder, MembershipTier
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
    await work.session.execute(_COUNT, bound(work, relationship, change))


def bound(work: Work, relationship: TradingRelationship, change: Change) -> dict[str, Any]:
    """Return the parameters of `counting_buyer`."""
    return {
        "tenant": work.tenant_id,
        "since": work.now - WINDOW,
        "seller": relationship.seller_id,
        "relationship": relationship.id,
        "more_orders": change.orders,
        "more_points": change.points,
        "net": change.net,
        "now": work.now,
    }


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
    return _spent(work.tenant_id, work.now - WINDOW, relationship_id, currency)


def tier_of(work: Work, seller_id: Any, relationship_id: Any) -> ScalarSelect[UUID]:
    """Select the highest tier that a buyer's purchases reach."""
    return _highest_tier(work.tenant_id, work.now - WINDOW, seller_id, relationship_id)


def _spent(
    tenant_id: Any, since: Any, relationship_id: Any, currency: Any
) -> ScalarSelect[Decimal]:
    order = CountedOrder
    return (
        select(func.coalesce(func.sum(order.net), Decimal(0)))
        .where(
            order.tenant_id == tenant_id,
            order.relationship_id == relationship_id,
            order.status == BenefitStatus.GRANTED,
            order.counted_at > since,
            order.currency == currency,
        )
        .scalar_subquery()
    )


def _highest_tier(
    tenant_id: Any, since: Any, seller_id: Any, relationship_id: Any
) -> ScalarSelect[UUID]:
    tier = MembershipTier
    return (
        select(tier.id)
        .where(
            tier.tenant_id == tenant_id,
            tier.seller_id == seller_id,
            tier.threshold <= _spent(tenant_id, since, relationship_id, tier.currency),
        )
        .order_by(tier.threshold.desc(), tier.id)
        .limit(1)
        .scalar_subquery()
    )


def counting_buyer() -> Insert:
    """Build the statement of `count_buyer`, once."""
    standing = table_of(BuyerStanding)
    tenant, relationship = (
        bindparam("tenant", type_=Uuid()),
        bindparam("relationship", type_=Uuid()),
    )
    since, now = (bindparam(name, type_=DateTime(timezone=True)) for name in ("since", "now"))
    orders, points = (bindparam(name, type_=Integer()) for name in ("more_orders", "more_points"))
    net = bindparam("net", type_=AMOUNT)
    tier = _highest_tier(tenant, since, bindparam("seller", type_=Uuid()), relationship)
    return (
        insert(standing)
        .values(
            tenant_id=tenant,
            relationship_id=relationship,
            orders_placed=func.greatest(orders, 0),
            points=func.greatest(points, 0),
            purchased_amount=net,
            membership_tier_id=tier,
            changed_at=now,
        )
        .on_conflict_do_update(
            index_elements=["tenant_id", "relationship_id"],
            set_={
                "orders_placed": standing.c.orders_placed + orders,
                "points": standing.c.points + points,
                "purchased_amount": standing.c.purchased_amount + net,
                "membership_tier_id": tier,
                "changed_at": now,
            },
        )
    )


_COUNT = counting_buyer()
