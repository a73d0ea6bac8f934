"""What the buyer's catalogue can be narrowed by: counts that are what it then shows."""

from decimal import Decimal

import pytest

from app.quotes.rules.price_ranges import counted
from tests.quotes.conftest import Market
from tests.support.stock import receive
from tests.support.world import gid

FACETS = """query($id: ID!, $search: String! = "", $category: ID, $brand: ID, $minimum: Decimal,
    $maximum: Decimal, $inStock: Boolean! = false, $steps: [Decimal!]) {
  catalogueFacets(relationshipId: $id, search: $search, categoryId: $category, brandId: $brand,
      minimumPrice: $minimum, maximumPrice: $maximum, inStock: $inStock, priceSteps: $steps) {
    total withoutPrice inStock outOfStock
    brands { count brand { name } } categories { count category { name } }
    priceRanges { minimum below count } } }"""
IN_STOCK = """query($id: ID!) { catalogue(relationshipId: $id, inStock: true) {
    edges { node { sku { product { name } } } } } }"""
CATEGORY = """mutation($input: CreateCategoryInput!) { createCategory(input: $input) {
    ... on Category { id } } }"""
CHANGE = """mutation($input: ChangeProductInput!) { changeProduct(input: $input) {
    ... on Product { name } } }"""


async def facets(market: Market, person=None, **more):
    answer = await (person or market.buyer).ask(FACETS, id=market.terms, **more)
    return answer.data["catalogueFacets"]


async def test_counts_are_those_of_the_catalogue_at_the_buyers_own_price(market):
    await receive(market.world, market.brand, (market.beer, 5, "B", None))

    seen = await facets(market, steps=["2.2", "2.7"])

    assert (seen["total"], seen["withoutPrice"]) == (3, 1)
    assert (seen["inStock"], seen["outOfStock"]) == (1, 2)
    assert seen["brands"] == [{"count": 3, "brand": {"name": "Riverside"}}]
    assert [each["count"] for each in seen["priceRanges"]] == [1, 1, 0]
    shown = await market.buyer.ask(IN_STOCK, id=market.terms)
    names = [each["node"]["sku"]["product"]["name"] for each in shown.data["catalogue"]["edges"]]
    assert names == ["Beer"]
    assert (await facets(market, inStock=True))["total"] == 1
    assert (await facets(market, minimum="2.01"))["total"] == 1
    assert (await facets(market, search="apple"))["total"] == 1
    assert (await facets(market, search="nothing"))["brands"] == []


async def test_a_category_counts_what_is_below_it(market):
    drinks = gid("Category", market.world.category_id)
    made = await market.admin.ask(CATEGORY, input={"name": "Juices", "parentId": drinks})
    juices = made.data["createCategory"]["id"]
    found = await market.admin.ask(
        '{ products(filter: {search: "apple"}) { nodes: edges { node { id } } } }'
    )
    apple = found.data["products"]["nodes"][0]["node"]["id"]
    await market.admin.ask(CHANGE, input={"productId": apple, "categoryId": juices})

    whole = await facets(market)

    assert [(each["category"]["name"], each["count"]) for each in whole["categories"]] == [
        ("Drinks", 3),
        ("Juices", 1),
    ]
    assert (await facets(market, category=juices))["total"] == 1


async def test_facets_cost_the_same_statements_for_any_number(market, statements):
    await facets(market)
    with statements.counting() as few:
        await facets(market)
    skus = [await market.world.sku(market.brand, case=24) for _ in range(20)]
    await market.world.price(market.brand, dict.fromkeys(skus, "3.00"))
    await facets(market)

    with statements.counting() as many:
        seen = await facets(market)

    assert seen["total"] == 23
    assert len(few) == len(many)


async def test_strangers_and_senseless_ranges_are_refused(market):
    asked = {"id": market.terms}

    assert (await market.stranger.ask(FACETS, **asked)).error_codes == ["NOT_FOUND"]
    for steps in (["0"], ["2", "1"], ["1", "1"], [str(n) for n in range(1, 30)]):
        assert (await market.buyer.ask(FACETS, **asked, steps=steps)).error_codes == ["INVALID"]


@pytest.mark.parametrize(
    ("prices", "minima", "counts"),
    [
        ([], ["0"], [0]),
        (["0"], ["0"], [1]),
        (["2.5", "2", "2.99"], ["2", "2.5"], [1, 2]),
        (["1", "999"], ["0", "800"], [1, 1]),
        (["0.0001", "100"], ["0", "100"], [1, 1]),
    ],
)
def test_round_ranges_hold_every_price_once(prices, minima, counts):
    ranges = counted([Decimal(price) for price in prices])

    assert [each.count for each in ranges if each.count] == [n for n in counts if n]
    assert [str(each.minimum.normalize()) for each in ranges if each.count] == [
        str(Decimal(text).normalize()) for text, count in zip(minima, counts, strict=True) if count
    ]
    assert sum(each.count for each in ranges) == len(prices)
    assert len(ranges) <= 7
