"""A buyer sends a cart; the rep orders it for the buyer, or sends it back with a reason (R3-49)."""

import pytest
from sqlalchemy import func, select

from app.db.outbox import OutboxEvent
from app.kernel.ids import new_id
from app.notifications.rules import announcement_of
from app.orders.models import Order
from tests.support.chain import ORDER, Chain
from tests.support.ordering import give, own_cart, put, seen, wanted_line
from tests.support.world import gid

REQUEST = "id state note reason orderId sentBy decidedBy cart { id sharing lines { quantity } }"


@pytest.fixture
async def chain(world):
    return await Chain.create(world)


@pytest.fixture
async def buyer(chain):
    return await chain.world.member(chain.retailer, "BUYER", name="Shop keeper Li")


@pytest.fixture
async def rep(chain):
    rep = await chain.world.member(chain.distributor, "SALES", name="Rep Chen")
    await chain.world.assign_rep(chain.downstream, rep)
    return rep


async def send(buyer, chain, **more):
    given = {
        "idempotencyKey": new_id().hex,
        "relationshipId": gid("TradingRelationship", chain.downstream),
        **more,
    }
    return await give(buyer, "sendOrderRequest", "OrderRequest", REQUEST, **given)


async def heard(world):
    """What people were told of requests: whom, and in which words."""

    async def read(work):
        asked = OutboxEvent.kind.like("order_request%")
        rows = await work.session.scalars(select(OutboxEvent).where(asked).order_by(OutboxEvent.id))
        return [(row.data["recipients"], announcement_of(row.kind, row.data).text) for row in rows]

    return await world.run(read)


async def waiting(person):
    answer = await person.ask("{ orderRequests(state: SENT) { edges { node { id } } } }")
    return [edge["node"]["id"] for edge in answer.data["orderRequests"]["edges"]]


async def test_a_sent_cart_is_mended_by_the_rep_and_becomes_the_buyers_order(chain, buyer, rep):
    await put(buyer, chain.downstream, wanted_line(chain.sku, "1", "CASE"))
    request = await send(buyer, chain, note="For Friday", idempotencyKey="k1")
    again = await send(buyer, chain, note="For Friday", idempotencyKey="k1")
    line = {"savedCartId": request["cart"]["id"], **wanted_line(chain.sku, "2", "CASE")}
    given = {"idempotencyKey": "k2", "orderRequestId": request["id"], "seenTotal": "143.19"}

    by_rep = await waiting(rep)
    await give(rep, "setSavedCartLine", "SavedCart", "id", **line)
    stale = await give(rep, "orderRequest", "Order", ORDER, **given | {"seenTotal": "71.60"})
    order, twin = [
        await give(rep, "orderRequest", "Order", f"{ORDER} channel", **given) for _ in range(2)
    ]

    assert (request["state"], request["cart"]["sharing"]) == ("SENT", "BOTH_SIDES")
    assert (again["id"], by_rep) == (request["id"], [request["id"]])
    assert await own_cart(buyer, chain.downstream) == []
    assert stale["code"] == "PRICE_CHANGED"
    assert (order["state"], order["total"], order["channel"]) == (
        "CONFIRMED",
        "143.19",
        "SALES_REP",
    )
    assert twin["id"] == order["id"]
    document = f"query($id: ID!) {{ node(id: $id) {{ ... on OrderRequest {{ {REQUEST} }} }} }}"
    done = (await buyer.ask(document, id=request["id"])).data["node"]
    assert (done["state"], done["orderId"], done["decidedBy"]) == (
        "ORDERED",
        order["id"],
        "Rep Chen",
    )
    told = await heard(chain.world)
    assert [people for people, _ in told] == [[str(rep.membership_id)], [str(buyer.membership_id)]]
    assert told[0][1].endswith("Note: For Friday")
    assert order["number"] in told[1][1]


async def test_what_is_sent_back_is_mended_and_sent_again_and_nothing_is_lost(chain, buyer, rep):
    await put(buyer, chain.downstream, wanted_line(chain.sku, "1", "CASE"))
    request = await send(buyer, chain)
    given = {"orderRequestId": request["id"]}
    twice = await send(buyer, chain, savedCartId=request["cart"]["id"])

    back = await give(
        rep, "sendBackOrderRequest", "OrderRequest", REQUEST, **given, reason="Two cases at least"
    )
    late = await give(buyer, "withdrawOrderRequest", "OrderRequest", REQUEST, **given)
    again = await send(buyer, chain, savedCartId=request["cart"]["id"])
    kept = await give(
        buyer,
        "deleteSavedCart",
        "DeletedSavedCart",
        "savedCartId",
        savedCartId=request["cart"]["id"],
    )
    gone = await give(
        buyer, "withdrawOrderRequest", "OrderRequest", REQUEST, orderRequestId=again["id"]
    )

    assert twice["code"] == "REQUEST_OPEN"
    assert (back["state"], back["reason"]) == ("SENT_BACK", "Two cases at least")
    assert (late["code"], kept["code"]) == ("ORDER_REQUEST_DECIDED", "CART_IN_USE")
    assert (again["state"], gone["state"]) == ("SENT", "WITHDRAWN")
    assert [line["quantity"] for line in again["cart"]["lines"]] == ["1"]
    assert len(await seen(buyer)) == 1
    orders = select(func.count(Order.id))
    assert await chain.world.run(lambda work: work.session.scalar(orders)) == 0


async def test_only_those_who_order_for_the_buyer_hear_of_a_request(chain, buyer, rep):
    world = chain.world
    colleague = await world.member(chain.distributor, "SALES")
    brand_rep = await world.member(chain.brand, "SALES", "ENTERPRISE_ADMIN")
    await put(buyer, chain.downstream, wanted_line(chain.sku, "1", "CASE"))
    request = await send(buyer, chain)
    document = """mutation($input: SendBackOrderRequestInput!) {
        sendBackOrderRequest(input: $input) { __typename } }"""

    answers = [
        [
            await stranger.ask(document, input={"orderRequestId": key, "reason": "no"})
            for key in (request["id"], gid("OrderRequest", new_id()))
        ]
        for stranger in (colleague, brand_rep)
    ]
    sending = """mutation($input: SendOrderRequestInput!) {
        sendOrderRequest(input: $input) { __typename } }"""
    by_seller = await rep.ask(
        sending,
        input={
            "idempotencyKey": "k",
            "relationshipId": gid("TradingRelationship", chain.downstream),
        },
    )

    assert all(theirs.body["errors"] == unknown.body["errors"] for theirs, unknown in answers)
    assert [await waiting(each) for each in (colleague, brand_rep)] == [[], []]
    assert await waiting(buyer) == [request["id"]]
    assert by_seller.error_codes == ["FORBIDDEN"]
