"""The catalogue after promotions: the price of one unit, and what is offered to whom."""

from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from sqlalchemy import update

from app.kernel.quantity import PackagingLevel
from app.promotions.models import SchemeBudget, SchemeStanding, TradeScheme, TradeSchemeVersion
from app.promotions.rules.alone import LinesAlone
from app.promotions.rules.terms import Eligibility, Gift, Limits, ProductScope
from app.promotions.rules.words import BenefitKind, Calculation, FreeGoodsKind, Lane, Measure
from tests.quotes.conftest import Market
from tests.support.console import OWN_PRICES, OWN_PRICES_AT
from tests.support.prices import line, quoted
from tests.support.promotions import Trade
from tests.support.schemes import tiers
from tests.support.world import LONG_AGO, Person, gid

LINE: dict[str, Any] = {
    "lane": Lane.LINE,
    "benefit": BenefitKind.PERCENT_OFF,
    "measure": Measure.QUANTITY,
    "tiers": tiers((1, 10)),
}
TEN_PLUS_ONE: dict[str, Any] = {
    "lane": Lane.FREE_GOODS,
    "benefit": BenefitKind.FREE_GOODS,
    "measure": Measure.PACKS,
    "packaging_level": PackagingLevel.CASE,
    "tiers": tiers((10, 1)),
    "gift": Gift(kind=FreeGoodsKind.EXCLUSIVE, packaging_level=PackagingLevel.CASE),
}


@pytest.fixture
def trade(market: Market) -> Trade:
    return Trade(market.world, market.brand, market.shop, market.shop, market.apple)


def only(*sku_ids) -> ProductScope:
    return ProductScope(sku_ids=sku_ids)


async def items(market: Market, person: Person | None = None, **variables) -> dict[str, Any]:
    answer = await (person or market.buyer).ask(OWN_PRICES, id=market.terms, **variables)
    nodes = [edge["node"] for edge in answer.data["catalogue"]["edges"]]
    return {node["sku"]["product"]["name"]: node for node in nodes}


async def after_schemes(
    market: Market, name: str, person: Person | None = None
) -> list[str | None]:
    return [offer["schemePrice"] for offer in (await items(market, person))[name]["offers"]]


async def names(market: Market, name: str, person: Person | None = None) -> list[str]:
    return [scheme["name"] for scheme in (await items(market, person))[name]["schemes"]]


async def many_schemes(market: Market, trade: Trade) -> None:
    """Schemes of every lane and calculation, groups, limits, audiences and coupons together."""
    apple, beer, gold = market.apple, market.beer, Eligibility(level_ids=(market.gold,))
    case = PackagingLevel.CASE
    await trade.scheme("Three percent", **LINE | {"tiers": tiers((1, 3))})
    await trade.scheme(
        "Case price",
        **LINE
        | {"benefit": BenefitKind.FIXED_PRICE, "measure": Measure.PACKS, "tiers": tiers((1, 55))},
        packaging_level=case,
        scope=only(apple),
        sequence=5,
    )
    await trade.scheme(
        "Two cases",
        **LINE | {"measure": Measure.PACKS, "tiers": tiers((2, 20))},
        packaging_level=case,
        scope=only(beer),
    )
    group = {"exclusion_group": "gold", "eligibility": gold, "sequence": 7}
    await trade.scheme("Gold seven", **LINE | {"tiers": tiers((1, 7))}, **group)
    off = LINE | {"benefit": BenefitKind.AMOUNT_OFF, "tiers": tiers((1, "0.3333"))}
    await trade.scheme("Gold coin", **off, **group)
    await trade.scheme("Twelve", **LINE | {"measure": Measure.AMOUNT, "tiers": tiers((12, 5))})
    await trade.scheme(
        "Every six",
        **LINE | {"tiers": tiers((6, 4)), "calculation": Calculation.RECURRING},
        sequence=200,
    )
    await trade.scheme(
        "Small budget", **LINE, limits=Limits(money=Decimal("0.04")), scope=only(beer)
    )
    first = Eligibility(first_order_only=True)
    await trade.scheme("First", **LINE | {"tiers": tiers((1, 1))}, eligibility=first)
    await trade.scheme("Coupon", **LINE | {"tiers": tiers((1, 50))}, needs_coupon=True)
    silver = Eligibility(level_ids=(market.silver,))
    await trade.scheme("Silver", **LINE | {"tiers": tiers((1, 40))}, eligibility=silver)
    await trade.scheme("Ten plus one", **TEN_PLUS_ONE)
    await trade.scheme("Order", tiers=tiers((1_000, 10)))


