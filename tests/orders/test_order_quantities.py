"""Orders in quantities that the seller sells, and refusals that name the nearest good one."""

import pytest

from app.kernel.ids import new_id
from tests.orders.test_placing import line, orders_in, placement
from tests.support.chain import Chain
from tests.support.world import gid

SET = """mutation($input: SetOrderQuantityRulesInput!) { setOrderQuantityRules(input: $input) {
    ... on OrderQuantityRulesSet { changed } } }"""
RULES = """query($sku: ID) { orderQuantityRules(skuId: $sku) { edges { node {
    minimum maximum multiple sku { id } level { name } relationship { id } } } } }"""
BOUND = """query($id: ID!, $skus: [ID!]!) { orderQuantities(relationshipId: $id, skuIds: $skus) {
    minimum maximum multiple sku { id } } }"""


@pytest.fixture
async def chain(world):
    return await Chain.create(world)


@pytest.fixture
async def seller(chain):
    return await chain.world.member(chain.distributor, "ENTERPRISE_ADMIN")


@pytest.fixture
async def buyer(chain):
    return await chain.world.member(chain.retailer, "BUYER")


async def set_rules(person, *rules) -> int:
    answer = await person.ask(SET, input={"rules": list(rules)})
    return answer.data["setOrderQuantityRules"]["changed"]


def rule(chain, **limits):
    return {"skuId": gid("Sku", chain.sku), **limits}


async def placed(buyer, chain, *lines):
    """The code of the refusal with its field and values; PRICE_CHANGED is past all quantities."""
    (result,) = (
        await buyer.ask(
            """mutation($input: PlaceOrderInput!) { placeOrder(input: $input) {
            __typename ... on Refusal { code field message details { name value } } } }""",
            input=placement(chain, *lines, seen="0"),
        )
    ).data.values()
    return result


async def test_a_quantity_that_is_not_sold_names_line_rule_and_the_nearest(chain, seller, buyer):
    assert await set_rules(seller, rule(chain, minimum="48", multiple="24")) == 1

    few = await placed(buyer, chain, line(chain.sku, "30"))
    odd = await placed(buyer, chain, line(chain.sku, "61"))
    good = await placed(buyer, chain, line(chain.sku, "72"))

    assert (few["code"], few["field"]) == ("QUANTITY_NOT_SOLD", "lines.0.quantity")
    assert {each["name"]: each["value"] for each in few["details"]}.items() >= {
        ("rule", "MINIMUM"),
        ("limit", "48"),
        ("ordered", "30"),
        ("nearest", "48"),
    }
    assert {each["name"]: each["value"] for each in odd["details"]}.items() >= {
        ("rule", "MULTIPLE"),
        ("nearest", "72"),
    }
    assert good["code"] == "PRICE_CHANGED"
    assert await orders_in(chain.world) == 0


async def test_the_narrowest_rule_binds_and_one_without_limits_is_gone(chain, seller, buyer):
    terms = gid("TradingRelationship", chain.downstream)
    own = rule(chain, relationshipId=terms)
    await set_rules(seller, rule(chain, minimum="48"), own | {"maximum": "5"})
    asked = {"id": terms, "skus": [gid("Sku", chain.sku)] * 2}
    nothing = {"minimum": None, "maximum": None, "multiple": None}

    narrow = (await buyer.ask(BOUND, **asked)).data["orderQuantities"]
    refused = await placed(buyer, chain, line(chain.sku, "6"))
    changed = await set_rules(seller, own | nothing)
    wide = (await buyer.ask(BOUND, **asked)).data["orderQuantities"]

    assert narrow == [{**nothing, "maximum": "5", "sku": {"id": gid("Sku", chain.sku)}}]
    assert refused["code"] == "QUANTITY_NOT_SOLD"
    assert (changed, await set_rules(seller, own | nothing)) == (1, 0)
    assert wide == [{**nothing, "minimum": "48", "sku": {"id": gid("Sku", chain.sku)}}]
    shown = (await seller.ask(RULES, sku=gid("Sku", chain.sku))).data["orderQuantityRules"]
    assert [each["node"]["minimum"] for each in shown["edges"]] == ["48"]


async def test_rules_cost_one_statement_of_an_order_and_none_when_known(
    chain, seller, buyer, statements
):
    other = await chain.world.sku(chain.brand)
    await chain.world.price(chain.distributor, {other: "2"})
    lines = [line(chain.sku, "2"), line(other, "2")]

    async def sent() -> int:
        await placed(buyer, chain, *lines)
        with statements.counting() as counted:
            assert (await placed(buyer, chain, *lines))["code"] == "PRICE_CHANGED"
        return len(counted)

    without = await sent()
    await set_rules(seller, rule(chain, minimum="2"))
    one = await sent()
    await set_rules(seller, {"skuId": gid("Sku", other), "maximum": "9"})

    assert without == one == await sent()


@pytest.mark.parametrize(
    "limits", [{"minimum": "0"}, {"minimum": "5", "maximum": "4"}, {"multiple": "0.0000001"}]
)
async def test_senseless_rules_and_those_of_others_change_nothing(chain, seller, limits):
    stranger = await chain.world.member(chain.retailer, "ENTERPRISE_ADMIN")
    terms = gid("TradingRelationship", chain.downstream)

    senseless = await seller.ask(SET, input={"rules": [rule(chain, **limits)]})
    borrowed = await stranger.ask(
        SET, input={"rules": [rule(chain, minimum="2", relationshipId=terms)]}
    )
    unknown = await seller.ask(
        SET, input={"rules": [{"skuId": gid("Sku", new_id()), "minimum": "2"}]}
    )

    assert senseless.error_codes == ["INVALID"]
    assert borrowed.error_codes == unknown.error_codes == ["NOT_FOUND"]
    assert (await seller.ask(RULES)).data["orderQuantityRules"]["edges"] == []
    assert (await stranger.ask(RULES)).data["orderQuantityRules"]["edges"] == []
