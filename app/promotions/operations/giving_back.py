"""Take back what an order was granted: once, whoever asks and however often."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, update

from app.db.bulk import update_rows
from app.db.work import Work
from app.organisations.models import TradingRelationship
from app.organisations.operations import find_relationship
from app.promotions import locks
from app.promotions.models import (
    CountedOrder,
    Coupon,
    CouponUse,
    GrantedBenefit,
    SchemeBudget,
    SchemeStanding,
)
from app.promotions.operations.points import earned_points, enter, put_back, take
from app.promotions.operations.standing import Change, count_buyer
from app.promotions.rules.words import BenefitStatus, PointsCause

_ADDED = {
    SchemeBudget: ("uses", "money_used", "goods_used"),
    SchemeStanding: ("uses", "money", "goods", "purchased_amount", "purchased_quantity"),
}


async def give_back(work: Work, order_id: UUID, revision: int | None = None) -> None:
    """Give everything back that an order, or only that revision of it, was granted.

    Budgets, limits, coupons and points are there again for others; points that the order had
    earned are taken back as far as the buyer still has any. Does nothing the second time. One
    statement then; else nine for benefits, two more for coupons, points redeemed, four for earned.
    """
    counted = await _close(work, order_id, revision)
    if counted is None:
        return
    benefits = await _benefits(work, order_id)
    if benefits:
        await _uncount(work, counted.relationship_id, benefits)
    await _give_coupons_back(work, order_id)
    relationship = await find_relationship(work, counted.relationship_id)
    if relationship is None:
        msg = f"the relationship of order {order_id} is gone"
        raise LookupError(msg)
    points = await _restore_points(work, relationship, order_id, counted)
    await count_buyer(work, relationship, Change(orders=-1, net=-counted.net, points=points))


async def _close(work: Work, order_id: UUID, revision: int | None) -> CountedOrder | None:
    statement = (
        update(CountedOrder)
        .where(
            CountedOrder.order_id == order_id,
            CountedOrder.status == BenefitStatus.GRANTED,
        )
        .values(status=BenefitStatus.GIVEN_BACK, given_back_at=work.now)
        .returning(CountedOrder)
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    if revision is not None:
        statement = statement.where(CountedOrder.revision == revision)
    return (await work.session.scalars(statement)).first()


async def _benefits(work: Work, order_id: UUID) -> Sequence[Row[*tuple[Any, ...]]]:
    benefit = GrantedBenefit
    statement = (
        update(benefit)
        .where(benefit.order_id == order_id, benefit.status == BenefitStatus.GRANTED)
        .values(status=BenefitStatus.GIVEN_BACK, given_back_at=work.now)
        .returning(
            benefit.scheme_id,
            benefit.money,
            benefit.rebate,
            benefit.goods,
            benefit.points,
            benefit.qualifying_amount,
            benefit.qualifying_quantity,
        )
        .execution_options(synchronize_session=False)
    )
    return list((await work.session.execute(statement)).all())


async def _uncount(
    work: Work, relationship_id: UUID, benefits: Sequence[Row[*tuple[Any, ...]]]
) -> None:
    scheme_ids = [benefit.scheme_id for benefit in benefits]
    limited = set(await locks.budgets(work, scheme_ids))
    budgets = [_budget(benefit) for benefit in benefits if benefit.scheme_id in limited]
    await update_rows(work, SchemeBudget, budgets, keys=["scheme_id"], add=_ADDED[SchemeBudget])
    await locks.standings(work, relationship_id, scheme_ids)
    await update_rows(
        work,
        SchemeStanding,
        [{"relationship_id": relationship_id, **_standing(benefit)} for benefit in benefits],
        keys=["scheme_id", "relationship_id"],
        add=_ADDED[SchemeStanding],
    )


def _budget(benefit: Row[*tuple[Any, ...]]) -> dict[str, Any]:
    return {
        "scheme_id": benefit.scheme_id,
        "uses": -_uses(benefit),
        "money_used": -benefit.money - benefit.rebate,
        "goods_used": -benefit.goods,
    }


def _standing(benefit: Row[*tuple[Any, ...]]) -> dict[str, Any]:
    return {
        "scheme_id": benefit.scheme_id,
        "uses": -_uses(benefit),
        "money": -benefit.money - benefit.rebate,
        "goods": -benefit.goods,
        "purchased_amount": -benefit.qualifying_amount,
        "purchased_quantity": -benefit.qualifying_quantity,
    }


def _uses(benefit: Row[*tuple[Any, ...]]) -> int:
    return int(bool(benefit.money or benefit.goods or benefit.points or benefit.rebate))


async def _give_coupons_back(work: Work, order_id: UUID) -> None:
    statement = (
        update(CouponUse)
        .where(CouponUse.order_id == order_id, CouponUse.status == BenefitStatus.GRANTED)
        .values(status=BenefitStatus.GIVEN_BACK)
        .returning(CouponUse.coupon_id)
        .execution_options(synchronize_session=False)
    )
    used = (await work.session.scalars(statement)).all()
    if not used:
        return
    coupons = await locks.coupons(work, used)
    rows = [{"id": coupon.id, "uses": -1} for coupon in coupons]
    await update_rows(work, Coupon, rows, add=["uses"])


async def _restore_points(
    work: Work, relationship: TradingRelationship, order_id: UUID, counted: CountedOrder
) -> int:
    """Give redeemed points back and take earned ones; returns what the standing gains."""
    if counted.points_redeemed:
        await put_back(work, counted.points_taken)
        await enter(
            work,
            relationship.id,
            PointsCause.GIVEN_BACK,
            counted.points_redeemed,
            order_id=order_id,
        )
    return counted.points_redeemed - await _take_earned(work, relationship.id, order_id, counted)


async def _take_earned(
    work: Work, relationship_id: UUID, order_id: UUID, counted: CountedOrder
) -> int:
    if counted.points_earned_at is None:
        return 0
    earned = await earned_points(work, order_id, counted.points_earned_at)
    if not earned:
        return 0
    taken = sum((await take(work, relationship_id, earned, first=order_id)).values())
    short = earned - taken
    reason = f"{short} of {earned} points were spent or had expired" if short else ""
    await enter(
        work, relationship_id, PointsCause.TAKEN_BACK, -taken, order_id=order_id, reason=reason
    )
    return taken
