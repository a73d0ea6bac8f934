"""The warehouse that serves an order is chosen by the seller's rules, and explained (R1-21)."""

from datetime import date, timedelta

import pytest
from sqlalchemy import update

from app.inventory.operations import Receipt, receive
from app.organisations.models import Organisation, TradingRelationship
from app.tenants.operations import local_day
from tests.support.branches import key
from tests.support.chain import Chain, on_order
from tests.support.stock import allocated, assert_books_agree
from tests.support.world import gid

SET = """mutation($input: SetSourcingRulesInput!) { setSourcingRules(input: $input) {
    ... on SourcingRules { rules { position region deliveryMode warehouse { name } } }
    ... on Refusal { code } } }"""
RULES = "{ sourcingRules { position warehouse { name } } }"
WHY = """query($id: ID!) { orderSourcing(orderId: $id) { keepsUntil
    candidates { warehouse { name } rule isNear free tooNearExpiry } } }"""
FOREVER = date(2099, 1, 1)


@pytest.fixture
async def chain(world):
    """A retailer in the East, and goods in three warehouses: near, far and at the back door."""
    chain = await Chain.create(world)
    in_the_east = update(Organisation).where(Organisation.id == chain.retailer)
    await world.run(lambda work: work.session.execute(in_the_east.values(region="East")))
    return chain


@pytest.fixture
async def houses(chain):
    world, found = chain.world, {}
    for name, region, priority in (("Near", "East", 0), ("Far", "West", 9), ("Door", "", 1)):
        house = await world.warehouse(chain.distributor, name, region=region, priority=priority)
        goods = [Receipt(chain.sku, 48, f"L-{name}", None, FOREVER)]
        await world.run(
            lambda work, house=house, goods=goods: receive(
                work, chain.distributor, house, goods, "test", None
            )
        )
        found[name] = house
    return found


def rule(houses, name, **when):
    return {"warehouseId": gid("Warehouse", houses[name])} | when


async def served_from(chain, order, houses):
    names = {house: name for name, house in houses.items()}
    return [names[lot.warehouse_id] for lot in await allocated(chain.world, key(order["id"]))]


async def test_the_first_rule_that_fits_chooses_and_the_region_where_none_does(chain, houses):
    world = chain.world
    keeper = await world.member(chain.distributor, "WAREHOUSE")
    buyer = await world.member(chain.retailer, "BUYER")
    first, second = [await chain.place(buyer) for _ in range(2)]

    without = (await keeper.ask(WHY, id=first["id"])).data["orderSourcing"]
    await on_order(keeper, "allocateOrder", first["id"])
    wanted = [
        rule(houses, "Door", deliveryMode="PICKUP"),
        rule(houses, "Far", region="East", deliveryMode="DELIVERY"),
        rule(houses, "Door"),
    ]
    kept = (await keeper.ask(SET, input={"rules": wanted})).data["setSourcingRules"]["rules"]
    ruled = (await keeper.ask(WHY, id=second["id"])).data["orderSourcing"]
    await on_order(keeper, "allocateOrder", second["id"])

    assert [each["warehouse"]["name"] for each in without[0]["candidates"]] == [
        "Near",
        "Far",
        "Door",
    ]
    assert await served_from(chain, first, houses) == ["Near"]
    assert [(each["position"], each["warehouse"]["name"]) for each in kept] == [
        (1, "Door"),
        (2, "Far"),
        (3, "Door"),
    ]
    assert [(each["warehouse"]["name"], each["rule"]) for each in ruled[0]["candidates"]] == [
        ("Far", 2),
        ("Door", 3),
    ]
    assert await served_from(chain, second, houses) == ["Far"]
    await assert_books_agree(world)


async def test_what_is_too_near_expiry_is_said_beside_what_is_free(chain):
    world = chain.world
    keeper = await world.member(chain.distributor, "WAREHOUSE")
    buyer = await world.member(chain.retailer, "BUYER")
    strict = update(TradingRelationship).where(TradingRelationship.id == chain.downstream)
    await world.run(
        lambda work: work.session.execute(
            strict.values(minimum_shelf_life_days=90, delivery_days=2)
        )
    )
    today = await world.run(local_day)
    await chain.stock(chain.distributor, 20, expires_on=today + timedelta(days=60))
    await chain.stock(chain.distributor, 24, expires_on=today + timedelta(days=200))
    order = await chain.place(buyer)

    (line,) = (await keeper.ask(WHY, id=order["id"])).data["orderSourcing"]
    done = await on_order(keeper, "allocateOrder", order["id"])

    assert line["candidates"] == [
        {
            "warehouse": {"name": "Main"},
            "rule": None,
            "isNear": False,
            "free": "24",
            "tooNearExpiry": "20",
        }
    ]
    assert done["lines"][0]["quantities"]["allocated"] == "24"


async def test_rules_and_reasons_are_the_sellers_own(chain, houses):
    world = chain.world
    keeper = await world.member(chain.distributor, "WAREHOUSE")
    stranger = await world.member(chain.brand, "WAREHOUSE")
    buyer = await world.member(chain.retailer, "BUYER")
    order = await chain.place(buyer)
    await keeper.ask(SET, input={"rules": [rule(houses, "Far")]})

    foreign = await stranger.ask(SET, input={"rules": [rule(houses, "Far")]})
    asked = await stranger.ask(WHY, id=order["id"])

    assert foreign.error_codes == asked.error_codes == ["NOT_FOUND"]
    assert (await stranger.ask(RULES)).data["sourcingRules"] == []
    assert (await keeper.ask(RULES)).data["sourcingRules"] == [
        {"position": 1, "warehouse": {"name": "Far"}}
    ]
