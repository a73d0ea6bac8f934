from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select, update

from app.inventory.models import LotBalance
from app.kernel.ids import new_id
from app.orders.models import Order
from app.organisations.models import AssignedRep, TradingRelationship
from tests.support.chain import Chain, look, mutate, on_order, send
from tests.support.people import membership
from tests.support.world import gid


@pytest.fixture
async def chain(world):
    return await Chain.create(world)


@pytest.fixture
async def buyer(chain):
    return await chain.world.member(chain.retailer, "BUYER")


async def orders_in(world):
    return await world.run(lambda work: work.session.scalar(select(func.count(Order.id))))


def placement(chain, *lines, seen="1", relationship=None, **more):
    return {
        "idempotencyKey": new_id().hex,
        "relationshipId": gid("TradingRelationship", relationship or chain.downstream),
        "seenTotal": seen,
        "lines": list(lines),
        **more,
    }


def line(sku, quantity="1", level="PIECE"):
    return {"skuId": gid("Sku", sku), "quantity": quantity, "packagingLevel": level}


@pytest.mark.parametrize(
    ("quantity", "level", "code", "field"),
    [
        ("0", "PIECE", "INVALID", "lines.0.quantity"),
        ("-1", "PIECE", "INVALID", "lines.0.quantity"),
        ("1.5", "PIECE", "FRACTIONAL_PIECES", "lines.0.quantity"),
        ("0.01", "CASE", "FRACTIONAL_PIECES", "lines.0.quantity"),
        ("1", "PALLET", "NO_SUCH_PACKAGING", "lines.0.packagingLevel"),
        ("99999999999999", "CASE", "INVALID", "lines.0.quantity"),
    ],
)
async def test_a_quantity_that_cannot_be_handed_out_is_refused(
    chain, buyer, quantity, level, code, field
):
    given = placement(chain, line(chain.sku, quantity, level))

    answer = await send(buyer, "placeOrder", "PlaceOrderInput", given)

    if "errors" in answer.body:
        extensions = answer.body["errors"][0]["extensions"]
        assert (extensions["code"], extensions["field"]) == (code, field)
    else:
        refusal = answer.data["placeOrder"]
        assert (refusal["code"], refusal["field"]) == (code, field)
    assert await orders_in(chain.world) == 0


async def test_unknown_and_foreign_ids_answer_alike(chain, buyer):
    sibling = await chain.world.organisation("Next Door", "RETAILER", parent=chain.distributor)
    theirs = await chain.world.relationship(chain.distributor, sibling)

    answers = [
        await send(
            buyer,
            "placeOrder",
            "PlaceOrderInput",
            placement(chain, line(chain.sku), relationship=relationship),
        )
        for relationship in (theirs, new_id(), chain.upstream)
    ]

    bodies = [
        [(error["message"], error["extensions"]) for error in answer.body["errors"]]
        for answer in answers
    ]
    assert bodies[0] == bodies[1] == bodies[2]
    assert bodies[0][0][1] == {"code": "NOT_FOUND", "field": "relationshipId"}
    assert await orders_in(chain.world) == 0


async def test_lines_must_be_listed_priced_and_named_once(chain, buyer):
    world = chain.world
    delisted = await world.sku(chain.brand, status="DELISTED")
    unpriced = await world.sku(chain.brand)
    cases = [
        ([line(delisted)], "NOT_LISTED", "lines.0.skuId"),
        ([line(chain.sku), line(unpriced)], "NO_PRICE", "lines.1"),
        ([line(chain.sku), line(chain.sku)], "LINE_REPEATED", "lines.1"),
        ([], "ORDER_EMPTY", "lines"),
    ]

    for lines, code, field in cases:
        refusal = await mutate(buyer, "placeOrder", "PlaceOrderInput", placement(chain, *lines))
        assert (refusal["code"], refusal["field"]) == (code, field)
    assert await orders_in(world) == 0


