"""A shortage is shared among those who wait, as it was previewed (P19)."""

import asyncio

import pytest

from app.kernel.ids import new_id
from app.orders.operations.checking import broken_invariants as broken_orders
from tests.support.chain import Chain, look, mutate, on_order
from tests.support.network import actions
from tests.support.stock import assert_books_agree
from tests.support.world import gid

SHARES = "available token sku { name } shares { asked given reason order { number } }"
PREVIEW = f"""query($skuId: ID!, $manner: SharingManner!) {{
    previewFairShare(skuId: $skuId, manner: $manner) {{ {SHARES} }} }}"""
SHARE = f"""mutation($input: ShareStockInput!) {{ shareStock(input: $input) {{
    ... on FairShares {{ {SHARES} }} ... on Refusal {{ code field }} }} }}"""
UNITS = {80: "238.66", 60: "178.99", 20: "59.66"}


@pytest.fixture
async def chain(world):
    return await Chain.create(world)


async def shop(chain, name, **terms):
    """A retailer of the distributor, and the one who orders for it."""
    world = chain.world
    retailer = await world.organisation(name, "RETAILER", chain.distributor)
    relationship = await world.relationship(chain.distributor, retailer, **terms)
    return await world.member(retailer, "BUYER"), relationship


async def waiting(chain, *wishes):
    """One order each of so many pieces, in this order: 80, 60 and 20 have known totals."""
    orders = []
    for place, (pieces, terms) in enumerate(wishes):
        buyer, relationship = await shop(chain, f"Shop {place}", **terms)
        order = await chain.place(
            buyer, str(pieces), "PIECE", seen=UNITS[pieces], relationship=relationship
        )
        orders.append(order)
    return orders


async def preview(person, chain, manner="PROPORTIONAL"):
    answer = await person.ask(PREVIEW, skuId=gid("Sku", chain.sku), manner=manner)
    return answer.data["previewFairShare"]


async def share(person, chain, token, manner="PROPORTIONAL"):
    given = {"skuId": gid("Sku", chain.sku), "token": token, "manner": manner}
    return (await person.ask(SHARE, input=given)).data["shareStock"]


def given_in(plan):
    return [each["given"] for each in plan["shares"]]


async def allocated(person, orders):
    found = [await look(person, order["id"]) for order in orders]
    return [
        (order["state"], order["lines"][0]["quantities"]["allocated"]) for order in found if order
    ]


async def test_a_shortage_is_shared_as_it_was_previewed(chain):
    world = chain.world
    keeper = await world.member(chain.distributor, "WAREHOUSE")
    orders = await waiting(chain, (80, {}), (60, {}), (20, {}))
    await on_order(keeper, "allocateOrder", orders[0]["id"])  # Nothing is there: it waits.
    await chain.stock(chain.distributor, 90)

    early = await preview(keeper, chain)
    await chain.stock(chain.distributor, 10)
    outdated = await share(keeper, chain, early["token"])
    untouched = await allocated(keeper, orders)
    plan = await preview(keeper, chain)
    done = await share(keeper, chain, plan["token"])
    again = await share(keeper, chain, plan["token"])

    assert outdated == {"code": "SHARES_CHANGED", "field": "token"}
    assert untouched == [("BACKORDERED", "0"), ("CONFIRMED", "0"), ("CONFIRMED", "0")]
    assert plan["available"] == "100"
    assert given_in(plan) == ["50", "38", "12"]
    assert {each["reason"] for each in plan["shares"]} == {"FAIR_SHARE"}
    assert [each["order"]["number"] for each in plan["shares"]] == [
        order["number"] for order in orders
    ]
    assert done == plan
    assert again["code"] == "SHARES_CHANGED"
    assert await allocated(keeper, orders) == [
        ("ALLOCATED", "50"),
        ("ALLOCATED", "38"),
        ("ALLOCATED", "12"),
    ]
    assert await actions(world, chain.sku) == ["SHARE_STOCK"]
    assert await world.run(broken_orders) == []
    await assert_books_agree(world)


async def test_priority_comes_first_if_the_seller_wants_it_so(chain):
    keeper = await chain.world.member(chain.distributor, "WAREHOUSE")
    orders = await waiting(chain, (80, {}), (60, {"allocation_priority": 5}), (20, {}))
    await chain.stock(chain.distributor, 100)

    equal, ranked = [await preview(keeper, chain, how) for how in ("PROPORTIONAL", "PRIORITY")]
    await share(keeper, chain, ranked["token"], "PRIORITY")

    assert given_in(equal) == ["50", "38", "12"]
    assert given_in(ranked) == ["32", "60", "8"]
    assert [pieces for _, pieces in await allocated(keeper, orders)] == ["32", "60", "8"]


async def test_who_waits_for_all_or_nothing_is_left_alone_and_nothing_to_share_is_said(chain):
    keeper = await chain.world.member(chain.distributor, "WAREHOUSE")
    (order,) = await waiting(chain, (80, {"shortage_policy": "SHORT_CLOSE"}))

    plan = await preview(keeper, chain)
    refused = await share(keeper, chain, plan["token"])

    assert [(each["given"], each["reason"]) for each in plan["shares"]] == [("0", "NOTHING_LEFT")]
    assert refused == {"code": "NOTHING_TO_SHARE", "field": "skuId"}
    assert await allocated(keeper, [order]) == [("CONFIRMED", "0")]


