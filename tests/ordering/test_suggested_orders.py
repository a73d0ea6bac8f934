"""A suggested order tells what to order and why, from what the asker may know, and fills a cart."""

from decimal import Decimal

import pytest

from app.kernel.ids import new_id
from tests.support.chain import Chain, on_order
from tests.support.ordering import give, own_cart, wanted_line
from tests.support.world import gid

ASKED = """query($input: SuggestedOrderInput!) { suggestedOrder(input: $input) {
    stockSource net lines { quantity packagingLevel forMinimum perDay target stock inTransit need
        reason sku { id } } } }"""
STATEMENTS = 11


@pytest.fixture
async def chain(world):
    return await Chain.create(world, minimum_order_value=Decimal(200))


async def ask(person, relationship, **more):
    given = {"relationshipId": gid("TradingRelationship", relationship), **more}
    return (await person.ask(ASKED, input=given)).data["suggestedOrder"]


async def test_a_rep_who_has_counted_the_shelf_is_told_what_the_customer_needs(chain):
    world = chain.world
    buyer = await world.member(chain.retailer, "BUYER")
    rep = await world.member(chain.distributor, "SALES")
    await world.assign_rep(chain.downstream, rep)
    order = await chain.place(buyer, quantity="14", seen="1002.36")
    counted = [{"skuId": gid("Sku", chain.sku), "pieces": "50"}]

    enough = await ask(rep, chain.downstream, counted=counted)
    for_longer = await ask(rep, chain.downstream, counted=counted, cycleDays=30)
    admin = await world.member(chain.distributor, "ENTERPRISE_ADMIN")
    await on_order(admin, "cancelOrder", order["id"], "OrderReasonInput", reason="wrong")
    nothing = await ask(rep, chain.downstream, counted=counted, cycleDays=30)

    assert enough["lines"] == []  # 336 pieces are coming
    (line,) = for_longer["lines"]
    assert (line["target"], line["inTransit"], line["need"]) == (420, "336", "34")
    assert (line["quantity"], line["forMinimum"], for_longer["net"]) == (4, 2, "253.44")
    assert (nothing["lines"], nothing["stockSource"]) == ([], "COUNT")


async def test_the_worked_example_is_explained_and_taken_into_the_cart_once(chain):
    world = chain.world
    admin = await world.member(chain.distributor, "ENTERPRISE_ADMIN")
    buyer = await world.member(chain.retailer, "BUYER")
    await chain.place(buyer, quantity="14", seen="1002.36")  # 336 pieces in four weeks: 12 a day
    await chain.stock(chain.distributor, 50)
    await world.price(chain.brand, {chain.sku: "2.64"}, name="Dearer", priority=1)
    given = {
        "idempotencyKey": new_id().hex,
        "relationshipId": gid("TradingRelationship", chain.upstream),
        "seenTotal": "71.60",
        "lines": [wanted_line(chain.sku, "1", "CASE")],
    }
    coming = await give(admin, "placeOrder", "Order", "state", **given)

    found = await ask(admin, chain.upstream)
    take = {"idempotencyKey": "k1", "relationshipId": gid("TradingRelationship", chain.upstream)}
    for _ in range(2):
        taken = await give(admin, "takeSuggestedOrder", "FilledCart", "taken", **take)

    assert coming["state"] == "CONFIRMED"
    (line,) = found["lines"]
    assert found["stockSource"] == "BOOKS"
    assert (line["perDay"], line["target"]) == ("12", 144)
    assert (line["stock"], line["inTransit"], line["need"]) == ("50", "24", "70")
    assert (line["quantity"], line["packagingLevel"], line["forMinimum"]) == (3, "CASE", 0)
    assert found["net"] == "190.08"
    assert line["reason"].startswith("12 a day for 12 days are 144; 50 are there")
    assert taken["taken"] == 1
    assert await own_cart(admin, chain.upstream) == [("3", "CASE")]


async def test_nobody_learns_anothers_stock_or_sales_and_statements_do_not_grow(chain, statements):
    world = chain.world
    rep = await world.member(chain.brand, "ENTERPRISE_ADMIN")
    buyer = await world.member(chain.retailer, "BUYER")
    await chain.place(buyer, quantity="14", seen="1002.36")
    await chain.stock(chain.distributor, 50)

    unknown = await ask(rep, chain.upstream)
    counts = []
    for number in (1, 1, 9):
        skus = [await world.sku(chain.brand, case=24) for _ in range(number)]
        await world.price(chain.distributor, dict.fromkeys(skus, "9"), name=str(number))
        lines = [wanted_line(sku, "5", "CASE") for sku in skus]
        given = {
            "idempotencyKey": new_id().hex,
            "relationshipId": gid("TradingRelationship", chain.downstream),
            "seenTotal": f"{number * 1220.4:.2f}",
            "lines": lines,
        }
        placed = await give(buyer, "placeOrder", "Order", "id", **given)
        counted = [{"skuId": gid("Sku", sku), "pieces": "0"} for sku in skus]
        with statements.counting() as sent:
            found = await ask(buyer, chain.downstream, counted=counted, cycleDays=60)
        counts.append(len(sent))
        assert (placed["__typename"], len(found["lines"]) > 0) == ("Order", True)

    assert (unknown["lines"], unknown["stockSource"]) == ([], "NONE")
    assert counts[1] == counts[2] == STATEMENTS
