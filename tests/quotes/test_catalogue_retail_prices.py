"""Retail prices in the catalogue: what sellers grant the buyer for its own selling."""

from typing import Any
from uuid import UUID

import pytest

from tests.quotes.conftest import Market
from tests.support.bands import for_sku
from tests.support.console import OWN_PRICES
from tests.support.told import told
from tests.support.world import Person, gid


async def retail(
    market: Market, name: str, person: Person | None = None, terms: str | None = None
) -> list[tuple[str | None, str | None]]:
    answer = await (person or market.buyer).ask(OWN_PRICES, id=terms or market.terms)
    nodes = [edge["node"] for edge in answer.data["catalogue"]["edges"]]
    (found,) = (node for node in nodes if node["sku"]["product"]["name"] == name)
    return [
        (offer["recommendedRetailPrice"], offer["maximumRetailPrice"]) for offer in found["offers"]
    ]


def limits(
    recommended: str | None = None, maximum: str | None = None, **more: str
) -> dict[str, Any]:
    return {"recommendedRetailPrice": recommended, "maximumRetailPrice": maximum, **more}


async def other_seller(market: Market) -> tuple[Person, UUID]:
    """Another brand that sells to the shop, and its terms with it."""
    seller = await market.world.organisation("Other brand", "BRAND")
    assert market.buyer.organisation_id is not None
    terms = await market.world.relationship(seller, market.buyer.organisation_id)
    return await market.world.member(seller, "ENTERPRISE_ADMIN"), terms


async def test_retail_prices_are_for_each_packaging_unit_and_null_where_none(market):
    await for_sku(market.admin, market.apple, limits("3.50", "4.00"))

    assert await retail(market, "Apple juice") == [("3.50", "4"), ("84", "96")]
    assert await retail(market, "Beer") == [(None, None), (None, None)]


async def test_a_maximum_is_never_rounded_above_itself(market):
    band = limits("50", "50")
    await for_sku(market.admin, market.apple, band, packagingLevel="CASE")

    assert await retail(market, "Apple juice") == [("2.0833", "2.0833"), ("50", "50")]

    await for_sku(market.admin, market.beer, limits("20", "20"), packagingLevel="CASE")
    assert await retail(market, "Beer") == [("1.6666", "1.6666"), ("20", "20")]


async def test_the_narrowest_band_of_a_seller_says_each_price(market):
    apple, level = market.apple, {"audience": "LEVEL", "levelId": market.level(market.gold)}
    await for_sku(market.admin, apple, limits("3.00", "5.00"))
    await for_sku(market.admin, apple, limits("3.20"), **level)

    assert (await retail(market, "Apple juice"))[0] == ("3.20", "5")


async def test_a_siblings_band_and_the_rest_of_a_band_stay_unseen(market):
    silver = {"audience": "LEVEL", "levelId": market.level(market.silver)}
    await for_sku(market.admin, market.apple, limits("7.77", "8.88"), **silver)
    await for_sku(market.admin, market.beer, {"floor": "6.66"})

    mine = await market.buyer.ask(OWN_PRICES, id=market.terms)
    theirs = await retail(
        market, "Apple juice", market.stranger, gid("TradingRelationship", market.sibling)
    )

    assert not any(price in told(mine.body) for price in ("7.77", "8.88", "6.66"))
    assert theirs[0] == ("7.77", "8.88")


async def test_a_buyers_own_band_is_nobody_elses_business(market):
    shopkeeper = await market.world.member(market.buyer.organisation_id, "ENTERPRISE_ADMIN")
    own = await for_sku(shopkeeper, market.apple, limits("9.99", "9.99"), audience="OWN")

    assert own["recommendedRetailPrice"] == "9.99"
    assert await retail(market, "Apple juice") == [(None, None), (None, None)]
    assert await retail(market, "Apple juice", market.admin) == [(None, None), (None, None)]


async def test_what_another_seller_grants_binds_the_buyer_and_is_hidden_from_this_one(market):
    other, terms = await other_seller(market)
    await for_sku(other, market.apple, limits("3.40", "3.60"))
    alone = (await retail(market, "Apple juice"))[0]
    await for_sku(market.admin, market.apple, limits("3.50", "4.00"))

    buyers = (await retail(market, "Apple juice"))[0]
    sellers = (await retail(market, "Apple juice", market.admin))[0]
    others = await retail(market, "Apple juice", other, gid("TradingRelationship", terms))

    assert alone == ("3.40", "3.60")
    assert buyers == ("3.50", "3.60")
    assert sellers == ("3.50", "4")
    assert others[0] == ("3.40", "3.60")


@pytest.mark.parametrize("bands", [0, 12])
async def test_no_band_adds_a_statement(market, statements, bands):
    skus = [await market.world.sku(market.brand, case=24) for _ in range(bands)]
    for sku in skus:
        await for_sku(market.admin, sku, limits("3.50"))
    await market.buyer.ask("{ viewer { name } }")

    with statements.counting() as sent:
        answer = await market.buyer.ask(OWN_PRICES, id=market.terms)
    with statements.counting() as again:
        assert (await market.buyer.ask(OWN_PRICES, id=market.terms)).body == answer.body

    assert len(answer.data["catalogue"]["edges"]) == 3 + bands
    assert len(sent) == 14  # One is for the assortment that the buyer is held to.
    assert len(again) == 4


async def test_a_recommendation_above_anothers_maximum_is_held_to_it(market):
    other, _ = await other_seller(market)
    await for_sku(other, market.apple, limits(maximum="3.60"))
    await for_sku(market.admin, market.apple, limits("3.90", "4.00"))

    assert (await retail(market, "Apple juice"))[0] == ("3.60", "3.60")
