from decimal import Decimal

import pytest

from app.approvals.models import ApprovalRule
from tests.support.chain import Chain, look, mutate, on_order
from tests.support.world import LONG_AGO


@pytest.fixture
async def chain(world):
    return await Chain.create(world)


async def rule(chain, organisation, threshold="100", party="SELLER", **more):
    await chain.world.save(
        ApprovalRule(
            organisation_id=organisation,
            party=party,
            threshold=Decimal(threshold),
            currency="CNY",
            created_at=LONG_AGO,
            **more,
        )
    )


def pay(order, amount, key="p1"):
    return {
        "idempotencyKey": key,
        "orderId": order["id"],
        "amount": amount,
        "method": "BANK_TRANSFER",
    }


async def actions(person, order_id):
    answer = await person.ask(
        "query($id: ID!) { order(id: $id) { availableActions { command isAvailable reason } } }",
        id=order_id,
    )
    return {item["command"]: item for item in answer.data["order"]["availableActions"]}


async def test_large_orders_wait_for_approval_and_small_ones_do_not(chain):
    world = chain.world
    await rule(chain, chain.distributor)
    buyer = await world.member(chain.retailer, "BUYER")
    admin = await world.member(chain.distributor, "ENTERPRISE_ADMIN")

    small = await chain.place(buyer, "10", "PIECE", "29.83")
    large = await chain.place(buyer)
    early = await on_order(admin, "allocateOrder", large["id"])
    approved = await on_order(admin, "approveOrder", large["id"], "ApproveOrderInput")

    assert small["state"] == "CONFIRMED"
    assert (large["state"], large["approvalStatus"]) == ("PENDING_APPROVAL", "PENDING")
    assert (early["code"], early["details"][2]["name"]) == ("NOT_POSSIBLE_NOW", "allowed")
    assert "APPROVE" in early["details"][2]["value"]
    assert (approved["state"], approved["approvalStatus"]) == ("CONFIRMED", "APPROVED")


async def test_nobody_approves_their_own_order(chain):
    world = chain.world
    await rule(chain, chain.distributor)
    admin = await world.member(chain.distributor, "ENTERPRISE_ADMIN")
    other = await world.member(chain.distributor, "ENTERPRISE_ADMIN")

    order = await chain.place(admin)
    own = await on_order(admin, "approveOrder", order["id"], "ApproveOrderInput")
    approved = await on_order(other, "approveOrder", order["id"], "ApproveOrderInput")

    assert order["state"] == "PENDING_APPROVAL"
    assert own["code"] == "NOT_POSSIBLE_NOW"
    assert approved["state"] == "CONFIRMED"


async def test_both_sides_may_have_to_approve(chain):
    world = chain.world
    await rule(chain, chain.distributor)
    await rule(chain, chain.retailer, party="BUYER")
    buyer = await world.member(chain.retailer, "BUYER")
    owner = await world.member(chain.retailer, "ENTERPRISE_ADMIN")
    admin = await world.member(chain.distributor, "ENTERPRISE_ADMIN")

    order = await chain.place(buyer)
    first = await on_order(admin, "approveOrder", order["id"], "ApproveOrderInput")
    second = await on_order(owner, "approveOrder", order["id"], "ApproveOrderInput")

    assert first["state"] == "PENDING_APPROVAL"
    assert second["state"] == "CONFIRMED"


async def test_a_rejected_order_is_revised_and_asks_again(chain):
    world = chain.world
    await rule(chain, chain.distributor)
    buyer = await world.member(chain.retailer, "BUYER")
    admin = await world.member(chain.distributor, "ENTERPRISE_ADMIN")
    order = await chain.place(buyer)

    unexplained = await on_order(admin, "rejectOrder", order["id"], "OrderReasonInput", reason="ok")
    revised = await on_order(buyer, "reviseOrder", order["id"], "ReviseOrderInput")
    again = await mutate(
        buyer,
        "submitOrder",
        "SubmitOrderInput",
        {"orderId": order["id"], "seenTotal": "143.19"},
    )

    assert (unexplained["state"], unexplained["approvalStatus"]) == ("REJECTED", "REJECTED")
    assert (revised["state"], revised["revision"]) == ("DRAFT", 2)
    assert again["state"] == "PENDING_APPROVAL"


REVIEW = """query($id: ID!) { orderReview(orderId: $id) {
    revision reviewedAt reviewedByName checks { kind isPassed text } } }"""


async def review(person, order):
    return (await person.ask(REVIEW, id=order["id"])).data["orderReview"]


async def test_service_reviews_before_approval_when_the_terms_say_so(world):
    chain = await Chain.create(world, needs_review=True)
    await rule(chain, chain.distributor)
    buyer = await world.member(chain.retailer, "BUYER")
    service = await world.member(chain.distributor, "SERVICE", name="Wang Fang")

    order = await chain.place(buyer)
    back = await on_order(
        service, "sendOrderBack", order["id"], "OrderReasonInput", reason="Which gate?"
    )
    again = await mutate(
        buyer,
        "submitOrder",
        "SubmitOrderInput",
        {"orderId": order["id"], "seenTotal": "143.19"},
    )
    before = await review(service, order)
    reviewed = await on_order(service, "reviewOrder", order["id"])
    kept = await review(service, order)
    by_buyer = await buyer.ask(REVIEW, id=order["id"])

    assert by_buyer.error_codes == ["FORBIDDEN"]
    assert before["reviewedByName"] is None
    assert kept["reviewedByName"] == "Wang Fang"
    assert before["checks"] == kept["checks"]
    assert [(each["kind"], each["isPassed"]) for each in kept["checks"]] == [
        ("COMPLETENESS", False),
        ("ACCURACY", True),
        ("PAYMENT", True),
    ]
    assert kept["checks"][0]["text"] == "It says not where to deliver."
    assert order["state"] == "PENDING_REVIEW"
    assert back["state"] == "DRAFT"
    assert again["state"] == "PENDING_REVIEW"
    assert reviewed["state"] == "PENDING_APPROVAL"


