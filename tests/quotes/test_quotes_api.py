"""The whole quote through the API: what each side asks, sees, and may not."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select, update

from app.catalog.models import ReturnableContainer, SkuPackaging
from app.organisations.models import TradingRelationship
from app.pricing.models import PriceChangeRow, PriceChangeSet, PriceList
from app.quotes.operations import QuoteLine, quote_lines, recompute
from app.quotes.rules import ManualPrice
from tests.support.chain import Chain
from tests.support.order_terms import (
    authority,
    band,
    coupon,
    points,
    rep_of,
    ten_plus_one,
    trade_of,
)
from tests.support.world import LONG_AGO, Person, gid

FIELDS = """
  net tax gross deposits total pointsRedeemed knownAt
  lines { key net discount priceAmount discountPercent discountReason discountGivenBy isFree
    listValue pieces deposit guard guardReasons { kind limit } containers { name quantity amount }
    steps { name before after reason schemeId } losers { listName } }
  refused { key code }
  benefits { name money pieces fundedMoney }
  hints { name text }
  losingSchemes { name code }
  coupons { code isAccepted reason }
  problems { name }
  approvalCauses { kind lineKey text }
"""
QUOTE = f"query($input: QuoteInput!) {{ quote(input: $input) {{ {FIELDS} }} }}"
SIMULATE = QUOTE.replace("QuoteInput", "SimulateQuoteInput").replace("{ quote(", "{ simulateQuote(")


@pytest.fixture
async def chain(world):
    return await Chain.create(world)


@pytest.fixture
async def seller(chain):
    return await chain.world.member(chain.distributor, "ENTERPRISE_ADMIN")


@pytest.fixture
async def buyer(chain):
    return await chain.world.member(chain.retailer, "BUYER")


def asking(chain: Chain, quantity: str = "10", level: str = "CASE", **more):
    of_line = {name: more.pop(name) for name in [*more] if name.startswith("discount")}
    line = {"skuId": gid("Sku", chain.sku), "quantity": quantity, "packagingLevel": level}
    return {
        "relationshipId": gid("TradingRelationship", chain.downstream),
        "lines": [line | of_line],
        **more,
    }


async def quoted(person: Person, chain: Chain, *args: str, **more):
    answer = await person.ask(QUOTE, input=asking(chain, *args, **more))
    return answer.data["quote"]


async def simulated(person: Person, chain: Chain, *args: str, **more):
    answer = await person.ask(SIMULATE, input=asking(chain, *args, **more))
    return answer.data["simulateQuote"]


async def test_deposits_and_cash_discount_stand_in_every_quote(chain, buyer):
    crate = ReturnableContainer(name="Crate", deposit=Decimal(8), currency="CNY")
    bottle = ReturnableContainer(name="Bottle", deposit=Decimal("0.50"), currency="CNY")
    await chain.world.save(crate, bottle)
    for level, box in (("CASE", crate), ("PIECE", bottle)):
        packs = update(SkuPackaging).where(SkuPackaging.level == level)
        await chain.world.run(_doing(packs.values(container_id=box.id)))
    await chain.world.run(_discounted(chain))

    quote = await quoted(buyer, chain)

    assert (quote["net"], quote["deposits"]) == ("620.93", "200")
    assert Decimal(quote["total"]) == Decimal(quote["gross"]) + 200
    containers = {each["name"]: each["quantity"] for each in quote["lines"][0]["containers"]}
    assert containers == {"Crate": "10", "Bottle": "240"}
    assert [step["name"] for step in quote["lines"][0]["steps"]] == [
        "LIST",
        "CASH_DISCOUNT",
        "TAX",
    ]


@pytest.mark.parametrize(("limit", "causes"), [("10", []), ("4", ["DISCOUNT_AUTHORITY"])])
async def test_a_rep_discounts_within_the_own_authority(chain, buyer, limit, causes):
    rep = await rep_of(chain, limit)

    quote = await quoted(rep, chain, discountPercent="5", discountReason="first order")

    (line,) = quote["lines"]
    assert (quote["net"], line["discount"]) == ("601.92", "31.68")
    assert (line["discountGivenBy"], line["discountReason"]) == ("Rep Chen", "first order")
    assert [cause["kind"] for cause in quote["approvalCauses"]] == causes


async def test_nobody_else_discounts_by_hand(chain, buyer):
    stranger = await chain.world.member(chain.distributor, "SALES")
    wish = asking(chain, discountPercent="5", discountReason="please")

    answers = [await person.ask(QUOTE, input=wish) for person in (buyer, stranger)]

    assert [answer.error_codes for answer in answers] == [["FORBIDDEN"], ["NOT_FOUND"]]


@pytest.mark.parametrize(
    ("percent", "reason", "field"),
    [
        ("0", "why", "lines.0.discountPercent"),
        ("101", "why", "lines.0.discountPercent"),
        ("5", " ", "lines.0.discountReason"),
    ],
)
async def test_a_discount_says_how_much_and_why(chain, percent, reason, field):
    rep = await rep_of(chain, "10")
    wish = asking(chain, discountPercent=percent, discountReason=reason)

    answer = await rep.ask(QUOTE, input=wish)

    assert answer.body["errors"][0]["extensions"]["field"] == field


async def test_both_sides_see_schemes_and_only_the_seller_what_lies_behind(chain, seller, buyer):
    trade = trade_of(chain)
    await trade.scheme(name="Ten plus one", **ten_plus_one())
    await trade.scheme(name="Secret loser", needs_coupon=True)
    await authority(chain, seller, "1")
    await band(chain, "APPROVAL", floor="2.50")

    told = await quoted(seller, chain, discountPercent="5", discountReason="secret reason")
    shown = await quoted(buyer, chain)

    assert [line["isFree"] for line in shown["lines"]] == [False, True]
    assert (shown["lines"][1]["net"], shown["lines"][1]["listValue"]) == ("0", "63.36")
    assert [benefit["name"] for benefit in shown["benefits"]] == ["Ten plus one"]
    assert "Ten plus one" in shown["lines"][1]["steps"][1]["reason"]
    assert [cause["kind"] for cause in told["approvalCauses"]] == [
        "DISCOUNT_AUTHORITY",
        "PRICE_GUARD",
    ]
    assert told["lines"][0]["guardReasons"] == [{"kind": "FLOOR", "limit": "2.50"}]
    assert told["losingSchemes"][0]["name"] == "Secret loser"
    assert shown["losingSchemes"] == shown["approvalCauses"] == []
    assert (shown["lines"][0]["guard"], shown["lines"][0]["guardReasons"]) == ("PASS", [])
    assert "Secret" not in str(shown)
    assert {step["schemeId"] for line in shown["lines"] for step in line["steps"]} == {None}


async def test_coupons_and_points_are_told_whether_they_count(chain, buyer):
    scheme = await trade_of(chain).scheme(name="With code", needs_coupon=True)
    await coupon(chain, scheme, "TEA10")
    await points(chain, 50)

    plain = await quoted(buyer, chain)
    quote = await quoted(buyer, chain, couponCodes=["TEA10", "NOPE"], pointsToRedeem=80)

    assert [each["isAccepted"] for each in quote["coupons"]] == [True, False]
    assert quote["pointsRedeemed"] == 50
    assert Decimal(plain["net"]) - Decimal(quote["net"]) == Decimal(10) + Decimal(5)


async def test_a_simulation_lays_drafts_over_and_writes_nothing(chain, seller, buyer):
    trade = trade_of(chain)
    draft = await trade.scheme(active=False, name="Draft")
    prices = await chain.world.run(_price_list_of(chain))
    change = await _draft_change(chain, prices, "2.00")
    drafts = {
        "changeSetIds": [gid("PriceChangeSet", change)],
        "schemeIds": [gid("TradeScheme", draft)],
    }

    plain = await simulated(seller, chain)
    laid_over = await simulated(seller, chain, **drafts)
    now = await quoted(buyer, chain)

    assert (plain["net"], laid_over["net"], now["net"]) == ("633.60", "470", "633.60")
    assert [each["name"] for each in laid_over["benefits"]] == ["Draft"]


async def test_drafts_of_others_are_unknown_and_buyers_simulate_nothing(chain, seller, buyer):
    trade = trade_of(chain)
    trade.seller = chain.brand
    scheme = await trade.scheme(active=False)
    foreign = {"schemeIds": [gid("TradeScheme", scheme)]}
    unknown = {"changeSetIds": [gid("PriceChangeSet", chain.sku)]}

    answers = [
        await seller.ask(SIMULATE, input=asking(chain, **drafts)) for drafts in (foreign, unknown)
    ]
    admin = await chain.world.member(chain.retailer, "ENTERPRISE_ADMIN")
    crossed = await admin.ask(SIMULATE, input=asking(chain))
    refused = await buyer.ask(SIMULATE, input=asking(chain))

    assert [answer.body["errors"][0]["extensions"] for answer in answers] == [
        {"code": "NOT_FOUND", "field": "schemeIds.0"},
        {"code": "NOT_FOUND", "field": "changeSetIds.0"},
    ]
    assert (crossed.error_codes, refused.error_codes) == (["NOT_FOUND"], ["FORBIDDEN"])


@pytest.mark.parametrize("lines", [1, 30])
async def test_a_simulation_with_everything_takes_the_same_statements(
    chain, seller, statements, lines
):
    trade = trade_of(chain)
    scheme = await trade.scheme(needs_coupon=True)
    await coupon(chain, scheme, "TEA10")
    await trade.scheme(**ten_plus_one())
    await band(chain, "APPROVAL", floor="2.50", minimum_margin_percent="5")
    prices = await chain.world.run(_price_list_of(chain))
    change = await _draft_change(chain, prices, "2.00")
    skus = [chain.sku, *[await chain.world.sku(chain.brand) for _ in range(lines)]]
    wish = asking(chain, couponCodes=["TEA10"])
    wish["changeSetIds"] = [gid("PriceChangeSet", change)]
    wish["lines"] = [{"skuId": gid("Sku", sku), "quantity": "300"} for sku in skus]
    await seller.ask("{ viewer { name } }")

    with statements.counting() as sent:
        answer = await seller.ask(SIMULATE, input=wish)

    assert len(answer.data["simulateQuote"]["lines"]) >= 1
    # begin, actor, relationship, change sets, schemes, standing, coupons, packs, SKUs, lists,
    # rows, drafts, bands, own purchase with lists and rows, commit
    assert len(sent) == 17


async def test_a_stored_quote_comes_out_the_same_after_prices_and_schemes_changed(chain):
    trade = trade_of(chain)
    await trade.scheme(name="Ten plus one", **ten_plus_one())
    await trade.scheme(name="Off")
    await chain.world.run(_discounted(chain))
    by_hand = ManualPrice(
        discount_percent=Decimal(3), reason="why", by="Wei", authority_percent=Decimal(5)
    )
    sku, level = chain.sku, "CASE"

    async def asked(work):
        terms = await work.session.scalar(_terms(chain))
        lines = [QuoteLine("0", sku, level, Decimal(25), by_hand)]
        return await quote_lines(work, terms, lines, work.now)

    stored = await chain.world.run(asked)
    later = datetime.now(UTC) + timedelta(days=400)
    await chain.world.price(
        chain.distributor,
        {sku: "1.00"},
        kind="BUYER",
        relationship_id=chain.downstream,
        known_from=later - timedelta(days=1),
    )
    fresh = await chain.world.run(asked, now=later)
    again = await chain.world.run(lambda work: recompute(work, stored), now=later)

    assert fresh.net != stored.net
    assert again.lines == stored.lines
    assert again == stored


def _doing(statement):
    return lambda work: work.session.execute(statement)


def _terms(chain: Chain):
    return select(TradingRelationship).where(TradingRelationship.id == chain.downstream)


def _discounted(chain: Chain):
    terms = update(TradingRelationship).where(TradingRelationship.id == chain.downstream)
    return _doing(terms.values(cash_discount_percent=2))


def _price_list_of(chain: Chain):
    found = select(PriceList.id).where(PriceList.seller_id == chain.distributor)
    return lambda work: work.session.scalar(found)


async def _draft_change(chain: Chain, prices, amount: str):
    change = PriceChangeSet(
        seller_id=chain.distributor,
        name="Cheaper",
        effective_from=LONG_AGO,
        created_at=LONG_AGO,
    )
    await chain.world.save(change)
    row = PriceChangeRow(
        change_set_id=change.id,
        position=1,
        price_list_id=prices,
        sku_id=chain.sku,
        amount=Decimal(amount),
        valid_from=LONG_AGO,
    )
    await chain.world.save(row)
    return change.id
