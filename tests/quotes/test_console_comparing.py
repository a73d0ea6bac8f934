"""Compare two customers, two instants of one, or two lists."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from app.pricing.models import PriceEntry
from tests.quotes.conftest import Market
from tests.support.console import COMPARE
from tests.support.world import LONG_AGO, gid

STATEMENTS = 13


def customers(market: Market) -> dict:
    ids = [gid("TradingRelationship", key) for key in (market.shop, market.sibling)]
    return {"relationshipIds": ids}


async def compared(market: Market, sides: dict, **more) -> list[dict]:
    answer = await market.admin.ask(COMPARE, input={"sides": sides, **more})
    return [edge["node"] for edge in answer.data["comparePrices"]["rows"]["edges"]]


async def test_two_customers_side_by_side_with_difference_and_percent(market):
    apple, beer, cola = await compared(market, customers(market))

    assert (apple["first"]["unitPrice"], apple["second"]["unitPrice"]) == ("2.50", "3")
    assert (apple["difference"], apple["percent"]) == ("0.50", "20")
    assert (beer["difference"], beer["percent"]) == ("0", "0")
    assert (cola["difference"], cola["percent"]) == (None, None)
    assert cola["first"]["noPriceReason"]


async def test_only_what_differs_page_by_page(market):
    (row,) = await compared(market, customers(market), onlyDifferent=True)
    given = {"sides": customers(market)}
    page = (await market.admin.ask(COMPARE, input=given, first=2)).data["comparePrices"]["rows"]
    after = page["pageInfo"]["endCursor"]
    rest = (await market.admin.ask(COMPARE, input=given, after=after)).data["comparePrices"]

    assert row["sku"]["product"]["name"] == "Apple juice"
    assert len(page["edges"]) == 2
    assert [edge["node"]["sku"]["product"]["name"] for edge in rest["rows"]["edges"]] == ["Cola"]


async def test_two_instants_of_one_customer(market):
    await market.world.save(
        PriceEntry(
            price_list_id=market.base,
            sku_id=market.beer,
            amount=Decimal("2.50"),
            valid_from=datetime(2026, 6, 1, tzinfo=UTC),
            known_from=LONG_AGO,
        )
    )
    sides = {
        "relationshipId": market.terms,
        "first": "2026-05-31T23:59:59Z",
        "second": "2026-06-01T00:00:00Z",
    }

    (row,) = await compared(market, {"instants": sides}, onlyDifferent=True)

    assert row["sku"]["product"]["name"] == "Beer"
    assert (row["difference"], row["percent"]) == ("0.50", "25")


async def test_two_lists_alone(market):
    ids = [gid("PriceList", key) for key in (market.base, market.gold_list)]

    apple, beer, _ = await compared(market, {"priceListIds": ids})

    assert (apple["difference"], apple["percent"]) == ("-0.50", "-16.67")
    assert (beer["first"]["unitPrice"], beer["second"]["unitPrice"]) == ("2", None)


@pytest.mark.parametrize("goods", [1, 30])
async def test_goods_add_no_statement(market, statements, goods):
    skus = [await market.world.sku(market.brand, f"Zest {n}") for n in range(goods)]
    await market.world.price(market.brand, dict.fromkeys(skus, "1.00"))
    await market.admin.ask("{ viewer { name } }")

    with statements.counting() as sent:
        answer = await market.admin.ask(
            COMPARE, input={"sides": customers(market), "goods": {"search": "Zest"}}, first=50
        )

    assert len(answer.data["comparePrices"]["rows"]["edges"]) == goods
    assert len(sent) == STATEMENTS


async def test_others_customers_and_lists_are_as_unknown_as_none(market):
    rival_brand = await market.world.organisation("Rival", "BRAND")
    rival = await market.world.member(rival_brand, "ENTERPRISE_ADMIN")
    unknown = [gid("TradingRelationship", market.apple)] * 2

    crossed = await rival.ask(COMPARE, input={"sides": customers(market)})
    nothing = await rival.ask(COMPARE, input={"sides": {"relationshipIds": unknown}})
    lists = await rival.ask(
        COMPARE, input={"sides": {"priceListIds": [gid("PriceList", market.base)] * 2}}
    )
    buyer = await market.buyer.ask(COMPARE, input={"sides": customers(market)})

    assert crossed.body == nothing.body
    assert crossed.error_codes == lists.error_codes == ["NOT_FOUND"]
    assert buyer.error_codes == ["FORBIDDEN"]


@pytest.mark.parametrize("count", [0, 1, 3])
async def test_a_comparison_has_two_sides(market, count):
    answer = await market.admin.ask(
        COMPARE, input={"sides": {"relationshipIds": [market.terms] * count}}
    )

    assert answer.error_codes == ["INVALID"]
