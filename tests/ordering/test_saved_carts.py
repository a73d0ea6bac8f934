"""Carts are kept, shared, priced live and moved into one another, within one relationship."""

from decimal import Decimal

import pytest
from sqlalchemy import func, select, update

from app.catalog.models import Product, Sku
from app.kernel.ids import new_id
from app.ordering.models import SavedCart, SavedCartLine
from app.pricing.models import PriceEntry
from tests.support.chain import ORDER, Chain
from tests.support.ordering import (
    amounts,
    give,
    own_cart,
    priced,
    put,
    saved,
    seen,
    wanted_line,
)
from tests.support.world import LONG_AGO, gid

STATEMENTS = 12


@pytest.fixture
async def chain(world):
    return await Chain.create(world, minimum_order_value=Decimal(200))


@pytest.fixture
async def buyer(chain):
    return await chain.world.member(chain.retailer, "BUYER")


async def kept(world):
    async def count(work):
        carts = await work.session.scalar(select(func.count(SavedCart.id)))
        quantity = await work.session.scalar(select(func.sum(SavedCartLine.quantity)))
        return carts, quantity or 0

    return await world.run(count)


async def delist(world, sku):
    product = select(Sku.product_id).where(Sku.id == sku).scalar_subquery()
    gone = update(Product).where(Product.id == product).values(status="DELISTED")
    await world.run(lambda work: work.session.execute(gone))


async def test_a_cart_survives_signing_out_and_tells_what_is_missing(chain, buyer):
    world, relationship = chain.world, gid("TradingRelationship", chain.downstream)
    prices = await world.price(chain.distributor, {chain.sku: "2.50"}, name="Better", priority=1)
    given = {"price_list_id": prices, "sku_id": chain.sku, "from_quantity": Decimal(96)}
    await world.save(
        PriceEntry(**given, amount=Decimal("2.25"), valid_from=LONG_AGO, known_from=LONG_AGO)
    )
    going, unpriced = await world.sku(chain.brand), await world.sku(chain.brand)
    await put(buyer, chain.downstream, wanted_line(chain.sku, "2", "CASE"))
    await put(buyer, chain.downstream, wanted_line(unpriced))
    await put(buyer, chain.downstream, wanted_line(going))
    await delist(world, going)

    found = await priced(world.signed_in(buyer), relationshipId=relationship)

    gaps = {gap["kind"]: gap for gap in found["gaps"]}
    assert found["quote"]["net"] == "120"
    assert (gaps["NEXT_BREAK"]["line"], gaps["NEXT_BREAK"]["missingQuantity"]) == (0, "2")
    assert (gaps["NO_PRICE"]["line"], gaps["NO_PRICE"]["isBlocking"]) == (1, True)
    assert (gaps["NOT_LISTED"]["line"], gaps["NOT_LISTED"]["isBlocking"]) == (2, True)
    assert gaps["MINIMUM_ORDER_VALUE"]["missingAmount"] == "80"
    assert not gaps["NEXT_BREAK"]["isBlocking"]
    assert not found["isOrderable"]


async def test_what_is_missing_is_gone_when_it_is_put_right(chain, buyer):
    cart = await saved(buyer, chain, "Weekly", lines=[wanted_line(chain.sku, "1", "CASE")])
    short = await priced(buyer, savedCartId=cart["id"])
    line = wanted_line(chain.sku, "4", "CASE")

    await give(buyer, "setSavedCartLine", "SavedCart", "id", savedCartId=cart["id"], **line)
    enough = await priced(buyer, savedCartId=cart["id"])

    assert [gap["kind"] for gap in short["gaps"]] == ["MINIMUM_ORDER_VALUE"]
    assert (enough["gaps"], enough["isOrderable"]) == ([], True)
    assert enough["quote"]["total"] == "286.39"


async def test_a_cart_costs_the_same_statements_whatever_stands_in_it(chain, buyer, statements):
    counts = []
    for lines in (2, 1, 12):
        skus = [await chain.world.sku(chain.brand) for _ in range(lines)]
        await chain.world.price(chain.distributor, dict.fromkeys(skus, "2"), name=f"{lines}")
        cart = await saved(buyer, chain, "Cart", lines=[wanted_line(sku, "9") for sku in skus])
        with statements.counting() as sent:
            found = await priced(buyer, savedCartId=cart["id"])
        counts.append(len(sent))
        assert found["quote"]["net"] == f"{lines * 18}"

    assert counts[1:] == [STATEMENTS, STATEMENTS]  # Parties are remembered once they were shown.


