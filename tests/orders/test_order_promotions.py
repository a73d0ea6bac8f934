"""Orders under trade schemes: granted once, to the cent, and given back with the order."""

import asyncio
from collections import Counter
from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from app.finance import operations as finance
from app.inventory import operations as inventory
from app.kernel.ids import new_id
from app.orders.models import Order
from app.orders.operations.checking import broken_invariants as broken_orders
from app.promotions.models import GrantedBenefit
from app.promotions.rules.terms import Funding, Limits, SchemeTier
from app.promotions.rules.words import BenefitStatus
from tests.support.chain import Chain, on_order
from tests.support.order_terms import (
    balance,
    budget_used,
    cancel,
    coupon,
    deliver,
    give,
    line,
    place,
    placement,
    point_a_yuan,
    points,
    see,
    ten_plus_one,
    trade_of,
)

CLIENTS = 50
PLACE = """mutation($input: PlaceOrderInput!) { placeOrder(input: $input) { __typename
    ... on Order { state net } ... on Refusal { code details { name value } } } }"""


@pytest.fixture
async def chain(world):
    chain = await Chain.create(world)
    yield chain
    assert await world.run(inventory.broken_invariants) == []
    assert await world.run(finance.broken_invariants) == []
    assert await world.run(broken_orders) == []


@pytest.fixture
async def buyer(chain):
    return await chain.world.member(chain.retailer, "BUYER")


@pytest.fixture
async def seller(chain):
    return await chain.world.member(chain.distributor, "ENTERPRISE_ADMIN", "WAREHOUSE")


async def granted(chain, status=BenefitStatus.GRANTED):
    total = select(func.coalesce(func.sum(GrantedBenefit.money), 0)).where(
        GrantedBenefit.status == status
    )
    return await chain.world.run(lambda work: work.session.scalar(total))


async def test_a_spend_threshold_takes_money_off_and_says_so(chain, buyer):
    await trade_of(chain).scheme("Spring 100-10")

    order = await place(buyer, chain, seen="131.89")

    assert (order["net"], order["tax"], order["total"]) == ("116.72", "15.17", "131.89")
    assert order["lines"][0]["net"] == "116.72"
    assert [(item["name"], item["money"]) for item in order["benefits"]] == [
        ("Spring 100-10", "10")
    ]
    steps = order["lines"][0]["priced"]["steps"]
    assert [step["after"] for step in steps[:-1]] == [step["before"] for step in steps[1:]]
    assert (steps[0]["before"], steps[-1]["after"]) == ("0", "131.89")
    assert "ORDER_DISCOUNT" in [step["name"] for step in steps]


async def test_free_goods_are_delivered_received_and_cost_nothing(chain, buyer, seller):
    await trade_of(chain).scheme("Ten and one", **ten_plus_one())
    await chain.stock(chain.distributor, 300)

    order = await place(buyer, chain, line(chain.sku, "10"), seen="715.97")
    await deliver(chain, seller, buyer, order["id"])
    received = await on_order(buyer, "confirmReceipt", order["id"], "ConfirmReceiptInput")
    settled = await give(seller, "settleOrder", "OrderInput", {"orderId": order["id"]})

    paid, free = order["lines"]
    assert (paid["isFree"], paid["quantity"], paid["net"]) == (False, "10", "633.60")
    assert (free["isFree"], free["quantity"], free["gross"]) == (True, "1", "0")
    assert free["packagingLevel"] == "CASE"
    assert received["state"] == "RECEIVED"
    assert [item["quantities"]["received"] for item in received["lines"]] == ["240", "24"]
    invoice = settled["invoice"]
    assert (invoice["net"], invoice["total"]) == ("633.60", "715.97")
    assert [item["quantity"] for item in invoice["lines"]] == ["240", "24"]


async def test_free_goods_come_anew_with_every_change(chain, buyer):
    await trade_of(chain).scheme("Ten and one", **ten_plus_one())
    order = await place(buyer, chain, line(chain.sku, "10"), seen="715.97")

    shrunk = await change(buyer, order, line(chain.sku, "9"))
    grown = await change(buyer, order, line(chain.sku, "20"))

    assert [item["isFree"] for item in shrunk["lines"]] == [False]
    assert shrunk["benefits"] == []
    assert [(item["isFree"], item["quantity"]) for item in grown["lines"]] == [
        (False, "20"),
        (True, "2"),
    ]


async def test_a_change_gives_back_what_was_granted_and_submitting_grants_anew(chain, buyer):
    await trade_of(chain).scheme(limits=Limits(money=Decimal(15)))
    order = await place(buyer, chain, seen="131.89")

    changed = await change(buyer, order, line(chain.sku, "3"))
    used_by_draft = await budget_used(chain)
    submitted = await submit(buyer, changed)

    assert changed["total"] == "203.49"
    assert used_by_draft == 0
    assert submitted["state"] == "CONFIRMED"
    assert await budget_used(chain) == 10


