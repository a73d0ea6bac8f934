"""What happens when people act at once, on the real database: exact outcomes, whoever is first."""

import asyncio
from collections import Counter
from collections.abc import Awaitable
from typing import Any

import pytest
from sqlalchemy import func, select

from app.db.outbox import OutboxEvent
from app.finance import operations as finance
from app.inventory import operations as inventory
from app.kernel.ids import new_id
from app.orders.models import Order, Shortage
from tests.support.chain import Chain, look, mutate, on_order
from tests.support.people import membership
from tests.support.stock import balances

BUYERS = 20


@pytest.fixture
async def chain(world):
    chain = await Chain.create(world)
    yield chain
    assert await world.run(inventory.broken_invariants) == []
    assert await world.run(finance.broken_invariants) == []


@pytest.mark.parametrize("pieces", [1, 7])
async def test_twenty_buyers_get_exactly_what_is_there(chain, pieces):
    world = chain.world
    await chain.stock(chain.distributor, pieces)
    keeper = await world.member(chain.distributor, "WAREHOUSE")
    orders = [await _order_of_a_new_shop(chain) for _ in range(BUYERS)]

    answers = await at_once(*(on_order(keeper, "allocateOrder", order) for order in orders))

    states = Counter(answer["state"] for answer in answers)
    assert states == {"ALLOCATED": pieces, "BACKORDERED": BUYERS - pieces}
    assert list((await balances(world, chain.sku)).values()) == [(pieces, pieces)]
    short = await _scalar(chain, select(func.sum(Shortage.quantity)))
    assert short == BUYERS - pieces


async def test_a_doubled_click_places_one_order(chain):
    buyer = await chain.world.member(chain.retailer, "BUYER")

    answers = await at_once(*(chain.place(buyer, key="click") for _ in range(8)))

    assert len({answer["id"] for answer in answers}) == 1
    assert await _scalar(chain, select(func.count()).select_from(Order)) == 1
    assert await _events(chain, "order_confirmed") == 1


async def test_one_key_with_two_bodies_places_one_order(chain):
    buyer = await chain.world.member(chain.retailer, "BUYER")

    answers = await at_once(
        chain.place(buyer, key="click"),
        chain.place(buyer, key="click", quantity="3", seen="214.79"),
    )

    codes = Counter(answer.get("code", answer["__typename"]) for answer in answers)
    assert codes == {"Order": 1, "IDEMPOTENCY_KEY_REUSED": 1}
    assert await _scalar(chain, select(func.count()).select_from(Order)) == 1


async def test_two_approvers_of_one_step_approve_it_once(chain):
    bosses = [await chain.world.member(chain.distributor, "ENTERPRISE_ADMIN") for _ in range(2)]
    await _rule(bosses[0])
    order = await _placed(chain, "PENDING_APPROVAL")

    answers = await at_once(
        *(on_order(boss, "approveOrder", order, "ApproveOrderInput") for boss in bosses)
    )

    codes = Counter(answer.get("code", answer.get("state")) for answer in answers)
    assert codes == {"CONFIRMED": 1, "NOT_POSSIBLE_NOW": 1}
    assert await _events(chain, "order_confirmed") == 1


async def test_two_required_approvals_at_once_confirm_once(chain):
    bosses = [await chain.world.member(chain.distributor, "ENTERPRISE_ADMIN") for _ in range(2)]
    for boss in bosses:
        await _rule(boss, approverMembershipId=membership(boss))
    order = await _placed(chain, "PENDING_APPROVAL")

    answers = await at_once(
        *(on_order(boss, "approveOrder", order, "ApproveOrderInput") for boss in bosses)
    )

    assert Counter(a.get("state") for a in answers)["CONFIRMED"] >= 1
    assert (await look(bosses[0], order))["state"] == "CONFIRMED"
    assert await _events(chain, "order_confirmed") == 1


