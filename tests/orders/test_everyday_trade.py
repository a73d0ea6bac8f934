"""Small promises of every day that no other test of orders shows from end to end."""

import pytest
from sqlalchemy import select
from strawberry import relay

from app.catalog.models import Sku
from app.db.outbox import OutboxEvent
from app.orders.rules.states import OrderChannel
from tests.support.chain import Chain, look, mutate, on_order
from tests.support.world import gid

RULE = """mutation($input: CreateApprovalRuleInput!) { createApprovalRule(input: $input) {
    __typename } }"""
DELIST = """mutation($input: DelistProductInput!) { delistProduct(input: $input) {
    ... on Product { status } } }"""


@pytest.fixture
async def chain(world):
    return await Chain.create(world)


async def leave_and_sign(order, keeper, buyer):
    """Everything between confirmation and the buyer's signature."""
    for name, kind in (
        ("allocateOrder", "OrderInput"),
        ("startPreparation", "StartPreparationInput"),
        ("finishPreparation", "FinishPreparationInput"),
    ):
        await on_order(keeper, name, order["id"], kind)
    booking = {"idempotencyKey": "book", "orderId": order["id"], "carrier": "SF Express"}
    shipment = await mutate(keeper, "bookCarrier", "BookCarrierInput", booking, "Shipment")
    given = {"shipmentId": shipment["id"], "handedOverTo": "Driver Wang"}
    await mutate(keeper, "handOver", "HandOverInput", given, "Shipment")
    given = {"shipmentId": shipment["id"], "signedBy": "Li Na"}
    return await mutate(buyer, "signDelivery", "SignDeliveryInput", given, "Shipment")


async def test_an_agent_buys_from_the_level_above_and_sells_to_the_one_below(chain):
    """R3-3."""
    world = chain.world
    agent = await world.organisation("Harbour Agency", "AGENT", parent=chain.distributor)
    kiosk = await world.organisation("Kiosk", "RETAILER", parent=agent)
    from_above = await world.relationship(chain.distributor, agent)
    to_below = await world.relationship(agent, kiosk)
    await world.price(agent, {chain.sku: "3.00"})
    person = await world.member(agent, "ENTERPRISE_ADMIN", "BUYER")
    below = await world.member(kiosk, "BUYER")

    bought = await chain.place(person, relationship=from_above)
    sold = await chain.place(below, "1", "PIECE", seen="3.39", relationship=to_below)

    assert (bought["state"], sold["state"]) == ("CONFIRMED", "CONFIRMED")
    assert (await look(person, sold["id"]))["total"] == "3.39"
    shown = await person.ask("{ organisations(kind: AGENT) { edges { node { name } } } }")
    found = [edge["node"]["name"] for edge in shown.data["organisations"]["edges"]]
    assert found == ["Harbour Agency"]


async def test_a_delisted_product_is_ordered_no_more_and_its_orders_stay(chain):
    """R3-8."""
    world = chain.world
    owner = await world.member(chain.brand, "ENTERPRISE_ADMIN")
    buyer = await world.member(chain.retailer, "BUYER")
    before = await chain.place(buyer)
    product = select(Sku.product_id).where(Sku.id == chain.sku)
    product_id = await world.run(lambda work: work.session.scalar(product))

    await owner.ask(DELIST, input={"productId": gid("Product", product_id)})
    refused = await chain.place(buyer)

    assert (refused["code"], refused["field"]) == ("NOT_LISTED", "lines.0.skuId")
    kept = await look(buyer, before["id"])
    assert (kept["state"], kept["lines"][0]["sku"]) == (
        "CONFIRMED",
        {"name": "Riverside Tea 500 ml"},
    )


async def test_only_the_named_approver_decides(chain):
    """R3-54."""
    world = chain.world
    named, other = [await world.member(chain.distributor, "ENTERPRISE_ADMIN") for _ in range(2)]
    rule = {"party": "SELLER", "threshold": "100", "currency": "CNY"}
    approver = {"approverMembershipId": gid("Membership", named.membership_id)}
    await other.ask(RULE, input=rule | approver)
    order = await chain.place(await world.member(chain.retailer, "BUYER"))

    refused = await on_order(other, "approveOrder", order["id"], "ApproveOrderInput")
    between = await look(other, order["id"])
    approved = await on_order(named, "approveOrder", order["id"], "ApproveOrderInput")

    assert refused["code"] == "NOT_POSSIBLE_NOW"
    assert between["state"] == "PENDING_APPROVAL"
    assert approved["state"] == "CONFIRMED"


