"""A standing order comes before the cut-off, and does with missing goods what it says."""

import pytest
from sqlalchemy import select, update

from app.catalog.models import Product, Sku
from app.orders.models import Order, OrderLine
from tests.catalog.test_substitutes import SET as SUBSTITUTES
from tests.deliverydays.test_delivery_days import CALENDAR
from tests.ordering.test_standing_orders import (
    DAILY,
    STANDING,
    day,
    heard,
    orders_in,
    outcomes,
    standing,
    tick,
)
from tests.support.chain import Chain
from tests.support.ordering import give, wanted_line
from tests.support.world import gid


@pytest.fixture
async def chain(world):
    return await Chain.create(world)


@pytest.fixture
async def buyer(chain):
    return await chain.world.member(chain.retailer, "BUYER")


async def days_ordered(world):
    asked = select(Order.requested_delivery_on).order_by(Order.id)
    return [str(found) for found in await world.run(lambda work: work.session.scalars(asked))]


async def test_it_is_made_before_the_cut_off_also_where_that_comes_earlier_now(chain, buyer):
    world = chain.world
    seller = await world.member(chain.distributor, "ENTERPRISE_ADMIN")

    async def cut_off(at):
        given = {"weekdays": DAILY, "cutOff": at, "leadDays": 1, "timeZone": "UTC"}
        await give(seller, "setDeliveryCalendar", "DeliveryCalendarSet", CALENDAR, **given)

    await cut_off("15:00")
    late = {"at": "20:00", "deliveryAfterDays": 1, "minutesBeforeCutOff": 120}
    row = await standing(buyer, chain, **late)
    made = []
    for days, hours in ((0, 12), (0, 13)):
        await tick(world, days, hours)
        made.append(await orders_in(world))
    await cut_off("10:00")
    for days, hours in ((1, 7), (1, 8)):
        await tick(world, days, hours)
        made.append(await orders_in(world))
    document = """mutation($input: ChangeStandingOrderInput!) {
        changeStandingOrder(input: $input) { __typename } }"""
    calendar = {"weekdays": DAILY, "at": "07:00", "startsOn": day(0), "minutesBeforeCutOff": 5}
    wrong = await buyer.ask(document, input={"standingOrderId": row["id"], "calendar": calendar})

    assert made == [0, 1, 1, 2]
    assert await days_ordered(world) == [day(1), day(2)]
    assert await outcomes(buyer, row) == [(day(0), "ORDERED"), (day(1), "ORDERED")]
    assert await heard(world) == []
    assert wrong.body["errors"][0]["extensions"]["field"] == "calendar.deliveryAfterDays"


async def test_delisted_goods_are_replaced_left_out_or_waited_for_as_it_says(chain, buyer):
    world = chain.world
    going, unpriced, instead = [
        await world.sku(chain.brand, name) for name in ("Going soon", "Unpriced", "Instead")
    ]
    await world.price(chain.distributor, {going: "1", instead: "1"}, name="More")
    maker = await world.member(chain.brand, "ENTERPRISE_ADMIN")
    offered = [gid("Sku", key) for key in (unpriced, instead)]
    await maker.ask(SUBSTITUTES, input={"skuId": gid("Sku", going), "substituteIds": offered})
    row = await standing(buyer, chain, wanted_line(chain.sku, "2", "CASE"), wanted_line(going, "9"))

    async def manner(**how):
        given = {"standingOrderId": row["id"], **how}
        fields = f"{STANDING} allowsSubstitutes missingGoods minutesBeforeCutOff"
        return await give(buyer, "changeStandingOrder", "StandingOrder", fields, **given)

    product = select(Sku.product_id).where(Sku.id == going).scalar_subquery()
    delist = update(Product).where(Product.id == product).values(status="DELISTED")
    await world.run(lambda work: work.session.execute(delist))
    shown = await manner(allowsSubstitutes=True, missingGoods="WAIT")
    await tick(world, 0)
    await manner(allowsSubstitutes=False)
    await tick(world, 1)
    await manner(missingGoods="LEAVE_OUT")
    await tick(world, 2)

    assert (shown["allowsSubstitutes"], shown["missingGoods"]) == (True, "WAIT")
    assert await outcomes(buyer, row) == [
        (day(0), "ORDERED"),
        (day(1), "REFUSED"),
        (day(2), "PARTLY_ORDERED"),
    ]
    lines = select(OrderLine.sku_id).join(Order, Order.id == OrderLine.order_id).order_by(Order.id)
    skus = list(await world.run(lambda work: work.session.scalars(lines)))
    assert sorted(skus) == sorted([chain.sku, instead, chain.sku])
    expected = [
        "Instead of 9 PIECE of Going soon: Instead.",
        "All of it waits. 9 PIECE of Going soon: Going soon is not sold any more.",
        "Left out: 9 PIECE of Going soon.",
    ]
    told = [text for _, text in await heard(world)]
    assert all(words in text for words, text in zip(expected, told, strict=True)), told
