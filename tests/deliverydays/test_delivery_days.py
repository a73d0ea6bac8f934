"""A seller delivers on some days, and takes orders for each until its cut-off."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice

import pytest
from sqlalchemy import update

from app.deliverydays.errors import CutOffPassed, NoDeliveryDay
from app.deliverydays.rules import DeliveryPlan
from app.organisations.models import TradingRelationship
from tests.ordering.test_standing_orders import DAILY, standing, tick
from tests.orders.test_placing import line, orders_in, placement
from tests.support.branches import key
from tests.support.chain import Chain, mutate
from tests.support.ordering import give, put, wanted_line
from tests.support.world import gid

MONDAY = date(2030, 5, 6)
PLAN = DeliveryPlan(
    weekdays=frozenset({2, 5}),
    holidays=frozenset({date(2030, 5, 10)}),
    cut_off=time(15),
    lead_days=1,
    zone="Asia/Shanghai",
)
"""Tuesdays and Fridays but for one; until three in the afternoon of the day before."""
CALENDAR = """calendar { weekdays holidays cutOff leadDays timeZone relationship { id }
    territory { name } }"""
DAYS = "query($id: ID!) { deliveryDays(relationshipId: $id) { on orderBefore } }"
CART = """query($id: ID!, $priced: PricedCartInput!) {
    cart(relationshipId: $id) { nextDelivery { on } }
    pricedCart(input: $priced) { nextDelivery { on } gaps { kind } } }"""
ORDER = "query($id: ID!) { order(id: $id) { requestedDeliveryOn earliestDelivery { on } } }"


def local(day, hour):
    return datetime(day.year, day.month, day.day, hour - 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("instant", "first"),
    [
        (local(MONDAY, 14), MONDAY + timedelta(days=1)),
        (local(MONDAY, 15), MONDAY + timedelta(days=8)),
        (local(MONDAY + timedelta(days=8), 9), MONDAY + timedelta(days=11)),
    ],
)
def test_the_cut_off_of_the_zone_decides_and_holidays_are_left_out(instant, first):
    following = list(islice(PLAN.following(instant), 2))

    assert following[0].on == first
    assert following[0].order_before == local(first - timedelta(days=1), 15)
    assert following[0].on < following[1].on


@pytest.mark.parametrize(
    ("day", "error", "told"),
    [
        (MONDAY + timedelta(days=2), NoDeliveryDay, "the next are 2030-05-14, 2030-05-17"),
        (date(2030, 5, 10), NoDeliveryDay, "2030-05-14"),
        (MONDAY + timedelta(days=1), CutOffPassed, "until 2030-05-06 15:00"),
    ],
)
def test_a_wrong_day_is_refused_with_the_next_ones(day, error, told):
    with pytest.raises(error) as refused:
        PLAN.check(day, local(MONDAY, 16))

    assert told in refused.value.message
    PLAN.check(MONDAY + timedelta(days=8), local(MONDAY, 16))


@pytest.fixture
async def trade(world):
    chain = await Chain.create(world)
    seller = await world.member(chain.distributor, "ENTERPRISE_ADMIN")
    return chain, seller, await world.member(chain.retailer, "BUYER")


async def says(seller, *weekdays, **more):
    given = {"weekdays": list(weekdays), "timeZone": "UTC", **more}
    return await give(seller, "setDeliveryCalendar", "DeliveryCalendarSet", CALENDAR, **given)


def coming(weekday, after=2):
    """The first such weekday (1 is Monday) in some days."""
    day = datetime.now(UTC).date() + timedelta(days=after)
    return next(d for n in range(7) if (d := day + timedelta(days=n)).isoweekday() == weekday)


async def test_a_buyer_is_shown_and_held_to_the_days_of_its_seller(trade):
    chain, seller, buyer = trade
    terms = gid("TradingRelationship", chain.downstream)
    tuesday, friday = coming(2), coming(5)
    assert (await buyer.ask(DAYS, id=terms)).data["deliveryDays"] == []

    shown = await says(seller, "FRIDAY", "TUESDAY", cutOff="15:00", holidays=[str(friday)])

    assert shown["calendar"] == {
        "weekdays": ["TUESDAY", "FRIDAY"],
        "holidays": [str(friday)],
        "cutOff": "15:00:00",
        "leadDays": 1,
        "timeZone": "UTC",
        "relationship": None,
        "territory": None,
    }
    days = (await buyer.ask(DAYS, id=terms)).data["deliveryDays"]
    assert str(friday) not in {each["on"] for each in days}
    await put(buyer, chain.downstream, wanted_line(chain.sku))
    asked = {"id": terms, "priced": {"relationshipId": terms}}
    cart = (await buyer.ask(CART, **asked)).data
    assert cart["cart"] == {"nextDelivery": {"on": days[0]["on"]}}
    assert cart["pricedCart"]["nextDelivery"] == {"on": days[0]["on"]}
    tea = line(chain.sku, "2", "CASE")
    refused = [
        await mutate(
            buyer,
            "placeOrder",
            "PlaceOrderInput",
            placement(chain, tea, seen="143.19", requestedDeliveryOn=str(day)),
        )
        for day in (tuesday + timedelta(days=1), friday)
    ]
    assert [each["code"] for each in refused] == ["NO_DELIVERY_DAY"] * 2
    assert str(coming(2)) in refused[0]["message"]
    assert await orders_in(chain.world) == 0
    good = placement(chain, tea, seen="143.19", requestedDeliveryOn=str(tuesday))
    placed = await mutate(buyer, "placeOrder", "PlaceOrderInput", good)
    order = (await buyer.ask(ORDER, id=placed["id"])).data["order"]
    assert order == {
        "requestedDeliveryOn": str(tuesday),
        "earliestDelivery": {"on": days[0]["on"]},
    }


async def test_the_narrowest_calendar_binds(trade):
    chain, seller, buyer = trade
    terms = gid("TradingRelationship", chain.downstream)
    area = await give(seller, "createTerritory", "Territory", "id", name="North")
    part = await give(
        seller, "createTerritory", "Territory", "id", name="Harbour", parentId=area["id"]
    )

    async def put_in(work):
        of_it = TradingRelationship.id == chain.downstream
        changed = update(TradingRelationship).where(of_it)
        await work.session.execute(changed.values(territory_id=key(part["id"])))

    await chain.world.run(put_in)

    async def weekday():
        days = (await buyer.ask(DAYS, id=terms)).data["deliveryDays"]
        return {date.fromisoformat(each["on"]).isoweekday() for each in days}

    await says(seller, "MONDAY")
    assert await weekday() == {1}
    await says(seller, "TUESDAY", territoryId=area["id"])
    assert await weekday() == {2}
    await says(seller, "WEDNESDAY", relationshipId=terms)
    assert await weekday() == {3}
    assert await says(seller, relationshipId=terms) == {
        "__typename": "DeliveryCalendarSet",
        "calendar": None,
    }
    assert await weekday() == {2}
    maker = await chain.world.member(chain.brand, "ENTERPRISE_ADMIN")
    document = """mutation($input: SetDeliveryCalendarInput!) {
        setDeliveryCalendar(input: $input) { __typename } }"""
    for audience in ({"relationshipId": terms}, {"territoryId": area["id"]}):
        given = {"weekdays": ["MONDAY"], **audience}
        assert (await maker.ask(document, input=given)).error_codes == ["NOT_FOUND"]
    both = {"weekdays": ["MONDAY"], "relationshipId": terms, "territoryId": area["id"]}
    for wrong in (
        both,
        {"weekdays": ["MONDAY"], "leadDays": 99},
        {"weekdays": [], "timeZone": "X"},
    ):
        assert (await seller.ask(document, input=wrong)).error_codes == ["INVALID"]
    lists = "{ deliveryCalendars { edges { node { weekdays } } } }"
    shown = (await seller.ask(lists)).data["deliveryCalendars"]["edges"]
    assert [each["node"]["weekdays"] for each in shown] == [["MONDAY"], ["TUESDAY"]]
    assert (await maker.ask(lists)).data["deliveryCalendars"]["edges"] == []


async def test_a_standing_order_asks_for_the_next_day_of_delivery(trade):
    chain, seller, buyer = trade
    await says(seller, "FRIDAY", cutOff="12:00")
    await standing(buyer, chain, deliveryAfterDays=1, weekdays=DAILY[:1])

    await tick(chain.world, 0)

    runs = "{ standingOrders { edges { node { runs { told outcome orderId } } } } }"
    (run,) = (await buyer.ask(runs)).data["standingOrders"]["edges"][0]["node"]["runs"]
    assert run["outcome"] == "ORDERED"
    assert run["told"] == (
        "For 2030-05-10: 2030-05-07 is no delivery day, or its cut-off has passed."
    )
    order = (await buyer.ask(ORDER, id=run["orderId"])).data["order"]
    assert order["requestedDeliveryOn"] == "2030-05-10"