async def test_a_coupon_counts_once_and_comes_back_with_a_cancelled_order(chain, buyer):
    scheme = await trade_of(chain).scheme("Welcome", needs_coupon=True)
    await coupon(chain, scheme, "WE1C0ME")

    without = await place(buyer, chain, seen="143.19")
    first = await place(buyer, chain, seen="131.89", couponCodes=["we1c0me"])
    second = await place(buyer, chain, seen="131.89", couponCodes=["WE1C0ME"])
    unknown = await place(buyer, chain, seen="131.89", couponCodes=["N0WHERE"])
    await cancel(buyer, first["id"])
    third = await place(buyer, chain, seen="131.89", couponCodes=["WE1C0ME"])

    assert without["benefits"] == []
    assert first["couponCodes"] == ["we1c0me"]
    assert (second["code"], second["field"]) == ("COUPON_REFUSED", "couponCodes.0")
    assert (unknown["code"], unknown["field"]) == ("COUPON_REFUSED", "couponCodes.0")
    assert third["state"] == "CONFIRMED"
    assert await granted(chain) == 10
    assert await granted(chain, BenefitStatus.GIVEN_BACK) == 10


async def test_fifty_buyers_at_once_spend_a_budget_exactly(chain):
    world = chain.world
    await trade_of(chain).scheme(limits=Limits(money=Decimal("123.45")))
    shops = [
        await world.organisation("Shop", "RETAILER", chain.distributor) for _ in range(CLIENTS)
    ]
    buyers = [await world.member(shop, "BUYER") for shop in shops]
    chains = [
        replace(chain, retailer=shop, downstream=await world.relationship(chain.distributor, shop))
        for shop in shops
    ]

    placed = await asyncio.gather(
        *(place_at_any_price(buyer, own) for buyer, own in zip(buyers, chains, strict=True))
    )

    assert Counter(order["state"] for order in placed) == {"CONFIRMED": CLIENTS}
    assert await orders_in(chain) == CLIENTS
    totals = Counter(order["net"] for order in placed)
    assert totals == {"116.72": 12, "123.27": 1, "126.72": CLIENTS - 13}
    assert await granted(chain) == await budget_used(chain) == Decimal("123.45")


async def test_a_retry_with_the_same_key_grants_once(chain, buyer):
    await trade_of(chain).scheme(limits=Limits(money=Decimal(100)))

    first = await place(buyer, chain, seen="131.89", idempotencyKey="click")
    again = await place(buyer, chain, seen="131.89", idempotencyKey="click")
    other = await place(
        buyer, chain, seen="131.89", idempotencyKey="click", couponCodes=["WE1C0ME"]
    )

    assert first["id"] == again["id"]
    assert other["code"] == "IDEMPOTENCY_KEY_REUSED"
    assert await budget_used(chain) == 10


async def test_a_placed_order_is_never_priced_again(chain, buyer):
    trade = trade_of(chain)
    await trade.scheme("Spring 100-10")
    order = await place(buyer, chain, seen="131.89")
    await chain.world.price(chain.distributor, {chain.sku: "3.00"}, name="New", priority=1)
    await trade.scheme("Another ten")

    later = await see(buyer, order["id"])

    assert later == {key: value for key, value in order.items() if key != "__typename"}


async def test_points_pay_and_are_earned_when_the_order_is_settled(chain, buyer, seller):
    await trade_of(chain).scheme("A point a yuan", **point_a_yuan())
    await points(chain, 100)
    await chain.stock(chain.distributor, 100)

    order = await place(buyer, chain, seen="131.89", pointsToRedeem=100)
    at_placing = await balance(chain)
    await deliver(chain, seller, buyer, order["id"])
    await on_order(buyer, "confirmReceipt", order["id"], "ConfirmReceiptInput")
    at_receipt = await balance(chain)
    settled = await give(seller, "settleOrder", "OrderInput", {"orderId": order["id"]})

    assert (order["net"], order["pointsToRedeem"]) == ("116.72", 100)
    assert (at_placing, at_receipt) == (0, 0)
    earned = settled["benefits"][0]["points"]
    assert earned in {116, 126}
    assert await balance(chain) == earned


async def test_points_come_back_with_a_cancelled_order(chain, buyer):
    await points(chain, 100)
    order = await place(buyer, chain, seen="137.54", pointsToRedeem=50)
    left = await balance(chain)

    await cancel(buyer, order["id"])

    assert left == 50
    assert await balance(chain) == 100


