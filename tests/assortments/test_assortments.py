"""A buyer that is given an assortment finds and orders only that; what it must sell is told."""

import pytest

from app.kernel.ids import new_id
from tests.ordering.test_standing_orders import STANDING, day, standing, tick
from tests.orders.test_placing import line, orders_in, placement
from tests.support.branches import key
from tests.support.chain import Chain, mutate
from tests.support.network import actions
from tests.support.ordering import give, put, wanted_line
from tests.support.world import gid

FIELDS = """id name purpose goods { sku { name } brand { name } category { name } }
    audiences { validUntil relationship { id } level { name } group { name } }"""
SEEN = """query($id: ID!) {
    catalogue(relationshipId: $id) { edges { node { sku { name } } } }
    found: catalogue(relationshipId: $id, search: "water") { edges { node { sku { name } } } }
    customerPriceList(relationshipId: $id) { edges { node { sku { name } } } }
    catalogueFacets(relationshipId: $id) { total } }"""
QUOTE = "query($input: QuoteInput!) { quote(input: $input) { total } }"
MUST = """query($id: ID!, $only: Boolean! = false) {
    mustSell(relationshipId: $id, onlyMissing: $only) {
        ordered isInCart isMissing sku { name } } }"""
TERMS = """mutation($input: ChangeRelationshipTermsInput!) {
    changeRelationshipTerms(input: $input) { __typename } }"""
LISTS = f"{{ assortments {{ edges {{ node {{ {FIELDS} }} }} }} }}"


@pytest.fixture
async def chain(world):
    return await Chain.create(world)


@pytest.fixture
async def shelf(chain):
    """Tea that is in the assortment, and water of the same seller and price that is not."""
    water = await chain.world.sku(chain.brand, "Still water")
    await chain.world.price(chain.distributor, {water: "2.64"}, name="More")
    seller = await chain.world.member(chain.distributor, "ENTERPRISE_ADMIN")
    buyer = await chain.world.member(chain.retailer, "BUYER")
    return chain, seller, buyer, water


async def make(seller, name="Core", purpose="SOLD", **goods):
    given = {"name": name, "purpose": purpose, "goods": [goods], "idempotencyKey": new_id().hex}
    return await give(seller, "createAssortment", "Assortment", FIELDS, **given)


async def given_to(seller, made, **audience):
    which = {"assortmentId": made["id"], **audience}
    return await give(seller, "giveAssortment", "Assortment", FIELDS, **which)


def names(connection):
    return [edge["node"]["sku"]["name"] for edge in connection["edges"]]


async def seen(person, chain, relationship=None):
    """What somebody is shown of the relationship: by page, by search, as a list; and how many."""
    answer = await person.ask(SEEN, id=gid("TradingRelationship", relationship or chain.downstream))
    told = answer.data
    lists = ("catalogue", "found", "customerPriceList")
    return [*(names(told[each]) for each in lists), told["catalogueFacets"]["total"]]


ALL = [["Riverside Tea 500 ml", "Still water"], ["Still water"]]
TEA = [["Riverside Tea 500 ml"], [], ["Riverside Tea 500 ml"], 1]


