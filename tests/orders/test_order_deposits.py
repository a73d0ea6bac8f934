"""Deposits on orders: beside net and tax, in the total, in the credit, and for what came (P13)."""

from decimal import Decimal

import pytest
from sqlalchemy import func, select, update

from app.catalog.models import ReturnableContainer, SkuPackaging
from app.finance import operations as finance
from app.finance.models import LedgerAccount, LedgerEntry
from app.orders.operations.checking import broken_invariants as broken_orders
from tests.support.chain import Chain, mutate, on_order
from tests.support.order_terms import deliver, give, line, place, ten_plus_one, trade_of


async def crated(world, **terms):
    """P13: bottles at 0.50 in crates at 8.00; a case costs 63.36, tax 13 %."""
    chain = await Chain.create(world, **terms)
    bottle = ReturnableContainer(name="Bottle", deposit=Decimal("0.50"), currency="CNY")
    crate = ReturnableContainer(name="Crate", deposit=Decimal("8.00"), currency="CNY")
    await world.save(bottle, crate)
    await world.run(lambda work: pack(work, chain.sku, {"PIECE": bottle, "CASE": crate}))
    return chain


async def pack(work, sku, containers):
    for level, container in containers.items():
        await work.session.execute(
            update(SkuPackaging)
            .where(SkuPackaging.sku_id == sku, SkuPackaging.level == level)
            .values(container_id=container.id)
        )


@pytest.fixture
async def chain(world):
    chain = await crated(world)
    yield chain
    assert await world.run(finance.broken_invariants) == []
    assert await world.run(broken_orders) == []


@pytest.fixture
async def people(chain):
    world = chain.world
    return (
        await world.member(chain.retailer, "BUYER"),
        await world.member(chain.distributor, "ENTERPRISE_ADMIN", "WAREHOUSE"),
    )


async def test_deposits_stand_beside_net_and_tax_and_in_the_total(chain, people):
    buyer, _ = people

    order = await place(buyer, chain, seen="183.19")

    assert (order["net"], order["tax"]) == ("126.72", "16.47")
    assert (order["deposits"], order["total"]) == ("40", "183.19")
    assert order["lines"][0]["deposit"] == "40"


async def test_a_total_seen_without_deposits_is_asked_about(chain, people):
    buyer, _ = people

    refusal = await place(buyer, chain, seen="143.19")

    assert refusal["code"] == "PRICE_CHANGED"


async def test_free_goods_come_in_containers_too(chain, people):
    buyer, _ = people
    await trade_of(chain).scheme("Ten and one", **ten_plus_one())

    order = await place(buyer, chain, line(chain.sku, "10"), seen="935.97")

    assert [item["deposit"] for item in order["lines"]] == ["200", "20"]
    assert order["deposits"] == "220"


async def test_deposits_are_billed_and_booked_for_what_was_received(chain, people):
    buyer, seller = people
    await chain.stock(chain.distributor, 100)
    order = await place(buyer, chain, seen="183.19")
    await deliver(chain, seller, buyer, order["id"])
    given = {
        "orderId": order["id"],
        "received": [{"orderLineId": order["lines"][0]["id"], "pieces": "24"}],
    }
    await mutate(buyer, "confirmReceipt", "ConfirmReceiptInput", given)

    settled = await give(seller, "settleOrder", "OrderInput", {"orderId": order["id"]})

    invoice = settled["invoice"]
    assert (invoice["net"], invoice["tax"], invoice["deposits"]) == ("63.36", "8.24", "20")
    assert invoice["total"] == "91.60"
    booked = await chain.world.run(
        lambda work: work.session.scalar(
            select(func.sum(LedgerEntry.amount)).where(LedgerEntry.account == LedgerAccount.DEPOSIT)
        )
    )
    assert booked == -20


async def test_deposits_count_for_the_credit_and_not_for_the_minimum_value(world):
    chain = await crated(
        world, is_credit_unlimited=False, credit_limit=150, minimum_order_value=130
    )
    buyer = await world.member(chain.retailer, "BUYER")

    small = await place(buyer, chain, seen="183.19")
    order = await place(buyer, chain, line(chain.sku, "3"), seen="274.79")

    assert small["code"] == "BELOW_MINIMUM_ORDER_VALUE"
    assert order["state"] == "CONFIRMED"
    held = await on_order(
        await world.member(chain.distributor, "WAREHOUSE"), "allocateOrder", order["id"]
    )
    assert held["code"] == "NOT_POSSIBLE_NOW"


async def test_a_prepaid_order_is_paid_with_its_deposits(world):
    chain = await crated(world, payment_terms="PREPAID", is_credit_unlimited=False)
    buyer = await world.member(chain.retailer, "BUYER")
    seller = await world.member(chain.distributor, "ENTERPRISE_ADMIN")
    order = await place(buyer, chain, seen="183.19")
    given = {"orderId": order["id"], "method": "CASH"}

    first = await mutate(
        seller,
        "recordPayment",
        "RecordPaymentInput",
        {**given, "idempotencyKey": "1", "amount": "143.19"},
    )
    rest = await mutate(
        seller,
        "recordPayment",
        "RecordPaymentInput",
        {**given, "idempotencyKey": "2", "amount": "40"},
    )

    assert (order["state"], first["state"]) == ("PENDING_PAYMENT", "PENDING_PAYMENT")
    assert (rest["state"], rest["paymentStatus"]) == ("CONFIRMED", "PAID")
