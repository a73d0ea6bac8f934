"""What orders are granted: exactly up to the limits, whoever comes at the same time."""

import asyncio
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from app.db.database import Database
from app.db.work import TryAgain, acting_as, perform
from app.kernel.actor import system_actor
from app.promotions.errors import SchemeBudgetSpent
from app.promotions.models import (
    BuyerStanding,
    CountedOrder,
    Coupon,
    CouponUse,
    GrantedBenefit,
    PointsEntry,
    SchemeBudget,
    SchemeStanding,
)
from app.promotions.operations import Granted, grant, offered
from app.promotions.rules.basket import SchemeUse
from app.promotions.rules.terms import Limits
from tests.support.patience import UNHURRIED
from tests.support.promotions import Trade, related

CLIENTS = 50
LONG_AGO_POINTS = datetime.now(UTC) - timedelta(days=10)


@pytest.fixture
async def trade(world):
    return await Trade.create(world)


@pytest.fixture
async def many_connections(access):
    database = Database(access.app_dsn, pool_size=CLIENTS, patience=UNHURRIED)
    yield database
    await database.close()


async def rows_of(trade, *columns):
    async def read(work):
        statement = select(*columns).where(columns[0].class_.tenant_id == work.tenant_id)
        return (await work.session.execute(statement)).all()

    return await trade.world.run(read)


async def test_fifty_orders_at_once_take_a_money_budget_to_the_last_cent(trade, many_connections):
    scheme = await trade.scheme(limits=Limits(money=Decimal("333.33")))
    orders = await trade.orders(CLIENTS)

    await asyncio.gather(*(_take_what_is_left(trade, many_connections, o, scheme) for o in orders))

    budget = await trade.one(select(SchemeBudget))
    given = await rows_of(trade, GrantedBenefit.money)
    assert budget.money_used == budget.money_limit == Decimal("333.33")
    assert sorted(money for (money,) in given) == [Decimal("3.33"), *[Decimal(10)] * 33]
    assert len(await rows_of(trade, CountedOrder.order_id)) == CLIENTS
    standing = await trade.one(select(SchemeStanding))
    assert (standing.money, standing.uses) == (Decimal("333.33"), 34)
    assert (await trade.one(select(BuyerStanding))).orders_placed == CLIENTS


async def _take_what_is_left(trade, database, order_id, scheme_id):
    """Quote and grant as placing does: 10.00, or what the budget has left."""

    async def command(work):
        relationship = await related(work, trade.relationship)
        offer = await offered(work, relationship, work.now)
        await asyncio.sleep(0.005)  # Others come in between.
        left = Decimal("333.33") - offer.uses.get(scheme_id, SchemeUse()).money
        money = min(Decimal(10), left)
        benefits = [trade.benefit(scheme_id, money=money)] if money else []
        granted = Granted(currency="CNY", net=Decimal(100) - money, benefits=benefits)
        await grant(work, order_id, 1, relationship, granted)

    world = trade.world
    actor = acting_as(system_actor(world.tenant_id, "test"))
    await perform(database, world.tenant_id, actor, command)


async def test_orders_that_share_schemes_in_any_order_never_wait_for_each_other(
    trade, many_connections
):
    schemes = [await trade.scheme(limits=Limits(money=Decimal(10_000))) for _ in range(4)]
    orders = await trade.orders(20)

    async def place(place, order_id):
        turned = schemes[place % 4 :] + schemes[: place % 4]
        benefits = [trade.benefit(each) for each in turned]

        async def command(work):
            relationship = await related(work, trade.relationship)
            granted = Granted(currency="CNY", net=Decimal(60), benefits=benefits)
            await grant(work, order_id, 1, relationship, granted)

        actor = acting_as(system_actor(trade.world.tenant_id, "test"))
        await perform(many_connections, trade.world.tenant_id, actor, command)

    await asyncio.gather(*(place(number, order) for number, order in enumerate(orders)))

    used = await rows_of(trade, SchemeBudget.money_used)
    assert used == [(Decimal(200),)] * 4


@pytest.mark.parametrize(
    ("limits", "given"),
    [
        (Limits(uses=1), {}),
        (Limits(money=Decimal("19.99")), {}),
        (Limits(goods=Decimal(1)), {"money": Decimal(0), "goods": Decimal(1)}),
        (Limits(uses_per_buyer=1), {}),
        (Limits(money_per_buyer=Decimal("19.99")), {}),
        (Limits(goods_per_buyer=Decimal(1)), {"money": Decimal(0), "goods": Decimal(1)}),
    ],
)
async def test_one_more_than_any_limit_is_refused_and_leaves_nothing(trade, limits, given):
    scheme = await trade.scheme(name="Ten off", limits=limits)
    first, second = await trade.orders(2)
    await trade.grant(first, trade.benefit(scheme, **given))

    with pytest.raises(SchemeBudgetSpent) as refused:
        await trade.grant(second, trade.benefit(scheme, **given))

    assert "Ten off" in refused.value.message
    assert len(await rows_of(trade, GrantedBenefit.id)) == 1
    assert len(await rows_of(trade, CountedOrder.order_id)) == 1
    assert (await trade.one(select(BuyerStanding))).orders_placed == 1
    assert (await trade.one(select(SchemeStanding))).uses == 1