@pytest.mark.parametrize("gate", ["BEFORE_REVIEW", "AFTER_APPROVAL"])
async def test_prepaid_orders_are_confirmed_by_payment(world, gate):
    chain = await Chain.create(
        world, payment_terms="PREPAID", is_credit_unlimited=False, payment_gate=gate
    )
    buyer = await world.member(chain.retailer, "BUYER")
    admin = await world.member(chain.distributor, "ENTERPRISE_ADMIN")
    order = await chain.place(buyer)

    part = await mutate(admin, "recordPayment", "RecordPaymentInput", pay(order, "43.19"))
    repeated = await mutate(admin, "recordPayment", "RecordPaymentInput", pay(order, "43.19"))
    beyond = await mutate(admin, "recordPayment", "RecordPaymentInput", pay(order, "200", "p2"))
    cents = await mutate(admin, "recordPayment", "RecordPaymentInput", pay(order, "0.001", "p3"))
    rest = await mutate(admin, "recordPayment", "RecordPaymentInput", pay(order, "100", "p4"))

    assert order["state"] == "PENDING_PAYMENT"
    assert (part["state"], part["paymentStatus"], part["paid"]) == (
        "PENDING_PAYMENT",
        "PARTIAL",
        "43.19",
    )
    assert repeated["paid"] == "43.19"
    assert beyond["code"] == "PAYMENT_TOO_LARGE"
    assert cents["code"] == "AMOUNT_NOT_MONEY"
    assert (rest["state"], rest["paymentStatus"]) == ("CONFIRMED", "PAID")


async def test_an_order_beyond_the_credit_limit_is_held_not_lost(world):
    chain = await Chain.create(world, is_credit_unlimited=False, credit_limit=Decimal(200))
    await chain.stock(chain.distributor, 500)
    buyer = await world.member(chain.retailer, "BUYER")
    admin = await world.member(chain.distributor, "ENTERPRISE_ADMIN")
    keeper = await world.member(chain.distributor, "WAREHOUSE")

    within = await chain.place(buyer)
    held = await chain.place(buyer)
    blocked = await on_order(keeper, "allocateOrder", held["id"])
    seen = (await actions(keeper, held["id"]))["ALLOCATE"]
    released = await on_order(
        admin, "releaseCredit", held["id"], "OrderReasonInput", reason="Good customer"
    )
    allocated = await on_order(keeper, "allocateOrder", held["id"])

    assert (within["creditStatus"], held["creditStatus"]) == ("OK", "HELD")
    assert held["state"] == "CONFIRMED"
    assert blocked["code"] == "NOT_POSSIBLE_NOW"
    assert (seen["isAvailable"], "held for credit" in seen["reason"]) == (False, True)
    assert released["creditStatus"] == "RELEASED"
    assert allocated["state"] == "ALLOCATED"


async def test_available_actions_tell_each_side_what_it_may_do(chain):
    world = chain.world
    buyer = await world.member(chain.retailer, "BUYER")
    keeper = await world.member(chain.distributor, "WAREHOUSE")
    order = await chain.place(buyer)

    buyers, keepers = await actions(buyer, order["id"]), await actions(keeper, order["id"])

    assert [name for name, item in buyers.items() if item["isAvailable"]] == ["CANCEL", "CHANGE"]
    assert [name for name, item in keepers.items() if item["isAvailable"]] == ["ALLOCATE"]
    assert buyers["ALLOCATE"]["reason"] == "This needs the permission ORDER_ALLOCATE."
    assert keepers["SUBMIT"]["reason"] == "Not possible while the order is CONFIRMED."
    assert keepers["COVER_BACKORDER"]["reason"] == "Not possible while the order is CONFIRMED."


async def test_cancelling_frees_the_stock(chain):
    world = chain.world
    await chain.stock(chain.distributor, 48)
    buyer = await world.member(chain.retailer, "BUYER")
    keeper = await world.member(chain.distributor, "WAREHOUSE")
    first, second = await chain.place(buyer), await chain.place(buyer)
    await on_order(keeper, "allocateOrder", first["id"])

    cancelled = await on_order(
        buyer, "cancelOrder", first["id"], "OrderReasonInput", reason="Closed for repairs"
    )
    taken = await on_order(keeper, "allocateOrder", second["id"])

    assert cancelled["state"] == "CANCELLED"
    assert cancelled["lines"][0]["quantities"]["cancelled"] == "48"
    assert taken["lines"][0]["quantities"]["allocated"] == "48"
    assert (await look(buyer, first["id"]))["state"] == "CANCELLED"