async def test_a_price_that_changed_is_asked_about_with_both_prices(chain, buyer):
    given = placement(chain, line(chain.sku, "2", "CASE"), seen="120.00")

    refusal = await mutate(buyer, "placeOrder", "PlaceOrderInput", given)

    details = {item["name"]: item["value"] for item in refusal["details"]}
    assert (refusal["code"], refusal["field"]) == ("PRICE_CHANGED", "seenTotal")
    assert (details["seen"], details["now"]) == ("120", "143.19")
    assert await orders_in(chain.world) == 0


async def test_a_draft_submitted_after_a_price_rise_is_asked_about_and_kept(chain, buyer):
    draft = await mutate(
        buyer,
        "createOrder",
        "CreateOrderInput",
        {
            key: value
            for key, value in placement(chain, line(chain.sku, "10")).items()
            if key != "seenTotal"
        },
    )
    assert (draft["state"], draft["total"]) == ("DRAFT", "29.83")
    await chain.world.price(chain.distributor, {chain.sku: "3.00"}, name="New", priority=1)
    given = {"orderId": draft["id"], "seenTotal": "29.83"}

    refusal = await mutate(buyer, "submitOrder", "SubmitOrderInput", given)
    kept = await look(buyer, draft["id"])
    submitted = await mutate(
        buyer, "submitOrder", "SubmitOrderInput", {**given, "seenTotal": "33.90"}
    )

    assert refusal["code"] == "PRICE_CHANGED"
    assert (kept["state"], kept["total"]) == ("DRAFT", "29.83")
    assert (submitted["state"], submitted["total"]) == ("CONFIRMED", "33.90")


async def test_the_same_key_gives_the_same_order_and_other_input_is_refused(chain, buyer):
    first = await chain.place(buyer, key="k1")
    again = await chain.place(buyer, key="k1")
    other = await chain.place(buyer, quantity="3", seen="214.78", key="k1")

    assert first["id"] == again["id"]
    assert (other["code"], other["field"]) == ("IDEMPOTENCY_KEY_REUSED", "idempotencyKey")
    assert await orders_in(chain.world) == 1


async def test_closed_relationships_take_no_orders(chain, buyer):
    ended = update(TradingRelationship).where(TradingRelationship.id == chain.downstream)
    await chain.world.run(lambda work: work.session.execute(ended.values(valid_until=work.now)))

    refusal = await mutate(
        buyer, "placeOrder", "PlaceOrderInput", placement(chain, line(chain.sku))
    )

    assert refusal["code"] == "RELATIONSHIP_CLOSED"
    assert await orders_in(chain.world) == 0


@pytest.mark.parametrize("day", ["1999-01-01", "2199-01-01"])
async def test_delivery_days_outside_sense_are_refused(chain, buyer, day):
    given = placement(chain, line(chain.sku), requestedDeliveryOn=day)

    refusal = await mutate(buyer, "placeOrder", "PlaceOrderInput", given)

    assert (refusal["code"], refusal["field"]) == ("DELIVERY_DATE_WRONG", "requestedDeliveryOn")


async def test_small_orders_wait_for_the_minimum_value(world):
    chain = await Chain.create(world, minimum_order_value=100)
    buyer = await world.member(chain.retailer, "BUYER")

    refusal = await mutate(
        buyer,
        "placeOrder",
        "PlaceOrderInput",
        placement(chain, line(chain.sku, "10"), seen="29.83"),
    )

    assert refusal["code"] == "BELOW_MINIMUM_ORDER_VALUE"
    assert await orders_in(world) == 0


