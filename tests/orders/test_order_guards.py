"""Price guards over orders: block or ask for approval, and tell no number to who must not know."""

import pytest
from sqlalchemy import func, select

from app.orders.models import Order
from tests.support.chain import Chain, on_order
from tests.support.order_terms import band, line, place, rep_of, see, trade_of
from tests.support.told import told


@pytest.fixture
async def chain(world):
    return await Chain.create(world)


@pytest.fixture
async def buyer(chain):
    return await chain.world.member(chain.retailer, "BUYER")


async def orders_in(chain):
    return await chain.world.run(lambda work: work.session.scalar(select(func.count(Order.id))))


async def test_a_price_below_the_floor_is_refused_and_the_buyer_learns_no_number(chain, buyer):
    await band(chain, "REFUSE", floor="2.50")
    await trade_of(chain).scheme("Spring 100-10")
    rep = await rep_of(chain)

    to_buyer = await place(buyer, chain, seen="131.89")
    to_rep = await place(rep, chain, seen="131.89")

    for refusal in (to_buyer, to_rep):
        assert (refusal["code"], refusal["field"]) == ("PRICE_OUTSIDE_BAND", "lines.0")
        assert "2.5" not in told(refusal)
    assert "allows" in to_rep["message"]
    assert "please ask the seller" in to_buyer["message"]
    assert await orders_in(chain) == 0


async def test_a_price_on_the_floor_passes(chain, buyer):
    await band(chain, "REFUSE", floor="2.64")

    order = await place(buyer, chain, seen="143.19")

    assert order["state"] == "CONFIRMED"


async def test_a_price_outside_may_ask_the_seller_for_approval(chain, buyer):
    await band(chain, "APPROVAL", floor="2.50")
    await trade_of(chain).scheme("Spring 100-10")
    boss = await chain.world.member(chain.distributor, "ENTERPRISE_ADMIN")

    order = await place(buyer, chain, seen="131.89")
    as_boss = await see(boss, order["id"])
    approved = await on_order(boss, "approveOrder", order["id"], "ApproveOrderInput")

    assert (order["state"], order["approvals"]) == ("PENDING_APPROVAL", [])
    assert order["lines"][0]["priced"]["guard"] == "PASS"
    assert order["lines"][0]["priced"]["guardReasons"] == []
    (step,) = as_boss["approvals"]
    assert step["because"].startswith("Line 1: the price after all discounts is below")
    assert as_boss["lines"][0]["priced"]["guard"] == "NEEDS_APPROVAL"
    assert approved["state"] == "CONFIRMED"


async def test_the_guard_of_the_level_above_binds_and_hides_its_floor(chain, buyer):
    await band(chain, "REFUSE", chain.brand, floor="2.50")
    rep = await rep_of(chain, "50", "ENTERPRISE_ADMIN")
    cheap = line(chain.sku, discountPercent="10", discountReason="Volume")

    refusal = await place(rep, chain, cheap, seen="128.88")
    order = await place(buyer, chain, seen="143.19")

    assert refusal["code"] == "PRICE_OUTSIDE_BAND"
    assert "2.5" not in told(refusal)
    assert order["state"] == "CONFIRMED"
    assert await orders_in(chain) == 1


async def test_a_discount_beyond_authority_and_below_the_floor_asks_for_both(chain):
    await band(chain, "APPROVAL", floor="2.50")
    rep = await rep_of(chain, "5")
    boss = await chain.world.member(chain.distributor, "ENTERPRISE_ADMIN")
    cheap = line(chain.sku, discountPercent="10", discountReason="Volume")

    order = await place(rep, chain, cheap, seen="128.88")
    once = await on_order(boss, "approveOrder", order["id"], "ApproveOrderInput")
    twice = await on_order(boss, "approveOrder", order["id"], "ApproveOrderInput")

    assert len((await see(boss, order["id"]))["approvals"]) == 2
    assert (once["state"], twice["state"]) == ("PENDING_APPROVAL", "CONFIRMED")