@pytest.mark.parametrize("more", [{}, {"is_tax_inclusive": True}])
async def test_the_price_of_one_unit_is_what_its_quote_comes_to(market, trade, more):
    await many_schemes(market, trade)
    await market.world.price(
        market.brand,
        {market.apple: "2.3456", market.beer: "0.125", market.cola: "11.99"},
        name="Shop's",
        kind="LEVEL",
        level_id=market.gold,
        priority=9,
        **more,
    )

    found = await items(market)

    changed = 0
    for item in found.values():
        for offer in item["offers"]:
            asked = {"skuId": item["sku"]["id"], "quantity": "1"}
            asked["packagingLevel"] = offer["packagingLevel"]
            (answer,) = (await quoted(market.buyer, market.shop, asked))["lines"]
            price = Decimal(offer["schemePrice"] or offer["unitPrice"])
            assert offer["isTaxInclusive"] is answer["isTaxInclusive"] is bool(more)
            rounded = price.quantize(Decimal("0.01"), ROUND_HALF_UP)
            assert rounded == Decimal(answer["gross" if more else "net"])
            changed += offer["schemePrice"] is not None
    assert changed == 5


async def test_a_price_of_the_past_is_what_was_quoted_then(market, trade):
    await trade.scheme(**LINE)
    await market.world.run(
        lambda work: work.session.execute(
            update(TradeSchemeVersion).values(valid_from=datetime(2026, 3, 1, tzinfo=UTC))
        )
    )

    before, after = [
        await market.buyer.ask(OWN_PRICES_AT, id=market.terms, at=f"2026-{month}-01T00:00:00Z")
        for month in ("02", "03")
    ]

    shown = [
        answer.data["customerPriceList"]["edges"][0]["node"]["offers"][0]["schemePrice"]
        for answer in (before, after)
    ]
    assert shown == [None, "2.25"]


async def test_a_scheme_of_some_goods_changes_only_their_prices(market, trade):
    await trade.scheme(**LINE, scope=only(market.apple))

    found = await items(market)

    assert [offer["schemePrice"] for offer in found["Apple juice"]["offers"]] == ["2.25", "54"]
    assert [offer["unitPrice"] for offer in found["Apple juice"]["offers"]] == ["2.50", "60"]
    assert [offer["schemePrice"] for offer in found["Beer"]["offers"]] == [None, None]
    assert [offer["schemePrice"] for offer in found["Cola"]["offers"]] == [None]


@pytest.mark.usefixtures("queries_run_once")
async def test_goods_that_no_scheme_touches_are_put_in_no_basket(market, trade, monkeypatch):
    asked = []
    await trade.scheme(**LINE, scope=only(market.apple))
    await trade.scheme(**TEN_PLUS_ONE, scope=only(market.beer))
    await trade.scheme(**LINE, eligibility=Eligibility(level_ids=(market.silver,)))
    reduced = LinesAlone.reduced

    def seen(lines, line):
        asked.append(line.sku_id)
        return reduced(lines, line)

    monkeypatch.setattr(LinesAlone, "reduced", seen)

    await items(market)

    assert asked == [market.apple, market.apple]