async def test_rep_and_customer_work_in_the_same_cart_and_nobody_else_sees_it(chain, buyer):
    world = chain.world
    rep, other_rep = [await world.member(chain.distributor, "SALES") for _ in range(2)]
    await world.assign_rep(chain.downstream, rep)
    colleague = await world.member(chain.retailer, "BUYER")
    sibling = await world.organisation("Next Door", "RETAILER", parent=chain.distributor)
    await world.relationship(chain.distributor, sibling)
    neighbour = await world.member(sibling, "BUYER")
    cart = await saved(buyer, chain, "Together", lines=[wanted_line(chain.sku, "2")])
    others = [await seen(person) for person in (colleague, rep)]

    shared = {"savedCartId": cart["id"], "sharing": "BOTH_SIDES"}
    await give(buyer, "changeSavedCart", "SavedCart", "id", **shared)
    line = {"savedCartId": cart["id"], **wanted_line(chain.sku, "5", "CASE")}
    changed = await give(rep, "setSavedCartLine", "SavedCart", "lines { quantity }", **line)

    assert others == [[], []]
    assert [each["quantity"] for each in changed["lines"]] == ["2", "5"]
    assert [amounts(each) for each in await seen(buyer)] == [[("2", "PIECE"), ("5", "CASE")]]
    assert await seen(colleague) == [{**(await seen(buyer))[0], "isMine": False}]
    document = """mutation($input: SetSavedCartLineInput!) { setSavedCartLine(input: $input) {
        __typename } }"""
    for stranger in (other_rep, neighbour):
        theirs = await stranger.ask(document, input=line)
        unknown = await stranger.ask(
            document, input={**line, "savedCartId": gid("SavedCart", new_id())}
        )
        assert theirs.body["errors"] == unknown.body["errors"]
        assert await seen(stranger) == []
    taken = """mutation($input: DeleteSavedCartInput!) { deleteSavedCart(input: $input) {
        __typename } }"""
    by_rep = await rep.ask(taken, input={"savedCartId": cart["id"]})
    assert by_rep.error_codes == ["NOT_FOUND"]
    assert await kept(world) == (1, 7)
    await give(buyer, "deleteSavedCart", "DeletedSavedCart", "savedCartId", savedCartId=cart["id"])
    assert await kept(world) == (0, 0)


async def test_lines_go_from_cart_to_cart_once_and_add_up(chain, buyer):
    relationship = gid("TradingRelationship", chain.downstream)
    cart = await saved(buyer, chain, "List", purpose="LIST", lines=[wanted_line(chain.sku, "2")])
    await put(buyer, chain.downstream, wanted_line(chain.sku, "3"))
    await put(buyer, chain.downstream, wanted_line(chain.sku, "1", "CASE"))
    copying = {
        "idempotencyKey": "k1",
        "relationshipId": relationship,
        "fromSavedCartId": cart["id"],
        "keeps": True,
    }
    moving = {"idempotencyKey": "k2", "relationshipId": relationship, "toSavedCartId": cart["id"]}

    for _ in range(2):
        await give(buyer, "moveCartLines", "MovedCartLines", "savedCartId", **copying)
    after_copy = await own_cart(buyer, chain.downstream)
    for _ in range(2):
        await give(buyer, "moveCartLines", "MovedCartLines", "savedCartId", **moving)

    assert after_copy == [("5", "PIECE"), ("1", "CASE")]
    assert await own_cart(buyer, chain.downstream) == []
    assert [amounts(each) for each in await seen(buyer)] == [[("7", "PIECE"), ("1", "CASE")]]
    again = await give(
        buyer, "moveCartLines", "MovedCartLines", "savedCartId", **moving | {"keeps": True}
    )
    assert again["code"] == "IDEMPOTENCY_KEY_REUSED"


async def test_an_ordered_cart_is_empty_and_an_ordered_template_is_not(chain, buyer):
    lines = [wanted_line(chain.sku, "4", "CASE")]
    carts = {
        purpose: await saved(buyer, chain, purpose, purpose=purpose, lines=lines)
        for purpose in ("CART", "TEMPLATE")
    }
    given = {"idempotencyKey": "k1", "savedCartId": carts["CART"]["id"], "seenTotal": "1"}

    refused = await give(buyer, "orderSavedCart", "Order", ORDER, **given)
    before = await kept(chain.world)
    placed = [
        await give(
            buyer,
            "orderSavedCart",
            "Order",
            ORDER,
            idempotencyKey=f"of {cart['id']}",
            savedCartId=cart["id"],
            seenTotal="286.39",
        )
        for cart in (carts["CART"], carts["CART"], carts["TEMPLATE"])
    ]

    assert (refused["code"], before) == ("PRICE_CHANGED", (2, 8))
    assert [order["state"] for order in placed] == ["CONFIRMED"] * 3
    assert placed[0]["id"] == placed[1]["id"] != placed[2]["id"]
    assert {each["purpose"]: amounts(each) for each in await seen(buyer)} == {
        "CART": [],
        "TEMPLATE": [("4", "CASE")],
    }
    template = await saved(buyer, chain, "As ordered", orderId=placed[0]["id"])
    assert amounts(template) == [("4", "CASE")]
