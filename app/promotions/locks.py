"""Row locks of promotions in key order: schemes, budgets, standings, coupons, points, buyers.

They are FOR NO KEY UPDATE (`key_share`) where granted benefits hold the rows' keys.
"""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select

from app.db.work import Work
from app.kernel.errors import NotFound
from app.organisations import locks as organisation_locks
from app.organisations.models import TradingRelationship
from app.promotions.models import (
    Coupon,
    PointsLot,
    SchemeBudget,
    SchemeStanding,
    TradeScheme,
)
from app.promotions.rules.words import SchemeStatus


async def scheme(work: Work, scheme_id: UUID, reach: ColumnElement[bool]) -> TradeScheme:
    """Lock a scheme; waits for every order that is granting it, and holds up those to come.

    Raises `NotFound`.
    """
    statement = select(TradeScheme).where(TradeScheme.id == scheme_id, reach).with_for_update()
    found = await work.session.scalar(statement.execution_options(populate_existing=True))
    if found is None:
        raise NotFound("TradeScheme")
    return found


async def schemes(
    work: Work, ids: Collection[UUID], reach: ColumnElement[bool]
) -> dict[UUID, TradeScheme]:
    """Lock several schemes as `scheme` does one, in the order of keys; by id, within reach."""
    statement = (
        select(TradeScheme)
        .where(TradeScheme.id.in_(ids), reach)
        .order_by(TradeScheme.id)
        .with_for_update()
    )
    rows = await work.session.scalars(statement.execution_options(populate_existing=True))
    return {row.id: row for row in rows}


async def limits(work: Work, relationship: TradingRelationship) -> None:
    """Lock all that could run out before a buyer's order is granted what it is about to be told.

    The relationship comes first, as where credit is checked before anything is counted. Three
    statements.
    """
    await organisation_locks.credit_limit(work, relationship.id)
    active = select(TradeScheme.id).where(
        TradeScheme.tenant_id == work.tenant_id,
        TradeScheme.seller_id == relationship.seller_id,
        TradeScheme.status == SchemeStatus.ACTIVE,
    )
    await work.session.execute(
        select(SchemeBudget.scheme_id)
        .where(SchemeBudget.scheme_id.in_(active))
        .order_by(SchemeBudget.scheme_id)
        .with_for_update(key_share=True, of=SchemeBudget)
    )
    await work.session.execute(
        select(SchemeStanding.scheme_id)
        .where(SchemeStanding.relationship_id == relationship.id)
        .order_by(SchemeStanding.scheme_id)
        .with_for_update(key_share=True)
    )


async def budgets(work: Work, scheme_ids: Collection[UUID]) -> Sequence[UUID]:
    """Lock the budgets of schemes; returns those that have one."""
    statement = (
        select(SchemeBudget.scheme_id)
        .where(SchemeBudget.scheme_id.in_(scheme_ids))
        .order_by(SchemeBudget.scheme_id)
    )
    return (await work.session.scalars(statement.with_for_update(key_share=True))).all()


async def standings(work: Work, relationship_id: UUID, scheme_ids: Collection[UUID]) -> None:
    """Lock what a buyer has got of schemes."""
    statement = (
        select(SchemeStanding.scheme_id)
        .where(
            SchemeStanding.relationship_id == relationship_id,
            SchemeStanding.scheme_id.in_(scheme_ids),
        )
        .order_by(SchemeStanding.scheme_id)
    )
    await work.session.execute(statement.with_for_update(key_share=True))


async def coupons(work: Work, coupon_ids: Collection[UUID]) -> Sequence[Coupon]:
    """Lock coupons."""
    statement = select(Coupon).where(Coupon.id.in_(coupon_ids)).order_by(Coupon.id)
    locked = statement.with_for_update(key_share=True).execution_options(populate_existing=True)
    return (await work.session.scalars(locked)).all()


async def points_lots(work: Work, relationship_id: UUID) -> Sequence[PointsLot]:
    """Lock a buyer's points that may still be spent, the first to expire first."""
    statement = (
        select(PointsLot)
        .where(
            PointsLot.relationship_id == relationship_id,
            PointsLot.remaining > 0,
            or_(PointsLot.expires_at.is_(None), PointsLot.expires_at > work.now),
        )
        .order_by(PointsLot.expires_at.nulls_last(), PointsLot.id)
    )
    locked = statement.with_for_update().execution_options(populate_existing=True)
    return (await work.session.scalars(locked)).all()


async def expired_lots(work: Work, most: int) -> Sequence[PointsLot]:
    """Lock points whose time is over, those that expired first; bounded."""
    statement = (
        select(PointsLot)
        .where(PointsLot.remaining > 0, PointsLot.expires_at <= work.now)
        .order_by(PointsLot.expires_at, PointsLot.id)
        .limit(most)
    )
    locked = statement.with_for_update().execution_options(populate_existing=True)
    return (await work.session.scalars(locked)).all()