async def test_what_goes_back_can_be_granted_again(trade):
    scheme = await trade.scheme(limits=Limits(uses=1, money=Decimal(10)))
    first, second = await trade.orders(2)
    await trade.grant(first, trade.benefit(scheme, qualifying_amount=Decimal(100)))

    await asyncio.gather(*(trade.give_back(first) for _ in range(5)))
    await trade.grant(second, trade.benefit(scheme))

    assert (await trade.one(select(SchemeBudget))).uses == 1
    standing = await trade.one(select(SchemeStanding))
    assert (standing.uses, standing.money, standing.purchased_amount) == (1, 10, 0)
    buyer = await trade.one(select(BuyerStanding))
    assert (buyer.orders_placed, buyer.purchased_amount) == (1, Decimal(100))
    assert sorted(await rows_of(trade, GrantedBenefit.status)) == [("GIVEN_BACK",), ("GRANTED",)]


async def test_only_the_revision_that_was_meant_goes_back(trade):
    scheme = await trade.scheme()
    (order,) = await trade.orders()
    await trade.grant(order, trade.benefit(scheme))

    await trade.give_back(order, 2)
    kept = await rows_of(trade, GrantedBenefit.status)
    await trade.give_back(order, 1)

    assert kept == [("GRANTED",)]
    assert await rows_of(trade, GrantedBenefit.status) == [("GIVEN_BACK",)]


async def test_an_order_that_counts_already_is_not_counted_twice(trade):
    (order,) = await trade.orders()
    await trade.grant(order)

    with pytest.raises(LookupError, match="counts already"):
        await trade.grant(order)

    assert (await trade.one(select(BuyerStanding))).orders_placed == 1


async def test_a_changed_order_is_granted_anew(trade):
    scheme = await trade.scheme(limits=Limits(money=Decimal(15)))
    (order,) = await trade.orders()
    await trade.grant(order, trade.benefit(scheme))

    await trade.give_back(order)
    await trade.grant(order, trade.benefit(scheme, money=Decimal(15)))

    assert (await trade.one(select(SchemeBudget))).money_used == Decimal(15)
    assert (await trade.one(select(BuyerStanding))).orders_placed == 1


async def test_a_coupon_is_used_once_and_comes_back_with_its_order(trade):
    scheme = await trade.scheme(needs_coupon=True)
    coupon = await trade.coupon(scheme, "SUMMER26")
    first, second = await trade.orders(2)
    await trade.grant(first, trade.benefit(scheme), coupon_ids=[coupon])

    used = (await trade.offer(coupon_codes=["summer-26"])).coupons
    with pytest.raises(SchemeBudgetSpent):
        await trade.grant(second, trade.benefit(scheme), coupon_ids=[coupon])
    await trade.give_back(first)
    free = (await trade.offer(coupon_codes=["summer-26"])).coupons
    await trade.grant(first, trade.benefit(scheme), coupon_ids=[coupon])

    assert [(each.is_accepted, each.reason) for each in used] == [
        (False, "The coupon has been used.")
    ]
    assert [each.scheme_id for each in free if each.is_accepted] == [scheme]
    assert (await trade.one(select(Coupon))).uses == 1
    assert await rows_of(trade, CouponUse.status) == [("GRANTED",)]


async def test_fifty_orders_at_once_use_a_coupon_as_often_as_it_may(trade, many_connections):
    scheme = await trade.scheme(needs_coupon=True)
    await trade.coupon(scheme, "SUMMER26", uses_limit=7)
    orders = await trade.orders(CLIENTS)

    async def place(order_id):
        async def command(work):
            relationship = await related(work, trade.relationship)
            offer = await offered(work, relationship, work.now, coupon_codes=["SUMMER26"])
            accepted = [each.coupon_id for each in offer.coupons if each.is_accepted]
            benefits = [trade.benefit(scheme)] if accepted else []
            granted = Granted(
                currency="CNY", net=Decimal(90), benefits=benefits, coupon_ids=accepted
            )
            await grant(work, order_id, 1, relationship, granted)

        actor = acting_as(system_actor(trade.world.tenant_id, "test"))
        await perform(many_connections, trade.world.tenant_id, actor, command)

    await asyncio.gather(*(place(order) for order in orders))

    assert (await trade.one(select(Coupon))).uses == 7
    assert len(await rows_of(trade, CouponUse.order_id)) == 7
    assert len(await rows_of(trade, GrantedBenefit.id)) == 7
    assert len(await rows_of(trade, CountedOrder.order_id)) == CLIENTS


