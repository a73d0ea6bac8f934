"""How far people may use a permission with a cap, and how far they do (R3-33, R3-50)."""

import pytest
from sqlalchemy import update

from app.organisations.models import TradingRelationship
from tests.support.approving import make_rule
from tests.support.budgets import set_budget
from tests.support.chain import Chain
from tests.support.order_terms import authority, cancel, line, place, rep_of
from tests.support.people import membership

CAPS = """
query($id: ID) { permissionCaps(membershipId: $id) {
  permission limitPercent uses deepestPercent beyond } }
"""
TERMS = {"payment_terms": "ON_ACCOUNT", "credit_limit": 1000}
WITHOUT_USE = {"permission": "DISCOUNT_GRANT", "uses": 0, "deepestPercent": None, "beyond": 0}


@pytest.fixture
async def chain(world):
    return await Chain.create(world)


async def caps(asker, whom=None):
    answer = await asker.ask(CAPS, id=membership(whom) if whom else None)
    return answer.data["permissionCaps"]


async def test_a_cap_tells_the_limit_and_its_use_by_orders_in_hand(chain, statements):
    boss = await chain.world.member(chain.distributor, "ENTERPRISE_ADMIN")
    rep = await rep_of(chain, "10")
    assert await caps(rep) == [WITHOUT_USE | {"limitPercent": "10"}]
    tenth = line(chain.sku, discountPercent="10", discountReason="Second shelf")

    first = await place(rep, chain, tenth, seen="128.88")
    await caps(boss, rep)
    with statements.counting() as one:
        after_one = await caps(boss, rep)
    await place(rep, chain, tenth, seen="128.88")
    with statements.counting() as two:
        after_two = await caps(boss, rep)
    await cancel(boss, first["id"])

    use = {"permission": "DISCOUNT_GRANT", "limitPercent": "10", "deepestPercent": "10"}
    assert after_one == [use | {"uses": 1, "beyond": 0}]
    assert after_two == [use | {"uses": 2, "beyond": 0}]
    assert await caps(rep) == after_one
    assert len(one) == len(two) == 10, two


async def test_what_goes_beyond_a_limit_is_counted_and_who_may_not_has_no_cap(chain):
    rep = await rep_of(chain, "5")
    keeper = await chain.world.member(chain.distributor, "WAREHOUSE")
    unlimited = await rep_of(chain)
    tenth = line(chain.sku, discountPercent="10", discountReason="Second shelf")

    await place(rep, chain, tenth, seen="128.88")

    (cap,) = await caps(rep)
    assert (cap["limitPercent"], cap["uses"], cap["beyond"]) == ("5", 1, 1)
    assert await caps(unlimited) == [WITHOUT_USE | {"limitPercent": None}]
    assert await caps(keeper) == []


async def test_caps_are_for_oneself_and_for_who_sets_them_in_the_own_organisation(chain):
    rep = await rep_of(chain, "5")
    above = await chain.world.member(chain.brand, "ENTERPRISE_ADMIN")
    network = await chain.world.member(chain.distributor, "SYSTEM_ADMIN")
    colleague = await chain.world.member(chain.distributor, "SALES")
    buyer = await chain.world.member(chain.retailer, "ENTERPRISE_ADMIN")
    await authority(chain, colleague, "7")

    answers = [
        await asker.ask(CAPS, id=membership(rep)) for asker in (above, network, colleague, buyer)
    ]

    assert [answer.error_codes for answer in answers] == [["NOT_FOUND"]] * 4
    assert (await caps(colleague))[0]["limitPercent"] == "7"


MONEY = """
query($id: ID) { permissionCaps(membershipId: $id) {
  kind permission unit name currency limit used uses beyond } }
"""


async def money_caps(asker, whom=None):
    answer = await asker.ask(MONEY, id=membership(whom) if whom else None)
    return answer.error_codes or answer.data["permissionCaps"]


async def test_budgets_approval_and_credit_stand_with_what_is_used_of_them(chain, statements):
    world = chain.world
    await world.run(lambda work: work.session.execute(update(TradingRelationship).values(TERMS)))
    boss = await world.member(chain.retailer, "ENTERPRISE_ADMIN")
    buyer = await world.member(chain.retailer, "BUYER")
    rep = await rep_of(chain, "10")
    await set_budget(boss, "Tea", periodLimit="200", orderLimit="150")
    rule = {"name": "Large", "currency": "CNY", "threshold": "143.19"}
    await make_rule(boss, party="BUYER", **rule)

    def money(kind, limit, used, beyond=0, name="Tea"):
        known = {"kind": kind, "permission": "ORDER_PLACE", "unit": "MONEY", "currency": "CNY"}
        return known | {"name": name, "limit": limit, "used": used, "uses": 1, "beyond": beyond}

    await chain.place(buyer)
    with statements.counting() as one:
        found = await money_caps(buyer)
    assert found == [
        money("ORDER_BUDGET", "150", "143.19"),
        money("PERIOD_BUDGET", "200", "143.19"),
        money("APPROVAL", "143.19", "143.19", 1, "Large"),
        money("CREDIT", "1000", "0", 0, "East Distribution"),
    ]
    await set_budget(boss, "Milk", periodLimit="300")
    with statements.counting() as two:
        more = await money_caps(buyer)
    assert len(more) == len(found) + 1
    assert len(two) == len(one)
    assert [cap["kind"] for cap in await money_caps(boss, buyer)] == [cap["kind"] for cap in more]
    assert [cap["unit"] for cap in await money_caps(rep)] == ["PERCENT"]
    assert await money_caps(rep, buyer) == await money_caps(buyer, rep) == ["NOT_FOUND"]
