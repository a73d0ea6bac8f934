"""Goods that lie there and may not be sold: nothing is set aside of them."""

import asyncio
from collections import Counter

import pytest

from app.inventory.operations import ForSale, free_stock_of
from app.kernel.ids import new_id
from tests.support.chain import Chain, on_order
from tests.support.stock import assert_books_agree, lot_id
from tests.support.world import gid

CHANGE = """mutation($input: ChangeStockStatusInput!) { changeStockStatus(input: $input) {
    __typename
    ... on StockStatusChange { id fromStatus toStatus quantity reason }
    ... on Refusal { code message } } }"""
LOOK = """query($id: ID!) {
    stock { edges { node { onHand reserved held free } } }
    lots(skuId: $id) { edges { node { balances {
        onHand allocated blocked damaged quarantine } } } }
    stockStatusChanges { edges { node { fromStatus toStatus quantity reason lot { code } } } } }"""


@pytest.fixture
async def chain(world):
    chain = await Chain.create(world)
    await chain.stock(chain.distributor, 60, lot_code="A")
    yield chain
    await assert_books_agree(world)


@pytest.fixture
async def keeper(chain):
    return await chain.world.member(chain.distributor, "WAREHOUSE")


async def changing(chain, keeper):
    """How to change the status of the lot's pieces."""
    lot = gid("StockLot", await lot_id(chain.world, "A"))
    warehouses = await keeper.ask("{ warehouses { edges { node { id } } } }")
    place = warehouses.data["warehouses"]["edges"][0]["node"]["id"]

    async def change(pieces, to, since="AVAILABLE", key=None, **more):
        given = {
            "idempotencyKey": key or new_id().hex,
            "warehouseId": place,
            "lotId": lot,
            "fromStatus": since,
            "toStatus": to,
            "quantity": pieces,
            "reason": "Fell down",
            **more,
        }
        return await keeper.ask(CHANGE, input=given)

    return change


async def free(chain):
    asked = [ForSale(chain.distributor, chain.sku, 0)]
    return (await chain.world.run(lambda work: free_stock_of(work, asked)))[0]


async def test_what_is_held_back_is_not_sold_until_it_is_free_again(chain, keeper):
    change = await changing(chain, keeper)
    buyer = await chain.world.member(chain.retailer, "BUYER")
    order = await chain.place(buyer)

    damaged, again = [await change("10", "DAMAGED", key="once") for _ in range(2)]
    await change("5", "QUARANTINE")
    waits = await on_order(keeper, "allocateOrder", order["id"])
    still = await free(chain)
    await change("5", "BLOCKED", since="QUARANTINE")
    await change("5", "AVAILABLE", since="BLOCKED")
    served = await on_order(keeper, "coverBackorder", order["id"])
    seen = (await keeper.ask(LOOK, id=gid("Sku", chain.sku))).data
    too_many = await change("3", "BLOCKED")
    wrong = [
        await change("1", "AVAILABLE"),
        await change("0.5", "BLOCKED"),
        await change("1", "BLOCKED", reason=" "),
    ]

    assert damaged.data == again.data
    assert damaged.data["changeStockStatus"]["toStatus"] == "DAMAGED"
    assert waits["lines"][0]["quantities"]["allocated"] == "45"
    assert still == 0
    assert served["lines"][0]["quantities"]["allocated"] == "48"
    assert [edge["node"] for edge in seen["stock"]["edges"]] == [
        {"onHand": "60", "reserved": "48", "held": "10", "free": "2"}
    ]
    assert seen["lots"]["edges"][0]["node"]["balances"] == [
        {"onHand": "60", "allocated": "48", "blocked": "0", "damaged": "10", "quarantine": "0"}
    ]
    changes = [edge["node"] for edge in seen["stockStatusChanges"]["edges"]]
    assert [(each["fromStatus"], each["toStatus"], each["quantity"]) for each in changes] == [
        ("BLOCKED", "AVAILABLE", "5"),
        ("QUARANTINE", "BLOCKED", "5"),
        ("AVAILABLE", "QUARANTINE", "5"),
        ("AVAILABLE", "DAMAGED", "10"),
    ]
    assert too_many.data["changeStockStatus"]["code"] == "NOT_ENOUGH_STOCK"
    assert [each.error_codes for each in wrong] == [["INVALID"]] * 3


async def test_holding_back_and_setting_aside_at_once_never_take_the_same_pieces(chain, keeper):
    change = await changing(chain, keeper)
    buyer = await chain.world.member(chain.retailer, "BUYER")
    order = await chain.place(buyer)

    served, *held = await asyncio.gather(
        on_order(keeper, "allocateOrder", order["id"]),
        *(change("10", "BLOCKED") for _ in range(6)),
    )

    done = Counter(each.data["changeStockStatus"]["__typename"] for each in held)
    allocated = int(served["lines"][0]["quantities"]["allocated"])
    assert allocated + 10 * done["StockStatusChange"] <= 60
    assert done["StockStatusChange"] >= 1
