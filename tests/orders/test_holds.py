"""Holds: an order or a customer that does not go on until somebody lets it, and says why."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.support.chain import REFUSAL, Chain, on_order
from tests.support.deadlines import tick_in
from tests.support.world import gid


@pytest.fixture
async def chain(world):
    chain = await Chain.create(world)
    await chain.stock(chain.distributor, 500)
    return chain


async def held(person, order):
    document = """query($id: ID!) { order(id: $id) { holds { id kind reason orderId setByName }
        availableActions { command isAvailable reason } history { command reason } } }"""
    found = (await person.ask(document, id=order["id"])).data["order"]
    actions = {each["command"]: each for each in found["availableActions"]}
    return found["holds"], actions, found["history"]


async def hold_customer(person, relationship, **more):
    document = f"""mutation($input: HoldCustomerInput!) {{ holdCustomer(input: $input) {{
        ... on OrderHold {{ id }} {REFUSAL} }} }}"""
    given = {"relationshipId": gid("TradingRelationship", relationship), "kind": "LEGAL"}
    return await person.ask(document, input={**given, "reason": "Court order", **more})


async def release(person, hold_id):
    document = f"""mutation($input: ReleaseHoldInput!) {{ releaseHold(input: $input) {{
        ... on OrderHold {{ endedByName endReason }} {REFUSAL} }} }}"""
    return await person.ask(document, input={"holdId": hold_id, "reason": "Settled"})


async def listed(person, **which):
    document = """query($isActive: Boolean!) { orderHolds(isActive: $isActive) {
        edges { node { id endedAt endedByName } } } }"""
    edges = (await person.ask(document, **which)).data["orderHolds"]["edges"]
    return [edge["node"] for edge in edges]


async def test_an_order_on_hold_does_not_go_on_until_it_is_released(chain):
    world = chain.world
    buyer = await world.member(chain.retailer, "BUYER")
    admin = await world.member(chain.distributor, "ENTERPRISE_ADMIN", name="Admin")
    keeper = await world.member(chain.distributor, "WAREHOUSE")
    order, other = await chain.place(buyer), await chain.place(buyer)

    await on_order(
        admin, "holdOrder", order["id"], "HoldOrderInput", kind="QUALITY", reason="Recall"
    )
    blocked = await on_order(keeper, "allocateOrder", order["id"])
    free = await on_order(keeper, "allocateOrder", other["id"])
    holds, _, _ = await held(admin, order)
    _, actions, _ = await held(keeper, order)
    told, _, history = await held(buyer, order)
    by_buyer = await release(buyer, holds[0]["id"])
    released = (await release(admin, holds[0]["id"])).data["releaseHold"]
    allocated = await on_order(keeper, "allocateOrder", order["id"])

    assert (blocked["code"], free["state"]) == ("NOT_POSSIBLE_NOW", "ALLOCATED")
    assert "on hold" in blocked["message"]
    assert (holds[0]["kind"], holds[0]["setByName"]) == ("QUALITY", "Admin")
    assert "on hold" in actions["ALLOCATE"]["reason"]
    assert told == []
    assert [each["reason"] for each in history if each["command"] == "HOLD"] == [None]
    assert by_buyer.error_codes == ["FORBIDDEN"]
    assert released == {"endedByName": "Admin", "endReason": "Settled"}
    assert allocated["state"] == "ALLOCATED"


async def test_a_hold_on_a_customer_meets_new_orders_and_one_may_be_let_through(chain):
    world = chain.world
    buyer = await world.member(chain.retailer, "BUYER")
    admin = await world.member(chain.distributor, "ENTERPRISE_ADMIN")
    keeper = await world.member(chain.distributor, "WAREHOUSE")
    stranger = await world.member(chain.brand, "ENTERPRISE_ADMIN")
    earlier = await chain.place(buyer)
    await on_order(keeper, "allocateOrder", earlier["id"])

    upstream = await world.member(chain.distributor, "BUYER")
    unheld = await chain.place(upstream, seen="117.16", relationship=chain.upstream)
    foreign = await hold_customer(stranger, chain.downstream)
    await hold_customer(admin, chain.downstream)
    later = await chain.place(buyer)
    line = {"skuId": gid("Sku", chain.sku), "quantity": "3", "packagingLevel": "CASE"}
    await on_order(buyer, "changeOrder", later["id"], "ChangeOrderInput", lines=[line])
    again = await on_order(
        buyer, "submitOrder", later["id"], "SubmitOrderInput", seenTotal="214.79"
    )
    blocked = [
        await on_order(keeper, "startPreparation", earlier["id"], "StartPreparationInput"),
        await on_order(keeper, "allocateOrder", later["id"]),
    ]
    free = await on_order(stranger, "overrideHolds", unheld["id"], "OrderReasonInput", reason="No")
    passed = await on_order(
        admin, "overrideHolds", later["id"], "OrderReasonInput", reason="Paid in cash"
    )
    allocated = await on_order(keeper, "allocateOrder", later["id"])
    still = await on_order(keeper, "startPreparation", earlier["id"], "StartPreparationInput")

    assert foreign.error_codes == ["NOT_FOUND"]
    assert again["state"] == "CONFIRMED"
    assert [each["code"] for each in [*blocked, still]] == ["NOT_POSSIBLE_NOW"] * 3
    assert "not on hold" in free["message"]
    assert passed["state"] == "CONFIRMED"
    assert allocated["state"] == "ALLOCATED"


async def test_a_hold_ends_by_itself_when_its_time_is_over(chain):
    world = chain.world
    admin = await world.member(chain.distributor, "ENTERPRISE_ADMIN")
    expires = (datetime.now(UTC) + timedelta(days=2)).isoformat()
    past = (datetime.now(UTC) - timedelta(days=2)).isoformat()

    wrong = await hold_customer(admin, chain.downstream, expiresAt=past)
    await hold_customer(admin, chain.downstream, expiresAt=expires)
    await tick_in(world, days=1)
    before = await listed(admin, isActive=True)
    for days in (3, 4):
        await tick_in(world, days=days)
    after = await listed(admin, isActive=False)

    assert wrong.error_codes == ["INVALID"]
    assert [each["endedAt"] for each in before] == [None]
    assert [(each["id"], each["endedByName"]) for each in after] == [(before[0]["id"], None)]
    assert datetime.fromisoformat(after[0]["endedAt"]) == datetime.fromisoformat(expires)
    assert await listed(admin, isActive=True) == []