async def test_a_contract_price_that_is_not_promotable_stays(market, trade):
    await trade.scheme(**LINE)
    await market.world.price(
        market.brand,
        {market.apple: "1.80"},
        name="Contract",
        kind="CONTRACT",
        relationship_id=market.shop,
        is_promotable=False,
    )

    found = (await items(market))["Apple juice"]["offers"]

    assert [(offer["unitPrice"], offer["schemePrice"]) for offer in found] == [
        ("1.80", None),
        ("43.20", None),
    ]


async def test_the_price_after_schemes_sorts_and_filters(market, trade):
    await trade.scheme(**LINE | {"tiers": tiers((1, 40))}, scope=only(market.apple))

    cheap = await items(market, sort="PRICE_LOW_FIRST")
    dear = await items(market, sort="PRICE_HIGH_FIRST")
    below = await items(market, maximum="1.50")
    above = await items(market, minimum="1.51")

    assert [*cheap] == ["Apple juice", "Beer", "Cola"]
    assert [*dear] == ["Beer", "Apple juice", "Cola"]
    assert [*below] == ["Apple juice"]
    assert [*above] == ["Beer"]


async def test_schemes_stand_by_sequence_and_say_what_they_give_until_when(market, trade):
    await trade.scheme("Later", **LINE, sequence=20)
    await trade.scheme("Gift", **TEN_PLUS_ONE, sequence=10, scope=only(market.apple))
    ends = datetime(2100, 1, 1, tzinfo=UTC)
    await market.world.run(
        lambda work: work.session.execute(update(TradeSchemeVersion).values(valid_until=ends))
    )

    found = await items(market)

    until = "2100-01-01T00:00:00+00:00"
    later = {"name": "Later", "text": "from 1 piece: 10 % off", "validUntil": until}
    gift = {"name": "Gift", "text": "from 10 cases: 1 case free", "validUntil": until}
    assert found["Apple juice"]["schemes"] == [gift, later]
    assert found["Beer"]["schemes"] == [later]


async def test_no_scheme_that_is_not_for_the_buyer_ever_shows(market, trade):
    """Neither of a sibling, its level, a coupon's holder, another currency, nor a draft."""
    hidden = LINE | {"tiers": tiers((1, 60))}
    await trade.scheme(
        "Secret 1", **hidden, eligibility=Eligibility(relationship_ids=(market.sibling,))
    )
    await trade.scheme("Secret 2", **hidden, eligibility=Eligibility(level_ids=(market.silver,)))
    tier = await trade.tier("Secret tier", "1")
    await trade.scheme("Secret 3", **hidden, eligibility=Eligibility(membership_tier_ids=(tier,)))
    await trade.scheme("Secret 4", **hidden, eligibility=Eligibility(channels=("WHOLESALE",)))
    await trade.scheme("Secret 5", **hidden | {"currency": "USD"})
    await trade.scheme("Secret 6", **hidden, needs_coupon=True)
    await trade.scheme("Secret 7", **hidden, active=False)
    other = await market.world.organisation("Other", "BRAND")
    await Trade(market.world, other, other, market.shop, market.apple).scheme("Secret 8", **hidden)
    await trade.scheme("For all", **LINE)

    answers = [
        await person.ask(document, id=market.terms)
        for person in (market.buyer, market.admin)
        for document in (OWN_PRICES, OWN_PRICES_AT)
    ]
    sibling = await market.stranger.ask(OWN_PRICES, id=gid("TradingRelationship", market.sibling))

    assert all("Secret" not in str(answer.body) for answer in answers)
    assert all("'2.25'" in str(answer.body) for answer in answers)
    assert "'Secret 1'" in str(sibling.body)


async def test_a_siblings_schemes_are_as_unknown_as_none(market, trade):
    await trade.scheme("For all", **LINE)

    crossed, nothing = [
        await market.stranger.ask(OWN_PRICES, id=key)
        for key in (market.terms, gid("TradingRelationship", market.apple))
    ]

    assert crossed.body == nothing.body
    assert crossed.error_codes == ["NOT_FOUND"]