async def test_an_approval_and_a_rejection_at_once_leave_one_of_them(chain):
    bosses = [await chain.world.member(chain.distributor, "ENTERPRISE_ADMIN") for _ in range(2)]
    await _rule(bosses[0])
    order = await _placed(chain, "PENDING_APPROVAL")

    answers = await at_once(
        on_order(bosses[0], "approveOrder", order, "ApproveOrderInput"),
        on_order(bosses[1], "rejectOrder", order, "OrderReasonInput", reason="no"),
    )

    (won,) = [answer["state"] for answer in answers if answer["__typename"] == "Order"]
    assert (await look(bosses[0], order))["state"] == won
    assert won in {"CONFIRMED", "REJECTED"}


async def test_orders_at_once_never_exceed_the_credit(world):
    chain = await Chain.create(world, is_credit_unlimited=False, credit_limit=300)
    buyers = [await world.member(chain.retailer, "BUYER") for _ in range(BUYERS)]

    answers = await at_once(*(chain.place(buyer) for buyer in buyers))

    assert Counter(answer["creditStatus"] for answer in answers) == {"OK": 2, "HELD": BUYERS - 2}


@pytest.mark.parametrize("round", range(3))
async def test_either_the_cancelling_or_the_preparing_wins(chain, round):
    await chain.stock(chain.distributor, 100)
    keeper = await chain.world.member(chain.distributor, "WAREHOUSE")
    buyer = await chain.world.member(chain.retailer, "BUYER")
    order = (await chain.place(buyer))["id"]
    await on_order(keeper, "allocateOrder", order)
    cancel = on_order(buyer, "cancelOrder", order, "OrderReasonInput", reason="changed my mind")
    start = on_order(keeper, "startPreparation", order, "StartPreparationInput")

    answers = await at_once(*((cancel, start) if round % 2 else (start, cancel)))

    codes = Counter(answer.get("code", answer["__typename"]) for answer in answers)
    assert codes == {"Order": 1, "NOT_POSSIBLE_NOW": 1}
    state = (await look(buyer, order))["state"]
    reserved = {"CANCELLED": 0, "PREPARING": 48}[state]
    assert list((await balances(chain.world, chain.sku)).values()) == [(100, reserved)]


async def test_goods_that_leave_cannot_be_cancelled_and_leave_once(chain):
    await chain.stock(chain.distributor, 100)
    keeper = await chain.world.member(chain.distributor, "WAREHOUSE")
    buyer = await chain.world.member(chain.retailer, "BUYER")
    order, shipment = await _planned(chain, keeper, buyer)
    given = {"shipmentId": shipment, "handedOverTo": "Driver Wang"}

    cancelled, *left = await at_once(
        on_order(buyer, "cancelOrder", order, "OrderReasonInput", reason="changed my mind"),
        *(mutate(keeper, "handOver", "HandOverInput", given, "Shipment") for _ in range(3)),
    )

    assert cancelled["code"] == "NOT_POSSIBLE_NOW"
    assert Counter(answer["__typename"] for answer in left) == {"Shipment": 1, "Refusal": 2}
    assert (await look(buyer, order))["state"] == "SHIPPED"
    assert list((await balances(chain.world, chain.sku)).values()) == [(52, 0)]


async def test_goods_are_signed_for_and_received_once(chain):
    await chain.stock(chain.distributor, 100)
    keeper = await chain.world.member(chain.distributor, "WAREHOUSE")
    buyers = [await chain.world.member(chain.retailer, "BUYER") for _ in range(3)]
    order, shipment = await _planned(chain, keeper, buyers[0])
    given = {"shipmentId": shipment, "handedOverTo": "Driver Wang"}
    await mutate(keeper, "handOver", "HandOverInput", given, "Shipment")
    given = {"shipmentId": shipment, "signedBy": "Li"}

    signed = await at_once(
        *(mutate(buyer, "signDelivery", "SignDeliveryInput", given, "Shipment") for buyer in buyers)
    )
    received = await at_once(
        *(on_order(buyer, "confirmReceipt", order, "ConfirmReceiptInput") for buyer in buyers)
    )

    assert Counter(answer["__typename"] for answer in signed) == {"Shipment": 1, "Refusal": 2}
    assert Counter(answer["__typename"] for answer in received) == {"Order": 1, "Refusal": 2}
    on_hand = sorted(pieces for pieces, _ in (await balances(chain.world, chain.sku)).values())
    assert on_hand == [48, 52]