async def test_an_assortment_is_all_that_its_buyer_sees_and_orders(shelf):
    chain, seller, buyer, water = shelf
    terms = gid("TradingRelationship", chain.downstream)
    await put(buyer, chain.downstream, wanted_line(water))
    made = await make(seller, skuId=gid("Sku", chain.sku))
    assert (await seen(buyer, chain))[:2] == ALL

    shown = await given_to(seller, made, relationshipId=terms)

    assert shown["goods"] == [
        {"sku": {"name": "Riverside Tea 500 ml"}, "brand": None, "category": None}
    ]
    assert shown["audiences"][0]["relationship"] == {"id": terms}
    assert await seen(buyer, chain) == await seen(seller, chain) == TEA
    quoted = await buyer.ask(QUOTE, input={"relationshipId": terms, "lines": [line(water)]})
    assert quoted.error_codes == ["NOT_LISTED"]
    refused = [
        await put(buyer, chain.downstream, wanted_line(water)),
        await mutate(buyer, "placeOrder", "PlaceOrderInput", placement(chain, line(water))),
        await mutate(
            buyer,
            "createOrder",
            "CreateOrderInput",
            {"idempotencyKey": new_id().hex, "relationshipId": terms, "lines": [line(water)]},
        ),
    ]
    assert [each["code"] for each in refused] == ["NOT_LISTED"] * 3
    quick = {"idempotencyKey": new_id().hex, "relationshipId": terms, "format": "TEXT"}
    code = (
        await seller.ask("query($id: ID!) { sku(id: $id) { code } }", id=gid("Sku", water))
    ).data
    filled = await give(
        buyer,
        "quickOrder",
        "FilledCart",
        "lines { outcome }",
        **quick,
        content=f"{code['sku']['code']} 2",
    )
    assert [each["outcome"] for each in filled["lines"]] == ["DELISTED"]
    assert await orders_in(chain.world) == 0

    await give(
        seller,
        "withdrawAssortment",
        "Assortment",
        FIELDS,
        assortmentId=made["id"],
        relationshipId=terms,
    )
    assert (await seen(buyer, chain))[:2] == ALL
    row = key(made["id"])
    assert await actions(chain.world, row) == [
        "CREATE_ASSORTMENT", "GIVE_ASSORTMENT", "WITHDRAW_ASSORTMENT",
    ]  # fmt: skip


async def test_it_comes_by_level_or_group_for_its_days_and_adds_up(shelf):
    chain, seller, buyer, water = shelf
    world, terms = chain.world, gid("TradingRelationship", chain.downstream)
    chains = await world.level(chain.distributor, "Chains")
    kiosks = await world.level(chain.distributor, "Kiosks", parent=chains)
    group = await give(seller, "createCustomerGroup", "CustomerGroup", "id", name="Summer")
    level = {"relationshipId": terms, "terms": {"levelId": gid("CustomerLevel", kiosks)}}
    await seller.ask(TERMS, input=level)
    tea = await make(seller, "Tea", skuId=gid("Sku", chain.sku))
    drinks = await make(seller, "Drinks", categoryId=gid("Category", world.category_id))

    await given_to(seller, tea, levelId=gid("CustomerLevel", chains))
    assert await seen(buyer, chain) == TEA
    await given_to(seller, drinks, groupId=group["id"])
    assert await seen(buyer, chain) == TEA
    members = {"groupId": group["id"], "relationshipIds": [terms]}
    await seller.ask(
        "mutation($input: AddGroupMembersInput!) { addGroupMembers(input: $input) { __typename } }",
        input=members,
    )
    assert (await seen(buyer, chain))[:2] == ALL
    await given_to(seller, drinks, groupId=group["id"], firstDay="2020-01-01", lastDay="2020-12-31")
    assert await seen(buyer, chain) == TEA
    wrong = await seller.ask(
        "mutation($input: GiveAssortmentInput!) { giveAssortment(input: $input) { __typename } }",
        input={
            "assortmentId": tea["id"],
            "relationshipId": terms,
            "firstDay": "2030-02-01",
            "lastDay": "2030-01-01",
        },
    )
    assert wrong.error_codes == ["INVALID"]
    for name, day_without_sense in (("firstDay", "0001-01-01"), ("lastDay", "9999-12-31")):
        wrong = await seller.ask(
            "mutation($input: GiveAssortmentInput!) { giveAssortment(input: $input) { "
            "__typename } }",
            input={"assortmentId": tea["id"], "relationshipId": terms, name: day_without_sense},
        )
        assert wrong.body["errors"][0]["extensions"] == {"code": "INVALID", "field": name}
    changed = await give(
        seller, "changeAssortment", "Assortment", "name goods { sku { name } }",
        assortmentId=tea["id"], name="Water", goods=[{"skuId": gid("Sku", water)}],
    )  # fmt: skip
    assert changed == {
        "__typename": "Assortment",
        "name": "Water",
        "goods": [{"sku": {"name": "Still water"}}],
    }
    assert (await seen(buyer, chain))[0] == ["Still water"]


