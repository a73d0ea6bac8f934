"""The catalogue sorted and filtered by the buyer's own price, which is the one quoted."""

import pytest

from app.quotes.operations import finding
from tests.quotes.conftest import Market
from tests.support.console import BY_PRICE
from tests.support.prices import quoted
from tests.support.world import gid


async def found(market: Market, person=None, **variables) -> list[tuple[str, str | None]]:
    answer = await (person or market.buyer).ask(BY_PRICE, id=market.terms, **variables)
    nodes = [edge["node"] for edge in answer.data["catalogue"]["edges"]]
    return [(each["sku"]["product"]["name"], each["offers"][0]["unitPrice"]) for each in nodes]


@pytest.mark.parametrize(
    ("sort", "names"),
    [
        ("PRICE_LOW_FIRST", ["Beer", "Apple juice", "Cola"]),
        ("PRICE_HIGH_FIRST", ["Apple juice", "Beer", "Cola"]),
        ("NAME", ["Apple juice", "Beer", "Cola"]),
    ],
)
async def test_goods_stand_by_price_and_those_without_one_last(market, sort, names):
    assert [name for name, _ in await found(market, sort=sort)] == names


async def test_the_price_that_sorts_is_the_price_that_quotes(market):
    answer = await market.buyer.ask(BY_PRICE, id=market.terms, sort="PRICE_LOW_FIRST")

    for edge in answer.data["catalogue"]["edges"]:
        sku, offers = edge["node"]["sku"], edge["node"]["offers"]
        asked = [
            {"skuId": sku["id"], "quantity": "1", "packagingLevel": offer["packagingLevel"]}
            for offer in offers
        ]
        for offer, one in zip(offers, asked, strict=True):
            quote = await quoted(market.buyer, market.shop, one)
            prices = [each["unitPrice"] for each in quote["lines"]]
            assert prices == ([offer["unitPrice"]] if offer["unitPrice"] else [])


async def test_a_price_filter_holds_its_bounds_and_leaves_out_goods_without_a_price(market):
    assert await found(market, minimum="2.00", maximum="2.50") == [
        ("Apple juice", "2.50"),
        ("Beer", "2"),
    ]
    assert await found(market, minimum="2.01") == [("Apple juice", "2.50")]
    assert await found(market, maximum="2.49", sort="PRICE_HIGH_FIRST") == [("Beer", "2")]
    assert await found(market, minimum="30", maximum="70", unit="CASE") == [("Apple juice", "2.50")]


@pytest.mark.parametrize("sort", ["NAME", "PRICE_LOW_FIRST", "PRICE_HIGH_FIRST"])
@pytest.mark.parametrize("more", [{}, {"maximum": "100"}])
async def test_pages_of_one_join_to_the_whole(market, sort, more):
    whole = await found(market, sort=sort, **more)
    pages, after = [], None
    for _ in whole:
        answer = await market.buyer.ask(
            BY_PRICE, id=market.terms, sort=sort, first=1, after=after, **more
        )
        page = answer.data["catalogue"]
        pages += [edge["node"]["sku"]["product"]["name"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]

    assert pages == [name for name, _ in whole]
    assert page["pageInfo"]["hasNextPage"] is False


async def test_too_many_goods_to_price_ask_for_a_narrower_search(market, monkeypatch):
    monkeypatch.setattr(finding, "MOST_SKUS", 2)

    refused = await market.buyer.ask(BY_PRICE, id=market.terms, sort="PRICE_LOW_FIRST")
    narrower = await found(market, sort="PRICE_LOW_FIRST", search="e")

    assert refused.error_codes == ["INVALID"]
    assert "narrow it" in refused.body["errors"][0]["message"]
    assert [name for name, _ in narrower] == ["Beer", "Apple juice"]


@pytest.mark.parametrize(
    "wrong",
    [{"minimum": "-1"}, {"minimum": "3", "maximum": "2"}, {"after": "WyJhIiwiYiIsImMiXQ=="}],
)
async def test_bounds_and_cursors_without_meaning_are_refused(market, wrong):
    answer = await market.buyer.ask(BY_PRICE, id=market.terms, sort="PRICE_LOW_FIRST", **wrong)

    assert answer.error_codes == ["INVALID"]


@pytest.mark.parametrize("first", [1, 30])
async def test_sorting_by_price_takes_the_same_statements_for_any_number(market, statements, first):
    skus = [await market.world.sku(market.brand, case=24) for _ in range(30)]
    await market.world.price(market.brand, dict.fromkeys(skus, "3.00"))
    await market.buyer.ask("{ viewer { name } }")

    with statements.counting() as sent:
        answer = await market.buyer.ask(
            BY_PRICE, id=market.terms, sort="PRICE_LOW_FIRST", first=first
        )

    assert len(answer.data["catalogue"]["edges"]) == first
    assert len(sent) == 14  # One is for the assortment that the buyer is held to.


async def test_a_failing_rule_is_told_to_the_seller_and_not_to_the_buyer(market):
    await market.world.price(
        market.brand,
        {},
        name="Broken",
        kind="LEVEL",
        level_id=market.gold,
        parent_id=market.gold_list,
        amount_added="-9",
    )

    answers = [
        await person.ask(BY_PRICE, id=market.terms) for person in (market.admin, market.buyer)
    ]

    sellers, buyers = [
        [edge["node"]["problems"] for edge in answer.data["catalogue"]["edges"]]
        for answer in answers
    ]
    assert {problem["name"] for problems in sellers for problem in problems} == {"Broken"}
    assert buyers == [[], [], []]


async def test_a_siblings_catalogue_is_as_unknown_as_none(market):
    crossed = await market.stranger.ask(BY_PRICE, id=market.terms, sort="PRICE_LOW_FIRST")
    unknown = await market.stranger.ask(
        BY_PRICE, id=gid("TradingRelationship", market.apple), sort="PRICE_LOW_FIRST"
    )

    assert crossed.body == unknown.body
    assert crossed.error_codes == ["NOT_FOUND"]