async def test_points_are_earned_once_spent_first_to_expire_first_and_given_back(trade):
    scheme = await trade.scheme()
    await trade.programme(days_valid=30)
    early, late, spending = await trade.orders(3)
    await trade.grant(early, trade.benefit(scheme, money=Decimal(0), points=100))
    await trade.earn(early, LONG_AGO_POINTS)
    await trade.earn(early)
    await trade.grant(late, trade.benefit(scheme, money=Decimal(0), points=50))
    await trade.earn(late)

    before = (await trade.offer()).points_balance
    await trade.grant(spending, points_redeemed=120)
    left = {lot.order_id: lot.remaining for lot in await trade.lots()}
    after = (await trade.offer()).points_balance
    await trade.give_back(spending)
    restored = {lot.order_id: lot.remaining for lot in await trade.lots()}

    assert (before, after, (await trade.offer()).points_balance) == (150, 30, 150)
    assert left == {early: 0, late: 30}
    assert restored == {early: 100, late: 50}
    assert (await trade.one(select(BuyerStanding))).points == 150
    assert await trade.one(select(func.sum(PointsEntry.points))) == 150


async def test_more_points_than_there_are_cannot_be_spent(trade):
    (order,) = await trade.orders()

    with pytest.raises(SchemeBudgetSpent, match="points account"):
        await trade.grant(order, points_redeemed=1)

    assert await rows_of(trade, CountedOrder.order_id) == []


async def test_points_of_a_settled_order_go_back_as_far_as_they_are_left(trade):
    scheme = await trade.scheme()
    earning, spending = await trade.orders(2)
    await trade.grant(earning, trade.benefit(scheme, money=Decimal(0), points=100))
    await trade.earn(earning)
    await trade.grant(spending, points_redeemed=70)

    await trade.give_back(earning)

    assert (await trade.one(select(BuyerStanding))).points == 0
    taken = await trade.one(select(PointsEntry).where(PointsEntry.cause == "TAKEN_BACK"))
    assert (taken.points, taken.reason) == (-30, "70 of 100 points were spent or had expired")


async def test_the_first_order_is_the_first_until_it_counts(trade):
    (order,) = await trade.orders()

    before = await trade.offer()
    await trade.grant(order)
    after = await trade.offer()
    await trade.give_back(order)

    assert (before.is_first_order, after.is_first_order) == (True, False)
    assert (await trade.offer()).is_first_order


async def test_a_tier_is_reached_by_a_year_of_purchases_and_lost_again(trade):
    gold = await trade.tier("Gold", "150")
    first, second = await trade.orders(2)

    await trade.grant(first)
    below = (await trade.offer()).membership_tier_id
    await trade.grant(second)
    reached = (await trade.offer()).membership_tier_id
    await trade.give_back(second)

    assert (below, reached) == (None, gold)
    assert (await trade.offer()).membership_tier_id is None


@pytest.mark.parametrize(
    ("net", "reached"),
    [("999.99", "Bronze"), ("1000", "Silver"), ("4999.99", "Silver"), ("5000", "Gold")],
)
async def test_the_best_tier_whose_threshold_is_reached_counts(trade, net, reached):
    thresholds = {"Gold": "5000", "Bronze": "0.01", "Silver": "1000"}
    tiers = {name: await trade.tier(name, threshold) for name, threshold in thresholds.items()}
    (order,) = await trade.orders()

    before = (await trade.offer()).membership_tier_id
    await trade.grant(order, net=Decimal(net))

    assert before is None
    assert (await trade.offer()).membership_tier_id == tiers[reached]


@pytest.mark.parametrize("number", [1, 20])
async def test_granting_and_giving_back_take_the_same_statements_for_any_number(
    trade, statements, number
):
    schemes = [await trade.scheme(limits=Limits(money=Decimal(500))) for _ in range(number)]
    coupons = [await trade.coupon(each, f"CODE{n:04}") for n, each in enumerate(schemes)]
    await trade.programme(days_valid=30)
    earning, order = await trade.orders(2)
    points = trade.benefit(schemes[0], points=100)
    await trade.grant(earning, points)

    with statements.counting() as earned:
        await trade.earn(earning)
    with statements.counting() as granted:
        await trade.grant(order, *(trade.benefit(each) for each in schemes))
    with statements.counting() as back:
        await trade.give_back(order)
    with statements.counting() as all_kinds:
        await trade.grant(
            order,
            *(trade.benefit(each) for each in schemes),
            coupon_ids=coupons,
            points_redeemed=10,
        )
    with statements.counting() as all_back:
        await trade.give_back(order)
    with statements.counting() as offer:
        await trade.offer(coupon_codes=["CODE0000"])

    # Each: begin, [relationship,] ..., commit.
    assert len(earned) == 2 + 5
    assert len(granted) == 3 + 3
    assert len(back) == 2 + 9
    assert len(all_kinds) == 3 + 11
    assert len(all_back) == 2 + 13
    assert len(offer) == 3 + 3


async def test_try_again_starts_over_and_tells_why_in_the_end(trade):
    attempts = []

    async def command(work):
        attempts.append(work.attempt)
        raise TryAgain(SchemeBudgetSpent("Ten off"))

    with pytest.raises(SchemeBudgetSpent):
        await trade.world.run(command)

    assert attempts == [1, 2, 3, 4]