async def test_a_rejected_order_gives_back_and_its_revision_is_granted_anew(chain, buyer, seller):
    await trade_of(chain).scheme(limits=Limits(money=Decimal(15)))
    await rule(seller)
    order = await place(buyer, chain, seen="131.89")
    waiting = await budget_used(chain)

    await on_order(seller, "rejectOrder", order["id"], "OrderReasonInput", reason="Too much")
    rejected = await budget_used(chain)
    revised = await give(buyer, "reviseOrder", "ReviseOrderInput", {"orderId": order["id"]})
    await submit(buyer, revised)

    assert (order["state"], waiting, rejected) == ("PENDING_APPROVAL", 10, 0)
    assert revised["total"] == "131.89"
    assert await budget_used(chain) == 10


async def test_who_pays_for_a_scheme_is_the_sellers_business(chain, buyer, seller):
    funding = Funding(organisation_id=chain.brand)
    await trade_of(chain).scheme("Brand's ten", funding=funding, is_claimable=True)
    order = await place(buyer, chain, seen="131.89")
    world = chain.world
    sibling = await world.organisation("Next Door", "RETAILER", chain.distributor)
    strangers = [
        await world.member(sibling, "ENTERPRISE_ADMIN", "BUYER"),
        await world.member(chain.brand, "ENTERPRISE_ADMIN"),
    ]

    bought, sold = await see(buyer, order["id"]), await see(seller, order["id"])

    assert sold
    assert bought
    assert [item["fundedMoney"] for item in sold["benefits"]] == ["10"]
    assert [item["funder"] for item in sold["benefits"]] == [{"name": "Riverside Brand"}]
    assert [item["fundedMoney"] for item in bought["benefits"]] == [None]
    assert [item["funder"] for item in bought["benefits"]] == [None]
    assert [item["isClaimable"] for item in bought["benefits"]] == [None]
    assert [await see(person, order["id"]) for person in strangers] == [None, None]


async def test_a_coupon_that_gives_nothing_is_refused_and_stays_unused(chain, buyer):
    tier = SchemeTier(threshold=Decimal(1_000_000), benefit=Decimal(10))
    scheme = await trade_of(chain).scheme("Far away", needs_coupon=True, tiers=(tier,))
    await coupon(chain, scheme, "WE1C0ME")

    refused = await place(buyer, chain, seen="143.19", couponCodes=["WE1C0ME"])
    without = await place(buyer, chain, seen="143.19")

    assert (refused["code"], refused["field"]) == ("COUPON_REFUSED", "couponCodes.0")
    assert "gives nothing" in refused["message"]
    assert without["state"] == "CONFIRMED"


async def test_upstream_that_may_see_orders_sees_no_coupon_no_benefit_no_reason(world):
    chain = await Chain.create(world, upstream_visibility="ORDERS")
    scheme = await trade_of(chain).scheme("Welcome", needs_coupon=True)
    await coupon(chain, scheme, "WE1C0ME")
    buyer = await world.member(chain.retailer, "BUYER")
    above = await world.member(chain.brand, "ENTERPRISE_ADMIN")
    order = await place(buyer, chain, seen="131.89", couponCodes=["WE1C0ME"])

    seen = await see(above, order["id"])

    assert seen
    assert (seen["couponCodes"], seen["benefits"], seen["approvals"]) == ([], [], [])
    assert [item["priced"]["losers"] for item in seen["lines"]] == [[]]


async def place_at_any_price(buyer, chain):
    """As a client does: confirm the new total when the old has gone, ask again if nobody answers.

    Asking again with the same key is safe, whatever became of the first try.
    """
    seen, key = "131.89", new_id().hex
    for _ in range(20):
        given = {**placement(chain, seen), "idempotencyKey": key}
        answer = (await buyer.ask(PLACE, input=given)).body["data"]
        placed = answer and answer["placeOrder"]
        if placed and placed["__typename"] == "Order":
            return placed
        if placed:
            assert placed["code"] == "PRICE_CHANGED"
            seen, key = placed["details"][1]["value"], new_id().hex
    raise AssertionError(answer)


async def change(person, order, *lines, **more):
    given = {"orderId": order["id"], "lines": list(lines), **more}
    return await give(person, "changeOrder", "ChangeOrderInput", given)


async def submit(person, order):
    given = {"orderId": order["id"], "seenTotal": order["total"]}
    return await give(person, "submitOrder", "SubmitOrderInput", given)


async def rule(boss):
    document = """mutation($i: CreateApprovalRuleInput!) { createApprovalRule(input: $i) {
        __typename } }"""
    given = {"party": "SELLER", "threshold": "100", "currency": "CNY"}
    assert (await boss.ask(document, i=given)).data["createApprovalRule"]


async def orders_in(chain):
    return await chain.world.run(lambda work: work.session.scalar(select(func.count(Order.id))))