async def test_shares_cost_the_same_however_many_wait(world, statements):
    costs = []
    for wishes in ([(20, {})], [(20, {})] * 4):
        chain = await Chain.create(world)
        keeper = await world.member(chain.distributor, "WAREHOUSE")
        await waiting(chain, *wishes)
        await preview(keeper, chain)  # Goods and parties are remembered once they were shown.
        await chain.stock(chain.distributor, 10)
        with statements.counting() as read:
            plan = await preview(keeper, chain)
        with statements.counting() as written:
            await share(keeper, chain, plan["token"])
        updates = [text for text in written if text.startswith("UPDATE orders SET")]
        costs.append((len(read), len(written) - len(updates)))

    assert costs[0] == costs[1] == (11, 28)


OWN = """query($id: ID!) { ownQuotas(relationshipId: $id) {
    pieces left period sku { name } } }"""
QUOTA = """mutation($input: CreateStockQuotaInput!) { createStockQuota(input: $input) {
    ... on StockQuota { id pieces period uses { used } } ... on Refusal { code } } }"""
END = """mutation($input: EndStockQuotaInput!) { endStockQuota(input: $input) {
    ... on StockQuota { id endedAt } ... on Refusal { code } } }"""
QUOTAS = """{ stockQuotas { edges { node { pieces
    uses { used left relationship { id } } } } } }"""


async def quota(person, chain, pieces, **more):
    given = {"idempotencyKey": new_id().hex, "skuId": gid("Sku", chain.sku), "period": "MONTH"}
    answer = await person.ask(QUOTA, input=given | {"pieces": str(pieces)} | more)
    return answer.data["createStockQuota"]


async def uses(person):
    found = (await person.ask(QUOTAS)).data["stockQuotas"]["edges"]
    return [[(use["used"], use["left"]) for use in edge["node"]["uses"]] for edge in found]


async def test_a_quota_bounds_what_is_set_aside_and_takes_back_what_is_given_up(chain):
    world = chain.world
    keeper = await world.member(chain.distributor, "WAREHOUSE")
    admin = await world.member(chain.distributor, "ENTERPRISE_ADMIN")
    buyer = await world.member(chain.retailer, "BUYER")
    await chain.stock(chain.distributor, 480)
    relationship = gid("TradingRelationship", chain.downstream)
    general = await quota(keeper, chain, 96)
    await quota(keeper, chain, 60, relationshipId=relationship)
    first, second = [await chain.place(buyer) for _ in range(2)]

    served = [
        (await on_order(keeper, "allocateOrder", order["id"]))["lines"][0]["quantities"]
        for order in (first, second)
    ]
    bound = await uses(keeper)
    own = (await buyer.ask(OWN, id=relationship)).data["ownQuotas"]
    by_seller = await admin.ask(OWN, id=relationship)
    cancel = {"orderId": first["id"], "reason": "closed"}
    await mutate(admin, "cancelOrder", "OrderReasonInput", cancel)
    freed = await uses(keeper)
    covered = await on_order(keeper, "coverBackorder", second["id"])
    ended = await keeper.ask(END, input={"quotaId": general["id"]})
    twice = await keeper.ask(END, input={"quotaId": general["id"]})

    # 60 pieces are two cases and a half: the first order takes 48, and no whole case is left.
    assert [(each["allocated"], each["backordered"]) for each in served] == [
        ("48", "0"),
        ("0", "48"),
    ]
    assert bound == [[("48", "12")], [("48", "48")]]
    assert sorted((each["pieces"], each["left"]) for each in own) == [("60", "12"), ("96", "48")]
    assert by_seller.error_codes == ["NOT_FOUND"]
    assert freed == [[("0", "60")], [("0", "96")]]
    assert covered["lines"][0]["quantities"]["allocated"] == "48"
    assert ended.data["endStockQuota"]["endedAt"]
    assert twice.data["endStockQuota"]["code"] == "QUOTA_ENDED"
    await assert_books_agree(world)


async def test_many_at_once_get_exactly_what_a_quota_leaves(chain):
    world = chain.world
    keeper = await world.member(chain.distributor, "WAREHOUSE")
    buyer = await world.member(chain.retailer, "BUYER")
    await chain.stock(chain.distributor, 480)
    await quota(keeper, chain, 120)
    orders = [await chain.place(buyer, "1", seen="71.60") for _ in range(8)]

    done = await asyncio.gather(
        *(on_order(keeper, "allocateOrder", order["id"]) for order in orders)
    )

    assert sorted(order["lines"][0]["quantities"]["allocated"] for order in done) == [
        "0",
        "0",
        "0",
        *["24"] * 5,
    ]
    assert await uses(keeper) == [[("120", "0")]]
    await assert_books_agree(world)


async def test_nobody_bounds_or_shares_what_is_anothers(chain):
    world = chain.world
    keeper = await world.member(chain.distributor, "WAREHOUSE")
    stranger = await world.member(chain.brand, "WAREHOUSE")
    made = await quota(keeper, chain, 96)
    relationship = gid("TradingRelationship", chain.downstream)
    await waiting(chain, (80, {}))

    foreign = await stranger.ask(
        QUOTA,
        input={
            "idempotencyKey": "q",
            "skuId": gid("Sku", chain.sku),
            "period": "DAY",
            "pieces": "1",
            "relationshipId": relationship,
        },
    )
    ended = await stranger.ask(END, input={"quotaId": made["id"]})

    assert foreign.error_codes == ended.error_codes == ["NOT_FOUND"]
    assert await uses(stranger) == []
    assert (await preview(stranger, chain))["shares"] == []
