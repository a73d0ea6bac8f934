"""Who may ask for which price, and what of it they see."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.support.prices import (
    PRICE_AT,
    ask_quote,
    asking,
    line,
    quoted,
)
from tests.support.quoting import Trade, trade_of
from tests.support.world import World, gid


@pytest.fixture
async def trade(world: World) -> Trade:
    return await trade_of(world)


async def test_siblings_pay_their_own_price_and_cannot_ask_for_each_other(trade):
    world = trade.world
    sibling = await world.organisation("Sibling", "RETAILER", trade.brand)
    theirs = await world.relationship(trade.brand, sibling)
    await world.price(trade.brand, {trade.sku: "3.00"})
    await world.price(
        trade.brand, {trade.sku: "2.40"}, kind="BUYER", relationship_id=trade.relationship
    )
    stranger = await world.member(sibling, "BUYER", "ENTERPRISE_ADMIN")

    own = await quoted(trade.buyer, trade.relationship, line(trade.sku, "10"))
    other = await quoted(stranger, theirs, line(trade.sku, "10"))
    crossed = await ask_quote(stranger, trade.relationship, line(trade.sku, "10"))
    unknown = await ask_quote(stranger, trade.sku, line(trade.sku, "10"))

    assert (own["net"], other["net"]) == ("24", "30")
    assert crossed.error_codes == unknown.error_codes == ["NOT_FOUND"]
    assert crossed.body["errors"][0]["message"] == unknown.body["errors"][0]["message"]


async def test_another_tenant_cannot_ask(trade, database, http, settings):
    elsewhere = await World.create(database, http, settings)
    foreign = await elsewhere.member(await elsewhere.organisation("Brand"), "ENTERPRISE_ADMIN")
    await trade.world.price(trade.brand, {trade.sku: "3.00"})

    answer = await ask_quote(foreign, trade.relationship, line(trade.sku, "1"))

    assert answer.error_codes == ["NOT_FOUND"]


async def test_the_seller_sees_what_lost_and_the_buyer_sees_no_names(trade):
    world = trade.world
    await world.price(trade.brand, {trade.sku: "3.00"}, name="Secret base")
    level = await world.price(
        trade.brand, {trade.sku: "2.70"}, kind="LEVEL", level_id=trade.level, name="Secret class"
    )
    soon = datetime.now(UTC) + timedelta(days=30)
    await world.price(trade.brand, {trade.sku: "2.00"}, name="Secret plan", valid_from=soon)

    seller = await quoted(trade.admin, trade.relationship, line(trade.sku, "10"))
    buyer = await ask_quote(trade.buyer, trade.relationship, line(trade.sku, "10"))

    told, shown = seller["lines"][0], buyer.data["quote"]["lines"][0]
    codes = {(each["listName"], each["code"]) for each in told["losers"]}
    assert codes == {("Secret base", "WEAKER"), ("Secret plan", "NOT_YET_VALID")}
    assert told["steps"][1]["listId"] == gid("PriceList", level)
    assert "Secret" not in str(buyer.body)
    assert shown["losers"] == []
    assert {step["listId"] for step in shown["steps"]} == {None}
    amounts = [(step["name"], step["before"], step["after"]) for step in shown["steps"]]
    assert amounts == [(step["name"], step["before"], step["after"]) for step in told["steps"]]
    assert amounts == [("LIST", "0", "30"), ("LEVEL", "30", "27"), ("TAX", "27", "30.51")]


async def test_a_rep_asks_for_assigned_customers_only(trade):
    world = trade.world
    await world.price(trade.brand, {trade.sku: "3.00"})
    rep = await world.member(trade.brand, "SALES")

    before = await ask_quote(rep, trade.relationship, line(trade.sku, "1"))
    await world.assign_rep(trade.relationship, rep)
    after = await quoted(rep, trade.relationship, line(trade.sku, "1"))

    assert before.error_codes == ["NOT_FOUND"]
    assert after["net"] == "3"


async def test_a_rep_does_not_learn_what_the_own_organisation_pays(trade):
    rep = await trade.world.member(trade.shop, "SALES")

    answer = await ask_quote(rep, trade.relationship, line(trade.sku, "1"))

    assert answer.error_codes == ["NOT_FOUND"]


async def test_a_warehouse_keeper_may_not_ask(trade):
    keeper = await trade.world.member(trade.shop, "WAREHOUSE")

    answer = await ask_quote(keeper, trade.relationship, line(trade.sku, "1"))

    assert answer.error_codes == ["FORBIDDEN"]


async def test_a_buyer_may_not_ask_for_other_instants(trade):
    question = asking(trade.relationship, [line(trade.sku, "1")], at="2030-01-01T00:00:00Z")

    answer = await trade.buyer.ask(PRICE_AT, input=question)

    assert answer.error_codes == ["FORBIDDEN"]


async def test_who_buys_cannot_ask_for_other_instants_by_reading_own_prices(trade):
    admin = await trade.world.member(trade.shop, "ENTERPRISE_ADMIN")
    question = asking(trade.relationship, [line(trade.sku, "1")], at="2030-01-01T00:00:00Z")

    answer = await admin.ask(PRICE_AT, input=question)

    assert answer.error_codes == ["NOT_FOUND"]
