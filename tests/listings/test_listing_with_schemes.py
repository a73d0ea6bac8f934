"""A listing and the schemes named with it begin in one step, or neither does (R2-11)."""

import pytest

from app.kernel.ids import new_id
from tests.catalog.test_products import CREATE, product, size
from tests.listings.test_listing_workflow import did
from tests.support.network import network
from tests.support.promotions import TERMS, drafted
from tests.support.world import gid

LIST = """mutation($input: ListProductInput!) { listProduct(input: $input) {
    ... on Product { status } ... on Refusal { code message field } } }"""
STATES = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on TradeScheme { status } } }"


@pytest.fixture
async def brand(world):
    chain = await network(world)
    await world.sku(chain.brand, "Water")
    return await world.member(chain.brand, "ENTERPRISE_ADMIN")


async def draft(world, brand, code):
    made = await brand.ask(CREATE, input=product(world, size(world, code, packaging=LOOSE)))
    return made.data["createProduct"]["id"]


LOOSE = [{"level": "PIECE", "factor": "1"}]


async def states(brand, *schemes):
    nodes = (await brand.ask(STATES, ids=[each["id"] for each in schemes])).data["nodes"]
    return [each["status"] for each in nodes]


async def test_a_product_and_its_schemes_begin_together_or_not_at_all(world, brand, statements):
    this, that = await draft(world, brand, "ONE"), await draft(world, brand, "TWO")
    given = [await drafted(brand, name=f"Scheme {number}") for number in range(4)]
    over = await drafted(brand, name="Over", terms=TERMS | {"limits": {"money": "500"}})
    await did(brand, END, schemeId=over["id"])
    ids = [each["id"] for each in given]

    unknown = await brand.ask(
        LIST, input={"productId": this, "schemeIds": [ids[0], gid("TradeScheme", new_id())]}
    )
    ended = await brand.ask(LIST, input={"productId": this, "schemeIds": [ids[0], over["id"]]})
    before = await states(brand, *given)
    with statements.counting() as of_one:
        assert await did(brand, LIST, productId=this, schemeIds=ids[:1]) == "LISTED"
    with statements.counting() as of_three:
        assert await did(brand, LIST, productId=that, schemeIds=ids[1:]) == "LISTED"
    again = await did(brand, LIST, productId=that, schemeIds=ids[1:])

    assert unknown.error_codes == ["NOT_FOUND"]
    refused = ended.data["listProduct"]
    assert (refused["code"], refused["field"]) == ("TRADE_SCHEME_NOT_DRAFT", "schemeIds")
    assert before == ["DRAFT"] * 4
    assert again == "LISTED"
    assert await states(brand, *given) == ["ACTIVE"] * 4
    assert len(of_one) == len(of_three)


END = """mutation($input: EndTradeSchemeInput!) { endTradeScheme(input: $input) {
    ... on TradeScheme { status } ... on Refusal { code } } }"""
