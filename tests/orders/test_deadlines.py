"""What time alone does to orders: unpaid ones lapse, and what was signed for counts as received."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import select
from strawberry import relay

from app.approvals.models import ApprovalRule, ApprovalStep
from app.db.outbox import OutboxEvent
from app.finance import operations as finance
from app.fulfilment.operations.checking import broken_invariants as broken_shipments
from app.fulfilment.operations.deadlines import overdue_receipts
from app.inventory import operations as inventory
from app.notifications.rules import announcement_of
from app.orders.commands.cancel import expire_payment
from app.orders.errors import NotPossibleNow
from app.orders.operations.checking import broken_invariants as broken_orders
from app.orders.operations.deadlines import overdue_payments
from tests.support.chain import Chain, look, on_order
from tests.support.deadlines import PREPAID, history, pay, sign, tick_in
from tests.support.stock import balances
from tests.support.world import LONG_AGO, World, gid


@pytest.fixture
async def prepaid(world):
    """A retailer that must pay within three days, first of all."""
    chain = await Chain.create(world, **PREPAID, payment_days=3)
    yield chain
    await assert_all_books_agree(world)


@pytest.fixture
async def trusting(world):
    """A retailer whose signature counts as a receipt after seven days."""
    chain = await Chain.create(world, automatic_receipt_days=7)
    await chain.stock(chain.distributor, 100)
    yield chain
    await assert_all_books_agree(world)


async def test_before_the_deadline_an_unpaid_order_waits(prepaid):
    buyer = await prepaid.world.member(prepaid.retailer, "BUYER")
    order = await prepaid.place(buyer)

    await tick_in(prepaid.world, days=2, hours=23)

    assert order["state"] == "PENDING_PAYMENT"
    assert await look(buyer, order["id"]) == plain(order)


async def test_after_the_deadline_an_unpaid_order_is_cancelled_by_the_clock(prepaid):
    world = prepaid.world
    await _needs_approval(prepaid)
    buyer = await world.member(prepaid.retailer, "BUYER")
    order = await prepaid.place(buyer)

    await tick_in(prepaid.world, days=3, minutes=1)
    await tick_in(prepaid.world, days=4)

    lapsed = await look(buyer, order["id"])
    assert lapsed["state"] == "CANCELLED"
    assert lapsed["lines"][0]["quantities"]["cancelled"] == "48"
    assert lapsed["lines"][0]["quantities"]["unallocated"] == "0"
    steps = await world.run(lambda work: work.session.scalars(select(ApprovalStep.status)))
    assert set(steps) == {"WITHDRAWN"}
    trail = await history(buyer, order["id"])
    assert [entry["command"] for entry in trail].count("EXPIRE_PAYMENT") == 1
    assert trail[-1]["actorName"] == "clock"
    assert trail[-1]["reason"] == f"not paid by {_shanghai_day(days=3)}"


async def test_the_buyers_people_are_told_why_their_order_lapsed(prepaid):
    buyer = await prepaid.world.member(prepaid.retailer, "BUYER")
    keeper = await prepaid.world.member(prepaid.distributor, "WAREHOUSE")
    await prepaid.place(buyer)

    await tick_in(prepaid.world, days=3, minutes=1)

    (event,) = await _events(prepaid.world, "order_cancelled")
    assert str(buyer.membership_id) in event.data["recipients"]
    assert str(keeper.membership_id) not in event.data["recipients"]
    told = announcement_of(event.kind, event.data)
    assert told.title == f"Order {event.data['number']} is cancelled"
    assert f"Reason: not paid by {_shanghai_day(days=3)}." in told.text
    assert "East Distribution" in told.text


async def test_a_part_payment_does_not_save_the_order_and_stays_as_an_advance(prepaid):
    world = prepaid.world
    buyer = await world.member(prepaid.retailer, "BUYER")
    admin = await world.member(prepaid.distributor, "ENTERPRISE_ADMIN")
    order = await prepaid.place(buyer)
    await pay(admin, order, "43.19")

    await tick_in(prepaid.world, days=3, minutes=1)

    lapsed = await look(buyer, order["id"])
    assert (lapsed["state"], lapsed["paymentStatus"], lapsed["paid"]) == (
        "CANCELLED",
        "PARTIAL",
        "43.19",
    )
    reason = (await history(buyer, order["id"]))[-1]["reason"]
    assert reason.endswith("; 43.19 CNY paid in part stay as an advance")


async def test_a_paid_order_does_not_lapse(prepaid):
    buyer = await prepaid.world.member(prepaid.retailer, "BUYER")
    admin = await prepaid.world.member(prepaid.distributor, "ENTERPRISE_ADMIN")
    order = await prepaid.place(buyer)
    paid = await pay(admin, order, "143.19")

    await tick_in(prepaid.world, days=30)

    assert paid["state"] == "CONFIRMED"
    assert await look(buyer, order["id"]) == plain(paid)


async def test_without_days_in_the_terms_nothing_happens_by_itself(world):
    chain = await Chain.create(world, **PREPAID)
    buyer = await world.member(chain.retailer, "BUYER")
    order = await chain.place(buyer)

    await tick_in(world, days=4_000)

    assert await look(buyer, order["id"]) == plain(order)


@pytest.mark.parametrize("payer_starts", [True, False])
async def test_a_payment_at_the_last_moment_wins_or_loses_exactly(prepaid, payer_starts):
    world = prepaid.world
    buyer = await world.member(prepaid.retailer, "BUYER")
    admin = await world.member(prepaid.distributor, "ENTERPRISE_ADMIN")
    orders = [await prepaid.place(buyer) for _ in range(5)]
    paying = [pay(admin, order, "143.19", order["id"]) for order in orders]
    lapsing = [_expire(world, order["id"], days=4) for order in reversed(orders)]

    doing = [*paying, *lapsing] if payer_starts else [*lapsing, *paying]
    answers = await asyncio.gather(*doing, return_exceptions=True)

    lost = [isinstance(item, NotPossibleNow) for item in answers]
    lost_payments = [isinstance(item, dict) and item.get("code") for item in answers]
    assert sum(lost) + lost_payments.count("NOT_POSSIBLE_NOW") == len(orders)
    ended = [await look(buyer, order["id"]) for order in orders]
    outcomes = Counter((item["state"], item["paid"]) for item in ended)
    assert set(outcomes) <= {("CONFIRMED", "143.19"), ("CANCELLED", "0")}
    assert outcomes[("CONFIRMED", "143.19")] == sum(lost)


async def test_an_order_found_due_and_paid_before_the_lock_is_left_alone(prepaid):
    world = prepaid.world
    buyer = await world.member(prepaid.retailer, "BUYER")
    admin = await world.member(prepaid.distributor, "ENTERPRISE_ADMIN")
    order = await prepaid.place(buyer)
    due = await world.run(overdue_payments, _in(days=4))
    paid = await pay(admin, order, "143.19")

    with pytest.raises(NotPossibleNow):
        await _expire(world, order["id"], days=4)

    assert due == [_key(order["id"])]
    assert await look(buyer, order["id"]) == plain(paid)


async def test_an_order_whose_deadline_was_moved_is_left_alone(prepaid):
    buyer = await prepaid.world.member(prepaid.retailer, "BUYER")
    order = await prepaid.place(buyer)

    with pytest.raises(NotPossibleNow, match="has not passed"):
        await _expire(prepaid.world, order["id"], days=2)

    assert await look(buyer, order["id"]) == plain(order)


async def test_the_longest_overdue_come_first(prepaid):
    world = prepaid.world
    buyer = await world.member(prepaid.retailer, "BUYER")
    orders = [await prepaid.place(buyer) for _ in range(3)]

    due = await world.run(overdue_payments, _in(days=4))

    assert due == [_key(order["id"]) for order in orders]


async def test_before_its_days_are_over_a_signature_is_no_receipt(trusting):
    keeper, buyer = await _people(trusting)
    order = await sign(trusting, keeper, buyer)

    await tick_in(trusting.world, days=6, hours=23)

    assert (await look(buyer, order["id"]))["state"] == "SIGNED"
    assert sum(pieces for pieces, _ in (await _stock(trusting)).values()) == 52


async def test_after_its_days_what_was_signed_for_becomes_the_buyers_stock(trusting):
    keeper, buyer = await _people(trusting)
    order = await sign(trusting, keeper, buyer)

    await tick_in(trusting.world, days=7, minutes=1)
    await tick_in(trusting.world, days=8)

    received = await look(buyer, order["id"])
    assert received["state"] == "RECEIVED"
    assert received["lines"][0]["quantities"]["received"] == "48"
    assert received["lines"][0]["quantities"]["missing"] == "0"
    assert sorted(pieces for pieces, _ in (await _stock(trusting)).values()) == [48, 52]
    trail = await history(buyer, order["id"])
    assert [entry["command"] for entry in trail].count("CONFIRM_RECEIPT") == 1
    assert trail[-1]["actorName"] == "clock"
    assert trail[-1]["onBehalfOfOrganisationId"] == gid("Organisation", trusting.retailer)


async def test_a_receipt_with_something_missing_stays_as_the_buyer_said(trusting):
    keeper, buyer = await _people(trusting)
    order = await sign(trusting, keeper, buyer)
    line = (await look(buyer, order["id"]))["lines"][0]["id"]
    counted = [{"orderLineId": line, "pieces": "40"}]
    said = await on_order(
        buyer, "confirmReceipt", order["id"], "ConfirmReceiptInput", received=counted
    )

    await tick_in(trusting.world, days=8)

    assert said["lines"][0]["quantities"]["missing"] == "8"
    assert await look(buyer, order["id"]) == plain(said)


async def test_the_buyer_and_the_clock_confirm_once(trusting):
    keeper, buyer = await _people(trusting)
    order = await sign(trusting, keeper, buyer)

    await asyncio.gather(
        tick_in(trusting.world, days=8),
        on_order(buyer, "confirmReceipt", order["id"], "ConfirmReceiptInput"),
    )

    assert (await look(buyer, order["id"]))["state"] == "RECEIVED"
    trail = await history(buyer, order["id"])
    assert [entry["command"] for entry in trail].count("CONFIRM_RECEIPT") == 1
    assert sorted(pieces for pieces, _ in (await _stock(trusting)).values()) == [48, 52]


async def test_what_is_due_in_one_network_is_not_due_in_another(prepaid, database, http, settings):
    other = await Chain.create(await World.create(database, http, settings), **PREPAID)
    buyer = await prepaid.world.member(prepaid.retailer, "BUYER")
    stranger = await other.world.member(other.retailer, "BUYER")
    order, foreign = await prepaid.place(buyer), await other.place(stranger)

    due = await other.world.run(overdue_payments, _in(days=4))
    receipts = await other.world.run(overdue_receipts, _in(days=400))
    await tick_in(prepaid.world, days=4)
    await tick_in(other.world, days=400)

    assert (list(due), list(receipts)) == ([], [])
    assert (await look(buyer, order["id"]))["state"] == "CANCELLED"
    assert await look(stranger, foreign["id"]) == plain(foreign)


async def test_nobody_but_the_clock_can_let_an_order_lapse(prepaid):
    admin = await prepaid.world.member(prepaid.distributor, "ENTERPRISE_ADMIN")
    buyer = await prepaid.world.member(prepaid.retailer, "BUYER")
    order = await prepaid.place(buyer)
    document = """query($id: ID!) { order(id: $id) {
        availableActions { command isAvailable reason } } }"""

    answer = await admin.ask(document, id=order["id"])

    actions = {item["command"]: item for item in answer.data["order"]["availableActions"]}
    assert actions["EXPIRE_PAYMENT"]["reason"] == "Happens by itself."


async def assert_all_books_agree(world) -> None:
    for check in (
        inventory.broken_invariants,
        finance.broken_invariants,
        broken_orders,
        broken_shipments,
    ):
        assert await world.run(check) == []


def plain(answer):
    """A mutation's answer, as `look` gives it."""
    return {name: value for name, value in answer.items() if name != "__typename"}


async def _people(chain):
    keeper = await chain.world.member(chain.distributor, "WAREHOUSE")
    return keeper, await chain.world.member(chain.retailer, "BUYER")


async def _needs_approval(chain) -> None:
    rule = ApprovalRule(
        organisation_id=chain.distributor,
        party="SELLER",
        threshold=Decimal(100),
        currency="CNY",
        created_at=LONG_AGO,
    )
    await chain.world.save(rule)


async def _expire(world, order_id: str, **later: float) -> UUID:
    return await world.run(lambda work: expire_payment(work, _key(order_id)), _in(**later))


async def _events(world, kind: str) -> list[OutboxEvent]:
    found = select(OutboxEvent).where(OutboxEvent.kind == kind)
    return list(await world.run(lambda work: work.session.scalars(found)))


async def _stock(chain):
    return await balances(chain.world, chain.sku)


def _key(order_id: str) -> UUID:
    return UUID(relay.GlobalID.from_id(order_id).node_id)


def _in(**later: float) -> datetime:
    return datetime.now(UTC) + timedelta(**later)


def _shanghai_day(**later: float) -> str:
    return (_in(**later) + timedelta(hours=8)).date().isoformat()