async def test_the_assigned_rep_confirms_receipt_for_the_customer(chain):
    """R3-62."""
    world = chain.world
    await chain.stock(chain.distributor, 48)
    buyer = await world.member(chain.retailer, "BUYER")
    keeper = await world.member(chain.distributor, "WAREHOUSE")
    rep, stranger = [await world.member(chain.distributor, "SALES") for _ in range(2)]
    await world.assign_rep(chain.downstream, rep)
    order = await chain.place(buyer)
    await leave_and_sign(order, keeper, buyer)

    document = """mutation($input: ConfirmReceiptInput!) { confirmReceipt(input: $input) {
        __typename } }"""
    unseen = await stranger.ask(document, input={"orderId": order["id"]})
    received = await on_order(rep, "confirmReceipt", order["id"], "ConfirmReceiptInput")

    assert unseen.error_codes == ["NOT_FOUND"]
    assert (received["state"], received["lines"][0]["quantities"]["received"]) == ("RECEIVED", "48")


@pytest.mark.parametrize("channel", ["WEBSITE", "MOBILE_APP", "PARTNER_SYSTEM"])
async def test_an_order_keeps_the_channel_that_it_came_through(chain, channel):
    """R1-5, R1-6."""
    buyer = await chain.world.member(chain.retailer, "BUYER")
    given = {
        "idempotencyKey": "one",
        "relationshipId": gid("TradingRelationship", chain.downstream),
        "seenTotal": "143.19",
        "channel": channel,
        "lines": [{"skuId": gid("Sku", chain.sku), "quantity": "2", "packagingLevel": "CASE"}],
    }

    placed = await mutate(buyer, "placeOrder", "PlaceOrderInput", given)

    shown = await buyer.ask("query($id: ID!) { order(id: $id) { channel } }", id=placed["id"])
    assert shown.data == {"order": {"channel": OrderChannel(channel)}}


async def test_the_news_of_a_confirmation_tells_when_the_goods_ship(chain):
    """R2-14: what the message is written from; tests/workers show that it arrives."""
    buyer = await chain.world.member(chain.retailer, "BUYER")

    order = await chain.place(buyer)

    key = relay.GlobalID.from_id(order["id"]).node_id
    told = select(OutboxEvent.data).where(
        OutboxEvent.kind == "order_confirmed", OutboxEvent.subject_id == key
    )
    data = await chain.world.run(lambda work: work.session.scalar(told))
    assert order["expectedShipOn"] is not None
    assert data["expected_ship_on"] == order["expectedShipOn"]
    assert str(buyer.membership_id) in data["recipients"]


async def test_both_parties_read_how_and_when_an_order_was_paid(chain):
    """R0-36."""
    world = chain.world
    buyer = await world.member(chain.retailer, "BUYER")
    admin = await world.member(chain.distributor, "ENTERPRISE_ADMIN")
    above = await world.member(chain.brand, "ENTERPRISE_ADMIN")
    order = await chain.place(buyer)
    given = {"idempotencyKey": "p1", "orderId": order["id"], "amount": "43.19"}
    given |= {"method": "CARD", "reference": "R-77"}

    await mutate(admin, "recordPayment", "RecordPaymentInput", given)

    document = """query($id: ID!) { order(id: $id) { payments {
        amount method reference receivedAt } } }"""
    shown = [await person.ask(document, id=order["id"]) for person in (buyer, admin)]
    assert shown[0].data == shown[1].data
    (payment,) = shown[0].data["order"]["payments"]
    assert payment.pop("receivedAt") is not None
    assert payment == {"amount": "43.19", "method": "CARD", "reference": "R-77"}
    assert (await above.ask(document, id=order["id"])).error_codes == ["NOT_FOUND"]
