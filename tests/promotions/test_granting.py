"""What orders are granted: exactly up to the limits, whoever comes at the same time."""

import asyncio
from decimal import Decimal

import pytest
from sqlalchemy import select

from app.db.database import Database
from app.db.work import acting_as, perform
from app.kernel.actor import system_actor
from app.promotions.models import (
    BuyerStanding,
    CountedOrder,
    GrantedBenefit,
    SchemeBudget,
    SchemeStanding,
)
from app.promotions.operations import Granted, grant, offered
from app.promotions.rules.terms import Limits
from tests.support.promotions import Trade, related

CLIENTS = 50


@pytest.fixture
async def trade(world):
    return await Trade.create(world)


@pytest.fixture
async def many_connections(access):
    database = Database(access.app_dsn, pool_size=CLIENTS)
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
        left = Decimal("333.33") - offer.uses[scheme_id].money
        money = min(Decimal(10), left)
        benefits = [trade.benefit(scheme_id, money=money)] if money else []
        granted = Granted(currency="CNY", net=Decimal(100) - money, benefits=benefits)
        await grant(work, order_id, 1, relationship, granted)

    world = trade.world
    actor = acting_as(system_actor(world.tenant_id, "test"))
    await perform(database, world.tenant_id, actor, command)
