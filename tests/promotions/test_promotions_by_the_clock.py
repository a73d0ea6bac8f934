"""What the clock does to points and memberships."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from sqlalchemy import func, select

from app.promotions.models import BuyerStanding, PointsEntry, PointsLot
from tests.support.promotions import Trade
from workers.clock import tick_in_tenant


async def test_points_expire_when_their_time_is_over_and_once(world):
    trade = await Trade.create(world)
    scheme = await trade.scheme()
    await trade.programme(days_valid=30)
    early, late = await trade.orders(2)
    for order, days in ((early, 40), (late, 10)):
        await trade.grant(order, trade.benefit(scheme, money=Decimal(0), points=100))
        await trade.earn(order, datetime.now(UTC) - timedelta(days=days))
    before = await trade.offer()

    await tick_in_tenant(world.database, world.tenant_id, lambda: datetime.now(UTC))
    await tick_in_tenant(world.database, world.tenant_id, lambda: datetime.now(UTC))

    expired = await trade.one(select(PointsEntry).where(PointsEntry.cause == "EXPIRED"))
    assert expired.points == -100
    assert before.points_balance == (await trade.offer()).points_balance == 100
    assert (await trade.one(select(BuyerStanding))).points == 100
    assert await trade.one(select(func.sum(PointsLot.remaining))) == 100


async def test_a_membership_ends_when_its_purchases_are_a_year_old(world):
    trade = await Trade.create(world)
    gold = await trade.tier("Gold", "50")
    (order,) = await trade.orders()
    await trade.grant(order)

    await tick_in_tenant(world.database, world.tenant_id, lambda: _after(364))
    kept = (await trade.offer()).membership_tier_id
    await tick_in_tenant(world.database, world.tenant_id, lambda: _after(366))

    assert kept == gold
    assert (await trade.offer()).membership_tier_id is None


def _after(days):
    return datetime.now(UTC) + timedelta(days=days)
