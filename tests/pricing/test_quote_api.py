"""The way from tables to an answer: worked examples, and what each side may see."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from app.kernel.quantity import PackagingLevel
from app.organisations.models import Organisation, TradingRelationship
from app.pricing.models import PriceEntry
from app.quotes.operations import QuoteLine, quote_lines
from app.tenants.models import Tenant
from tests.support.prices import (
    PRICE_AT,
    ask_quote,
    asking,
    line,
    price,
    priced,
    quoted,
)
from tests.support.quoting import Trade, trade_of
from tests.support.world import LONG_AGO, World, gid

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture
async def trade(world: World) -> Trade:
    return await trade_of(world)


def nets(quote: dict[str, Any]) -> list[str]:
    return [each["net"] for each in quote["lines"]]


async def test_p1_a_level_takes_its_percentage_of_the_list_price(trade):
    await priced(trade.admin, [price(trade.sku, "3.00")])
    await priced(
        trade.admin,
        [{"percentOfList": "88"}],
        kind="LEVEL",
        name="Retailers",
        levelId=gid("CustomerLevel", trade.level),
    )

    answer = await quoted(trade.buyer, trade.relationship, line(trade.sku, "10", "CASE"))

    assert (answer["net"], answer["tax"], answer["gross"]) == ("633.60", "82.37", "715.97")
    assert answer["lines"][0]["unitPrice"] == "63.36"


@pytest.mark.parametrize(("break_type", "net"), [("ALL_UNITS", "540"), ("GRADUATED", "574")])
async def test_p2_breaks_price_all_units_or_each_interval(trade, break_type, net):
    scale = [("1", "10.00"), ("20", "9.50"), ("50", "9.00")]
    entries = [price(trade.sku, amount, fromQuantity=start) for start, amount in scale]
    await priced(trade.admin, entries, breakType=break_type)

    answer = await quoted(trade.buyer, trade.relationship, line(trade.sku, "60"))

    assert answer["net"] == net


async def test_p3_breaks_count_all_lines_of_the_sku(trade):
    entries = [
        price(trade.sku, "2.64"),
        price(trade.sku, "2.50", fromQuantity="3", fromUnit="CASE"),
    ]
    await priced(trade.admin, entries)
    lines = line(trade.sku, "2", "CASE"), line(trade.sku, "5", "INNER"), line(trade.sku, "3")

    answer = await quoted(trade.buyer, trade.relationship, *lines)

    assert nets(answer) == ["120", "75", "7.50"]
    assert [each["pieces"] for each in answer["lines"]] == ["48", "30", "3"]


@pytest.mark.parametrize(("quantity", "net"), [("5", "20.83"), ("7", "29.17"), ("24", "100")])
async def test_p4_pieces_of_a_case_price_do_not_drift(trade, quantity, net):
    await priced(trade.admin, [price(trade.sku, "100.00", packagingLevel="CASE")])

    answer = await quoted(trade.buyer, trade.relationship, line(trade.sku, quantity))

    assert answer["net"] == net


@pytest.mark.parametrize(("rule", "net"), [("CONTRACT_WINS", "1470"), ("LOWEST_WINS", "1440")])
async def test_p5_a_contract_wins_or_competes(trade, rule, net):
    base = [price(trade.sku, "2.64"), price(trade.sku, "2.40", fromQuantity="500")]
    await priced(trade.admin, base)
    await priced(
        trade.admin,
        [price(trade.sku, "2.45")],
        kind="CONTRACT",
        name="Shop contract",
        relationshipId=gid("TradingRelationship", trade.relationship),
        contractRule=rule,
    )

    answer = await quoted(trade.buyer, trade.relationship, line(trade.sku, "600"))

    assert answer["net"] == net


@pytest.mark.parametrize(
    ("local", "net"),
    [
        (datetime(2026, 5, 31, 23, 59, 59, tzinfo=SHANGHAI), "1000"),
        (datetime(2026, 6, 1, tzinfo=SHANGHAI), "900"),
        (datetime(2026, 6, 30, 23, 59, 59, tzinfo=SHANGHAI), "900"),
        (datetime(2026, 7, 1, tzinfo=SHANGHAI), "1000"),
    ],
)
async def test_p17_an_offer_holds_through_its_last_local_day(trade, local, net):
    base = await trade.world.price(trade.brand, {trade.sku: "10.00"})
    await trade.world.save(
        PriceEntry(
            price_list_id=base,
            sku_id=trade.sku,
            amount=Decimal("9.00"),
            valid_from=datetime(2026, 5, 31, 16, tzinfo=UTC),
            valid_until=datetime(2026, 6, 30, 16, tzinfo=UTC),
            known_from=LONG_AGO,
        )
    )

    answer = await trade.admin.ask(
        PRICE_AT,
        input=asking(trade.relationship, [line(trade.sku, "100")], at=local.isoformat()),
    )

    assert answer.data["priceAt"]["net"] == net


async def test_p17_the_price_instant_of_an_operation_is_the_one_it_is_given(trade):
    base = await trade.world.price(trade.brand, {trade.sku: "10.00"})
    changed = datetime(2026, 6, 30, 16, tzinfo=UTC)
    await trade.world.save(
        PriceEntry(
            price_list_id=base,
            sku_id=trade.sku,
            amount=Decimal("11.00"),
            valid_from=changed,
            known_from=LONG_AGO,
        )
    )
    asked = [QuoteLine("a", trade.sku, PackagingLevel.PIECE, Decimal(100))]

    async def at_now(work):
        terms = await work.session.scalar(select(TradingRelationship))
        return (await quote_lines(work, terms, asked, work.now)).net

    before = await trade.world.run(at_now, now=changed - timedelta(seconds=1))
    after = await trade.world.run(at_now, now=changed)

    assert (before, after) == (Decimal(1000), Decimal(1100))


async def test_p22_tax_inside_a_price_is_gross_less_net(trade):
    await priced(trade.admin, [price(trade.sku, "100.00")], isTaxInclusive=True)

    answer = await quoted(trade.buyer, trade.relationship, line(trade.sku, "1"))

    assert (answer["net"], answer["tax"], answer["gross"]) == ("88.50", "11.50", "100")


async def test_a_break_of_a_packaging_unit_counts_for_that_unit(trade):
    entries = [
        price(trade.sku, "3.00"),
        price(trade.sku, "60.00", packagingLevel="CASE"),
        price(trade.sku, "54.00", packagingLevel="CASE", fromQuantity="10", fromUnit="CASE"),
    ]
    await priced(trade.admin, entries)

    pieces = await quoted(trade.buyer, trade.relationship, line(trade.sku, "24"))
    cases = await quoted(trade.buyer, trade.relationship, line(trade.sku, "9", "CASE"))
    many = await quoted(trade.buyer, trade.relationship, line(trade.sku, "10", "CASE"))

    assert (pieces["net"], cases["net"], many["net"]) == ("72", "540", "540")
    assert cases["lines"][0]["nextBreak"] == {"fromQuantity": "240", "unitPrice": "54"}


async def test_a_parent_level_answers_where_the_own_level_is_silent(trade):
    parent = await trade.world.level(trade.brand, "All shops")
    level = await trade.world.level(trade.brand, "Corner shops", parent)
    other = await trade.world.organisation("Other shop", "RETAILER", trade.brand)
    terms = await trade.world.relationship(trade.brand, other, level_id=level)
    await trade.world.price(trade.brand, {trade.sku: "3.00"})
    await trade.world.price(trade.brand, {trade.sku: "2.70"}, kind="LEVEL", level_id=parent)
    buyer = await trade.world.member(other, "BUYER")

    answer = await quoted(buyer, terms, line(trade.sku, "10"))

    assert answer["net"] == "27"


async def test_a_price_of_a_category_covers_what_lies_below_it(trade):
    await trade.world.price(trade.brand, {trade.sku: "3.00"})
    await priced(
        trade.admin,
        [{"percentOfList": "90", "categoryId": gid("Category", trade.world.category_id)}],
        kind="BUYER",
        name="Drinks for the shop",
        relationshipId=gid("TradingRelationship", trade.relationship),
    )

    answer = await quoted(trade.buyer, trade.relationship, line(trade.sku, "10"))

    assert answer["net"] == "27"


async def test_no_price_refuses_the_line_and_never_falls_to_zero(trade):
    free = await trade.world.sku(trade.brand, "Sample")
    await trade.world.price(trade.brand, {free: "0"})

    answer = await quoted(trade.buyer, trade.relationship, line(trade.sku, "1"), line(free, "1"))

    assert [(each["key"], each["code"]) for each in answer["refused"]] == [("0", "NO_PRICE")]
    assert [(each["key"], each["net"]) for each in answer["lines"]] == [("1", "0")]


async def test_an_ended_relationship_has_no_price_any_more(trade):
    terms = update(TradingRelationship).values(valid_until=LONG_AGO + timedelta(days=1))
    await trade.world.run(lambda work: work.session.execute(terms))

    answer = await ask_quote(trade.buyer, trade.relationship, line(trade.sku, "1"))

    assert answer.error_codes == ["RELATIONSHIP_CLOSED"]


async def test_unknown_skus_and_units_are_named_by_their_line(trade):
    unknown = await ask_quote(
        trade.buyer, trade.relationship, line(trade.sku, "1"), line(trade.brand, "1")
    )
    unpacked = await ask_quote(trade.buyer, trade.relationship, line(trade.sku, "1", "PALLET"))

    assert unknown.body["errors"][0]["extensions"] == {
        "code": "NOT_FOUND",
        "field": "lines.1.skuId",
    }
    assert unpacked.body["errors"][0]["extensions"] == {
        "code": "NO_SUCH_PACKAGING",
        "field": "lines.0.packagingLevel",
    }


@pytest.mark.parametrize("count", [1, 40])
async def test_a_quote_of_any_length_takes_the_same_statements(trade, statements, count):
    skus = [await trade.world.sku(trade.brand, case=24) for _ in range(count)]
    await trade.world.price(trade.brand, dict.fromkeys(skus, "3.00"))
    await trade.buyer.ask("{ viewer { name } }")

    with statements.counting() as sent:
        answer = await quoted(trade.buyer, trade.relationship, *(line(sku, "1") for sku in skus))
    with statements.counting() as again:
        await quoted(trade.buyer, trade.relationship, *(line(sku, "1") for sku in skus))

    assert len(answer["lines"]) == count
    # begin, actor, relationship, schemes, standing, packs, SKUs, lists, rows, bands,
    # SKUs for people, commit
    assert len(sent) == 13
    # begin, actor, standing, commit
    assert len(again) == 4


async def test_tax_is_rounded_as_the_network_says(trade):
    await trade.world.price(trade.brand, {trade.sku: "2.95"})
    lines = [line(trade.sku, "1")] * 3

    per_line = await quoted(trade.buyer, trade.relationship, *lines)
    mode = update(Tenant).where(Tenant.id == trade.world.tenant_id).values(tax_mode="PER_GROUP")
    await trade.world.run(lambda work: work.session.execute(mode))
    per_group = await quoted(trade.buyer, trade.relationship, *lines)

    assert (per_line["tax"], per_group["tax"]) == ("1.14", "1.15")


async def test_a_fallback_is_the_purchase_price_plus_margin_up_the_chain(trade, statements):
    world = trade.world
    middle = await world.organisation("Middle", "DISTRIBUTOR", trade.brand)
    last = await world.organisation("Kiosk", "RETAILER", middle)
    await world.relationship(trade.brand, middle)
    terms = await world.relationship(middle, last, allows_fallback_price=True)
    strict = await world.relationship(middle, trade.shop)
    margin = update(Organisation).where(Organisation.id == middle)
    await world.run(lambda work: work.session.execute(margin.values(standard_margin_percent=25)))
    await world.price(trade.brand, {trade.sku: "2.00"})
    kiosk, seller = (
        await world.member(last, "BUYER"),
        await world.member(middle, "ENTERPRISE_ADMIN"),
    )

    with statements.counting() as sent:
        answer = await quoted(kiosk, terms, line(trade.sku, "10", "CASE"))
    told = await quoted(seller, terms, line(trade.sku, "10", "CASE"))
    refused = await quoted(seller, strict, line(trade.sku, "10", "CASE"))

    assert answer["net"] == told["net"] == "600"
    assert [step["name"] for step in told["lines"][0]["steps"]] == ["FALLBACK", "TAX"]
    assert told["lines"][0]["steps"][0]["listId"] is None
    assert refused["refused"][0]["code"] == "NO_PRICE"
    # The seller in the middle has no list of its own, so that no row is looked for in it.
    assert sum("price_entry" in statement for statement in sent) == 1