async def test_a_rep_orders_for_assigned_customers_only(chain):
    world = chain.world
    rep = await world.member(chain.distributor, "SALES")
    stranger = await chain.place(rep)
    await world.assign_rep(chain.downstream, rep)

    order = await chain.place(rep)

    assert stranger["code"] == "NOT_YOUR_CUSTOMER"
    assert order["state"] == "CONFIRMED"
    answer = await rep.ask(
        """query($id: ID!) { order(id: $id) { buyer { name } history {
             command onBehalfOfOrganisationId actorName } } }""",
        id=order["id"],
    )
    history = {item["command"]: item for item in answer.data["order"]["history"]}
    assert history["CREATE"]["onBehalfOfOrganisationId"] == gid("Organisation", chain.retailer)
    assert history["CONFIRM"]["onBehalfOfOrganisationId"] is None
    assert answer.data["order"]["buyer"]["name"] == "Corner Shop"
    now = datetime.now(UTC)
    await world.run(lambda work: work.session.execute(update(AssignedRep).values(until=now)))
    after = "query($id: ID!) { order(id: $id) { reps { membershipId until } } }"
    seller = await world.member(chain.distributor, "ENTERPRISE_ADMIN")
    buyer = await world.member(chain.retailer, "BUYER")
    shown = [
        (await each.ask(after, id=order["id"])).data["order"]["reps"] for each in (seller, buyer)
    ]
    assert shown == [[{"membershipId": membership(rep), "until": now.isoformat()}], []]


async def test_a_cart_is_ordered_and_emptied(chain, buyer):
    cart = """mutation($input: SetCartLineInput!) { setCartLine(input: $input) {
        __typename ... on Cart { lines { quantity packagingLevel sku { name } } }
        ... on Refusal { code field } } }"""
    given = {"relationshipId": gid("TradingRelationship", chain.downstream)}
    wish = {**given, "skuId": gid("Sku", chain.sku), "quantity": "2", "packagingLevel": "CASE"}

    filled = await buyer.ask(cart, input=wish)
    order = await mutate(
        buyer,
        "placeOrder",
        "PlaceOrderInput",
        {**given, "idempotencyKey": "cart", "seenTotal": "143.19"},
    )
    left = await buyer.ask(
        "query($id: ID!) { cart(relationshipId: $id) { lines { quantity } } }",
        id=given["relationshipId"],
    )

    assert [line["quantity"] for line in filled.data["setCartLine"]["lines"]] == ["2"]
    assert order["state"] == "CONFIRMED"
    assert left.data["cart"]["lines"] == []


async def test_drafts_are_seen_by_who_wrote_them_only(chain, buyer):
    world = chain.world
    seller = await world.member(chain.distributor, "ENTERPRISE_ADMIN")
    given = placement(chain, line(chain.sku))
    del given["seenTotal"]

    draft = await mutate(buyer, "createOrder", "CreateOrderInput", given)

    assert await look(seller, draft["id"]) is None
    assert (await look(buyer, draft["id"]))["state"] == "DRAFT"


async def test_text_that_no_table_can_hold_names_its_field(chain, buyer):
    given = placement(chain, line(chain.sku), note="tea\x00")

    answer = await send(buyer, "placeOrder", "PlaceOrderInput", given)

    assert answer.body["errors"][0]["extensions"] == {"code": "INVALID", "field": "input.note"}
    assert await orders_in(chain.world) == 0


async def test_an_order_changed_before_preparation_starts_over(chain, buyer):
    world = chain.world
    await chain.stock(chain.distributor, 100)
    keeper = await world.member(chain.distributor, "WAREHOUSE")
    order = await chain.place(buyer)
    await on_order(keeper, "allocateOrder", order["id"])

    changed = await mutate(
        buyer,
        "changeOrder",
        "ChangeOrderInput",
        {"orderId": order["id"], "lines": [line(chain.sku, "1", "CASE")]},
    )
    resubmitted = await mutate(
        buyer,
        "submitOrder",
        "SubmitOrderInput",
        {"orderId": order["id"], "seenTotal": changed["total"]},
    )
    allocated = await on_order(keeper, "allocateOrder", order["id"])

    assert (changed["state"], changed["revision"], changed["total"]) == ("DRAFT", 2, "71.60")
    assert resubmitted["state"] == "CONFIRMED"
    assert allocated["lines"][0]["quantities"]["allocated"] == "24"
    assert await free_pieces(world, chain) == 76


async def free_pieces(world, chain):
    free = select(func.sum(LotBalance.on_hand - LotBalance.allocated)).where(
        LotBalance.sku_id == chain.sku
    )
    return await world.run(lambda work: work.session.scalar(free))