async def test_a_standing_order_leaves_out_what_is_sold_to_its_buyer_no_more(shelf):
    chain, seller, buyer, water = shelf
    rows = (wanted_line(chain.sku, "2", "CASE"), wanted_line(water, "3"))
    made = await standing(buyer, chain, *rows)
    kept = await make(seller, skuId=gid("Sku", chain.sku))
    await given_to(seller, kept, relationshipId=gid("TradingRelationship", chain.downstream))

    await tick(chain.world, 0)

    answer = await buyer.ask(f"{{ standingOrders {{ edges {{ node {{ {STANDING} }} }} }} }}")
    (run,) = answer.data["standingOrders"]["edges"][0]["node"]["runs"]
    assert made["__typename"] == "StandingOrder"
    assert run["dueOn"] == day(0)
    assert "Still water" in run["told"]


async def test_what_a_buyer_must_sell_and_does_not_is_told(shelf, statements):
    chain, seller, buyer, water = shelf
    terms = gid("TradingRelationship", chain.downstream)
    listed = await make(seller, "Must", "MUST_SELL", brandId=gid("Brand", chain.world.brand_id))
    assert (await buyer.ask(MUST, id=terms)).data["mustSell"] == []
    await given_to(seller, listed, relationshipId=terms)
    assert (await seen(buyer, chain))[:2] == ALL
    await chain.place(buyer)
    missing = (await buyer.ask(MUST, id=terms)).data["mustSell"]
    await put(buyer, chain.downstream, wanted_line(water))
    with statements.counting() as sent:
        told = (await buyer.ask(MUST, id=terms)).data["mustSell"]

    assert missing == [
        {"ordered": "48", "isInCart": False, "isMissing": False, "sku": {"name": ALL[0][0]}},
        {"ordered": "0", "isInCart": False, "isMissing": True, "sku": {"name": "Still water"}},
    ]
    assert [each["isMissing"] for each in told] == [False, False]
    assert (await buyer.ask(MUST, id=terms, only=True)).data["mustSell"] == []
    # begin, who, goods, orders, cart, SKUs' names remembered, commit
    assert len(sent) == 6


async def test_assortments_are_their_sellers_alone(shelf):
    chain, seller, buyer, water = shelf
    maker = await chain.world.member(chain.brand, "ENTERPRISE_ADMIN")
    mine = await make(seller, skuId=gid("Sku", chain.sku))
    again = await make(seller, skuId=gid("Sku", water))
    foreign = [
        ("changeAssortment", {"assortmentId": mine["id"], "name": "Theirs"}),
        (
            "giveAssortment",
            {
                "assortmentId": mine["id"],
                "relationshipId": gid("TradingRelationship", chain.upstream),
            },
        ),
        (
            "withdrawAssortment",
            {
                "assortmentId": mine["id"],
                "relationshipId": gid("TradingRelationship", chain.upstream),
            },
        ),
    ]

    assert again["code"] == "ASSORTMENT_NAME_TAKEN"
    for name, given in foreign:
        document = f"""mutation($input: {name[0].upper()}{name[1:]}Input!) {{
            {name}(input: $input) {{ __typename }} }}"""
        assert (await maker.ask(document, input=given)).error_codes == ["NOT_FOUND"]
    own = foreign[1][1]
    give_it = (
        "mutation($input: GiveAssortmentInput!) { giveAssortment(input: $input) { __typename } }"
    )
    assert (await seller.ask(give_it, input=own)).error_codes == ["NOT_FOUND"]
    assert (await maker.ask(LISTS)).data["assortments"]["edges"] == []
    node = "query($id: ID!) { node(id: $id) { __typename } }"
    assert (await buyer.ask(node, id=mine["id"])).data["node"] is None
    assert (await buyer.ask(LISTS)).data["assortments"]["edges"] == []
    assert [
        edge["node"]["name"] for edge in (await seller.ask(LISTS)).data["assortments"]["edges"]
    ] == ["Core"]