@pytest.mark.parametrize(
    "limits",
    [{"uses": 1}, {"money": Decimal(1)}, {"uses_per_buyer": 1}, {"money_per_buyer": Decimal(1)}],
)
async def test_what_is_used_up_is_neither_shown_nor_taken_off(market, trade, limits):
    scheme = await trade.scheme(**LINE, limits=Limits(**limits))
    assert await after_schemes(market, "Apple juice") == [
        "2.25",
        "54" if "uses" in str(limits) else "59",
    ]

    await market.world.run(lambda work: _use_up(work, scheme, market))

    assert await after_schemes(market, "Apple juice") == [None, None]
    assert await names(market, "Apple juice") == []


async def _use_up(work, scheme, market: Market) -> None:
    await work.session.execute(
        update(SchemeBudget).where(SchemeBudget.scheme_id == scheme).values(uses=1, money_used=1)
    )
    await work.save(
        SchemeStanding(scheme_id=scheme, relationship_id=market.shop, uses=1, money=Decimal(1))
    )


async def test_a_scheme_that_fails_is_told_to_the_seller_and_harms_nothing(market, trade):
    await trade.scheme("Broken", **LINE | {"benefit": BenefitKind.FREE_GOODS})
    await trade.scheme("Sound", **LINE)

    buyers, sellers = await items(market), await items(market, market.admin)

    for found in (buyers, sellers):
        assert found["Apple juice"]["offers"][0]["schemePrice"] == "2.25"
        assert [each["name"] for each in found["Apple juice"]["schemes"]] == ["Sound"]
    assert [problem["name"] for problem in sellers["Beer"]["problems"]] == ["Broken"]
    assert buyers["Beer"]["problems"] == []


async def test_an_ended_scheme_is_gone(market, trade):
    scheme = await trade.scheme(**LINE)
    await market.world.run(
        lambda work: work.session.execute(
            update(TradeSchemeVersion)
            .where(TradeSchemeVersion.scheme_id == scheme)
            .values(valid_until=work.now - timedelta(seconds=1))
        )
    )
    await market.world.run(
        lambda work: work.session.execute(
            update(TradeScheme).where(TradeScheme.id == scheme).values(ended_at=LONG_AGO)
        )
    )

    assert await after_schemes(market, "Apple juice") == [None, None]
    assert await names(market, "Apple juice") == []


@pytest.mark.parametrize("schemes", [0, 30])
@pytest.mark.parametrize("sort", ["NAME", "PRICE_LOW_FIRST"])
async def test_no_scheme_adds_a_statement(market, trade, statements, schemes, sort):
    for _ in range(schemes):
        await trade.scheme(**LINE, limits=Limits(uses=9))
    await market.buyer.ask("{ viewer { name } }")

    with statements.counting() as sent:
        answer = await market.buyer.ask(OWN_PRICES, id=market.terms, sort=sort)
    with statements.counting() as again:
        await market.buyer.ask(OWN_PRICES, id=market.terms, sort=sort)

    found = [len(edge["node"]["schemes"]) for edge in answer.data["catalogue"]["edges"]]
    assert found == [schemes] * 3
    # One is for the assortment that the buyer is held to.
    assert len(sent) == 14
    # begin, actor, standing, commit; and the search itself where prices decide the order
    assert len(again) == (4 if sort == "NAME" else 5)


async def test_a_whole_case_may_reach_what_a_piece_does_not(market, trade):
    await trade.scheme(**LINE | {"tiers": tiers((24, 10))})

    assert await after_schemes(market, "Apple juice") == [None, "54"]
    one_case = line(market.apple, "1", "CASE")
    (answer,) = (await quoted(market.buyer, market.shop, one_case))["lines"]
    assert answer["net"] == "54"
