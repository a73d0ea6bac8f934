"""Prices outside bands without a grantor's pair of eyes, and what asking costs."""

import pytest
from sqlalchemy import update

from app.db.revisions import forget_all
from app.tenants.models import Tenant
from tests.support import order_terms
from tests.support.band_approvals import (
    Story,
    approved,
    asked,
    band,
    decide,
    grantors_of,
    story,
    submitted,
)
from tests.support.band_counts import IMPACT, everything, net
from tests.support.chain import Chain, on_order
from tests.support.changes import begun, move, put
from tests.support.prices import ask_to_set, price


@pytest.fixture
async def of(world) -> Story:
    return await story(world)


@pytest.fixture
async def floored(of) -> Story:
    """The brand wants to approve what is sold below 9."""
    await band(of.world, of.brand, of.the.sku, floor="9")
    return of


async def test_an_advisory_band_is_shown_and_asks_nobody(floored):
    of, the = floored, floored.the
    await band(of.world, of.brand, the.other, "REFUSE", ceiling="19")
    advisory = update(Tenant).where(Tenant.id == of.world.tenant_id).values(band_rule="ADVISORY")
    await of.world.run(lambda work: work.session.execute(advisory))

    change_set = await approved(of, the.row("8"), the.row("21", the.other))

    impact = (await the.author.ask(IMPACT, id=change_set)).data["priceChangeSet"]["impact"]
    assert [each["isAdvisory"] for each in impact["bandConflicts"]] == [True, True]
    assert (await net(of), await net(of, the.other)) == ("8", "21")
    assert await asked(of.granting) == []


async def test_single_prices_outside_a_band_need_a_change_set(world):
    of = await story(world, needs_approval=False)
    the = of.the
    await band(of.world, of.brand, the.sku, floor="9")
    await band(of.world, of.brand, the.other, "REFUSE", ceiling="19.5")
    before = await everything(of)

    to_ask = await ask_to_set(the.author, the.list_id, price(the.sku, "8"))
    to_change = await ask_to_set(
        the.author, the.list_id, price(the.sku, "9"), price(the.other, "21")
    )

    needed, outside = to_ask.data["setPrices"], to_change.data["setPrices"]
    assert (needed["code"], needed["field"]) == ("PRICE_APPROVAL_NEEDED", "priceListId")
    assert "make a price change set" in needed["message"]
    assert "9" not in needed["message"]
    assert (outside["code"], outside["field"]) == ("PRICE_CHANGE_OUTSIDE_BAND", "entries.1")
    assert await everything(of) == before
    done = await ask_to_set(the.author, the.list_id, price(the.sku, "9"))
    assert done.data["setPrices"]["__typename"] == "PriceList"


async def test_an_own_floor_is_covered_by_the_own_second_person(of):
    await band(of.world, of.the.brand, of.the.sku, floor="9", audience="OWN")

    change_set = await approved(of, of.the.row("8"))

    assert (await grantors_of(of, change_set))["grantors"] == []
    assert await net(of) == "8"


async def test_an_own_floor_refuses_where_there_is_no_second_person(world):
    of = await story(world, needs_approval=False)
    await band(of.world, of.the.brand, of.the.sku, floor="9", audience="OWN")
    change_set = await begun(of.the.author)
    await put(of.the.author, change_set, of.the.row("8"))
    before = await everything(of)

    refused = await move(of.the.author, "submit", change_set)
    single = await ask_to_set(of.the.author, of.the.list_id, price(of.the.sku, "8"))

    assert refused["code"] == "PRICE_CHANGE_OUTSIDE_BAND"
    assert single.data["setPrices"]["code"] == "PRICE_CHANGE_OUTSIDE_BAND"
    assert await everything(of) == before
    assert await net(of) == "10"


@pytest.mark.parametrize("number", [1, 40])
async def test_asking_and_agreeing_take_the_same_statements_for_any_number(
    floored, statements, number
):
    of, the = floored, floored.the
    rows = [the.row(f"{8 - place / 100:.2f}", fromQuantity=str(place)) for place in range(number)]
    change_set = await submitted(of, *rows)

    with statements.counting() as asking_:
        await move(the.approver, "approve", change_set)
    with statements.counting() as reading:
        (request,) = await asked(of.granting)
    with statements.counting() as agreeing:
        await decide(of.granting, "approve", change_set)

    assert len(request["prices"]) == number
    assert (len(asking_), len(reading), len(agreeing)) == (26, 7, 30)


async def test_reading_any_number_of_requests_takes_the_same_statements(floored, statements):
    of, counts = floored, []

    for place in range(3):
        await approved(of, of.the.row(f"8.{place}"), name=f"Change {place}")
        forget_all()
        with statements.counting() as sent:
            assert len(await asked(of.granting)) == place + 1
        counts.append(len(sent))

    assert len(set(counts)) == 1


async def test_an_order_below_a_granted_floor_waits_for_the_seller_and_tells_no_floor(world):
    chain = await Chain.create(world)
    await order_terms.band(chain, "APPROVAL", chain.brand, floor="2.54")
    await order_terms.trade_of(chain).scheme("Spring 100-10")
    buyer = await world.member(chain.retailer, "BUYER")
    boss = await world.member(chain.distributor, "ENTERPRISE_ADMIN")
    above = await world.member(chain.brand, "ENTERPRISE_ADMIN")

    order = await order_terms.place(buyer, chain, seen="131.89")
    as_boss = await order_terms.see(boss, order["id"])
    as_grantor = await asked(above)
    approved_order = await on_order(boss, "approveOrder", order["id"], "ApproveOrderInput")

    assert (order["state"], order["approvals"]) == ("PENDING_APPROVAL", [])
    (step,) = as_boss["approvals"]
    assert step["because"].startswith("Line 1: the price after all discounts is below what the br")
    assert "2.54" not in f"{order} {as_boss}"
    assert as_grantor == []
    assert approved_order["state"] == "CONFIRMED"
