"""The pricing console's grid: what a buyer of each level, or of each list, pays."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from app.pricing.models import PriceChangeRow, PriceChangeSet, PriceListTerms
from tests.quotes.conftest import Market
from tests.support.console import GRID
from tests.support.world import LONG_AGO, World, gid

STATEMENTS = 15


async def grid(market: Market, **fields) -> dict:
    return (await market.admin.ask(GRID, input=fields)).data["priceGrid"]


def amounts(found: dict) -> list[list[str | None]]:
    return [
        [cell["unitPrice"] for cell in edge["node"]["cells"]] for edge in found["rows"]["edges"]
    ]


def levels(market: Market) -> list[str]:
    return [market.level(market.gold), market.level(market.silver)]


async def test_each_cell_is_what_a_buyer_of_that_level_pays_and_says_where_from(market):
    found = await grid(market, levelIds=levels(market))

    assert [column["level"]["name"] for column in found["columns"]] == ["Gold", "Silver"]
    assert amounts(found) == [["2.50", "3"], ["2", "2"], [None, None]]
    apple, _, cola = [edge["node"]["cells"] for edge in found["rows"]["edges"]]
    assert [cell["priceList"]["name"] for cell in apple] == ["Gold prices", "Base"]
    assert [cell["breaks"] for cell in apple] == [1, 1]
    assert "no valid price row" in cola[0]["noPriceReason"]
    assert found["problems"] == []


async def test_a_unit_counts_pieces_and_goods_without_it_show_their_smallest(market):
    found = await grid(market, levelIds=levels(market), packagingLevel="CASE")

    nodes = [edge["node"] for edge in found["rows"]["edges"]]
    assert [(node["packagingLevel"], node["pieces"]) for node in nodes] == [
        ("CASE", "24"),
        ("CASE", "12"),
        ("PIECE", "1"),
    ]
    assert amounts(found)[0] == ["60", "72"]


async def test_a_level_falls_back_on_its_parent(market):
    below = await market.world.level(market.brand, "Gold, north", market.gold)

    found = await grid(market, levelIds=[market.level(below)])

    assert amounts(found)[0] == ["2.50"]


async def test_a_list_alone_shows_only_its_own_prices(market):
    lists = [gid("PriceList", key) for key in (market.base, market.gold_list)]

    found = await grid(market, priceListIds=lists)

    assert [column["priceList"]["name"] for column in found["columns"]] == ["Base", "Gold prices"]
    assert amounts(found) == [["3", "2.50"], ["2", None], [None, None]]
    beer = found["rows"]["edges"][1]["node"]["cells"][1]
    assert beer["noPriceReason"] == "the list has no price for it"


async def test_a_derived_list_shows_its_parents_prices_as_its_own(market):
    derived = await market.world.price(
        market.brand,
        {},
        name="Silver prices",
        kind="LEVEL",
        level_id=market.silver,
        parent_id=market.base,
        percent=Decimal(90),
    )

    by_list = await grid(market, priceListIds=[gid("PriceList", derived)])
    by_level = await grid(market, levelIds=levels(market))

    assert amounts(by_list) == [["2.70"], ["1.80"], [None]]
    assert amounts(by_level)[0] == ["2.50", "2.70"]


async def test_a_rule_that_fails_is_reported(market):
    one = await market.world.price(
        market.brand, {}, name="One", kind="LEVEL", level_id=market.gold, parent_id=market.base
    )
    await market.world.save(
        PriceListTerms(
            price_list_id=market.base,
            parent_id=one,
            priority=1,
            valid_from=datetime(2021, 1, 1, tzinfo=UTC),
            known_from=LONG_AGO,
        )
    )

    found = await grid(market, levelIds=levels(market))

    assert {problem["name"] for problem in found["problems"]} >= {"One"}
    assert all("loop" in problem["reason"] for problem in found["problems"])


async def test_prices_of_another_instant_and_with_drafts_laid_over(market):
    change = PriceChangeSet(
        seller_id=market.brand,
        name="Autumn",
        effective_from=datetime(2026, 1, 1, tzinfo=UTC),
        created_at=LONG_AGO,
    )
    await market.world.save(change)
    await market.world.save(
        PriceChangeRow(
            change_set_id=change.id,
            position=1,
            price_list_id=market.base,
            sku_id=market.beer,
            amount=Decimal("2.20"),
            valid_from=datetime(2026, 1, 1, tzinfo=UTC),
        )
    )

    drafted = await grid(
        market, levelIds=levels(market)[:1], changeSetIds=[gid("PriceChangeSet", change.id)]
    )
    before = await grid(market, levelIds=levels(market)[:1], at="2019-01-01T00:00:00Z")
    unknown = await grid(market, levelIds=levels(market)[:1], knownAt="2019-01-01T00:00:00Z")

    assert amounts(drafted)[1] == ["2.20"]
    assert amounts(before) == amounts(unknown) == [[None], [None], [None]]


@pytest.mark.parametrize("columns", [1, 20])
async def test_rows_and_columns_add_no_statement(market, statements, columns):
    skus = [await market.world.sku(market.brand) for _ in range(10)]
    await market.world.price(market.brand, dict.fromkeys(skus, "1.00"))
    added = [await market.world.level(market.brand, f"Level {n}") for n in range(columns)]
    await market.admin.ask("{ viewer { name } }")

    with statements.counting() as sent:
        answer = await market.admin.ask(
            GRID,
            input={"levelIds": [market.level(key) for key in added]},
            first=columns,
        )

    assert len(answer.data["priceGrid"]["columns"]) == columns
    assert len(sent) == STATEMENTS


async def test_pages_follow_each_other_by_name(market):
    given = {"levelIds": levels(market)}
    page = (await market.admin.ask(GRID, input=given, first=2)).data["priceGrid"]["rows"]
    after = page["pageInfo"]["endCursor"]
    rest = (await market.admin.ask(GRID, input=given, after=after)).data["priceGrid"]["rows"]

    names = [edge["node"]["sku"]["product"]["name"] for edge in (*page["edges"], *rest["edges"])]
    assert names == ["Apple juice", "Beer", "Cola"]
    assert page["pageInfo"]["hasNextPage"] is True


@pytest.mark.parametrize(
    "columns", [{}, {"levelIds": ["x"] * 21}, {"levelIds": ["x"], "priceListIds": ["y"]}]
)
async def test_columns_are_levels_or_lists_and_not_too_many(market, columns):
    ids = {"x": market.level(market.gold), "y": gid("PriceList", market.base)}
    given = {name: [ids[key] for key in keys] for name, keys in columns.items()}

    answer = await market.admin.ask(GRID, input=given)

    assert answer.error_codes == ["INVALID"]


async def test_only_who_reads_own_prices_sees_a_grid_and_others_columns_are_unknown(
    market, database, http, settings
):
    elsewhere = await World.create(database, http, settings)
    foreign = await elsewhere.member(await elsewhere.organisation("Brand"), "ENTERPRISE_ADMIN")
    sibling_organisation = await market.world.organisation("Rival", "DISTRIBUTOR")
    rival = await market.world.member(sibling_organisation, "ENTERPRISE_ADMIN")
    unknown = gid("CustomerLevel", market.apple)

    denied = await market.buyer.ask(GRID, input={"levelIds": levels(market)})
    answers = [
        await person.ask(GRID, input={"levelIds": [column]})
        for person, column in (
            (foreign, market.level(market.gold)),
            (rival, market.level(market.gold)),
            (rival, unknown),
            (market.admin, unknown),
        )
    ]
    of_lists = await rival.ask(GRID, input={"priceListIds": [gid("PriceList", market.base)]})

    assert denied.error_codes == ["FORBIDDEN"]
    assert [answer.body for answer in answers] == [answers[0].body] * len(answers)
    assert answers[0].error_codes == of_lists.error_codes == ["NOT_FOUND"]