async def test_payments_at_once_never_exceed_the_order(chain):
    admins = [await chain.world.member(chain.distributor, "ENTERPRISE_ADMIN") for _ in range(3)]
    buyer = await chain.world.member(chain.retailer, "BUYER")
    order = (await chain.place(buyer))["id"]
    given = {"orderId": order, "amount": "100", "method": "CASH"}

    answers = await at_once(
        *(
            mutate(admin, "recordPayment", "RecordPaymentInput", given | {"idempotencyKey": "k"})
            for admin in admins
        )
    )

    codes = Counter(answer.get("code", answer["__typename"]) for answer in answers)
    assert codes == {"Order": 1, "PAYMENT_TOO_LARGE": 2}
    assert (await look(buyer, order))["paid"] == "100"


async def test_shortages_are_ordered_upstream_once(chain):
    await chain.stock(chain.distributor, 10)
    admins = [await chain.world.member(chain.distributor, "ENTERPRISE_ADMIN") for _ in range(3)]
    buyer = await chain.world.member(chain.retailer, "BUYER")
    order = (await chain.place(buyer))["id"]
    await on_order(admins[0], "allocateOrder", order)

    answers = await at_once(
        *(
            mutate(admin, "orderShortages", "OrderShortagesInput", {"idempotencyKey": new_id().hex})
            for admin in admins
        )
    )

    codes = Counter(answer.get("code", answer["__typename"]) for answer in answers)
    assert codes == {"Order": 1, "NOTHING_SHORT": 2}


async def at_once(*doing: Awaitable[Any]) -> list[Any]:
    return list(await asyncio.gather(*doing))


async def _order_of_a_new_shop(chain: Chain) -> str:
    world = chain.world
    shop = await world.organisation("Shop", "RETAILER", parent=chain.distributor)
    relationship = await world.relationship(chain.distributor, shop)
    buyer = await world.member(shop, "BUYER")
    placed = await chain.place(buyer, "1", "PIECE", seen="2.98", relationship=relationship)
    return placed["id"]


async def _placed(chain: Chain, state: str) -> str:
    buyer = await chain.world.member(chain.retailer, "BUYER")
    order = await chain.place(buyer)
    assert order["state"] == state
    return order["id"]


async def _rule(boss, **more: Any) -> None:
    document = """mutation($i: CreateApprovalRuleInput!) { createApprovalRule(input: $i) {
        __typename } }"""
    given = {"party": "SELLER", "threshold": "100", "currency": "CNY", **more}
    answer = await boss.ask(document, i=given)
    assert answer.data["createApprovalRule"]["__typename"] == "ApprovalRule"


async def _planned(chain: Chain, keeper, buyer) -> tuple[str, str]:
    order = (await chain.place(buyer))["id"]
    for step, given in (
        ("allocateOrder", "OrderInput"),
        ("startPreparation", "StartPreparationInput"),
        ("finishPreparation", "FinishPreparationInput"),
    ):
        await on_order(keeper, step, order, given)
    booking = {"idempotencyKey": new_id().hex, "orderId": order, "carrier": "SF Express"}
    shipment = await mutate(keeper, "bookCarrier", "BookCarrierInput", booking, "Shipment")
    return order, shipment["id"]


async def _scalar(chain: Chain, statement: Any) -> Any:
    return await chain.world.run(lambda work: work.session.scalar(statement))


async def _events(chain: Chain, kind: str) -> int:
    counted = select(func.count()).select_from(OutboxEvent).where(OutboxEvent.kind == kind)
    return await _scalar(chain, counted)
