"""What a buyer may know of the seller's stock: whether there is any for it, and no more."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from app.catalog.models import Sku
from app.kernel.ids import new_id
from app.organisations.models import TradingRelationship
from tests.quotes.conftest import Market
from tests.support.days import network_day
from tests.support.stock import receive, reserve
from tests.support.world import Person, World, gid

_ITEMS = "edges { node { sku { product { name } } %s } }"
_STATE = "availability { state }"
CATALOGUE = """query ($id: ID!, $first: Int! = 20) {
  catalogue(relationshipId: $id, first: $first) { %s }
}"""
BOTH = """query ($one: ID!, $other: ID!) {
  one: catalogue(relationshipId: $one) { %s }
  other: catalogue(relationshipId: $other) { %s }
}"""
LIST = "query ($id: ID!, $at: DateTime) { customerPriceList(relationshipId: $id, at: $at) { %s } }"
WITHOUT = CATALOGUE % (_ITEMS % "offers { pieces }")
WITH = CATALOGUE % (_ITEMS % f"offers {{ pieces }} {_STATE}")


def states(page) -> dict[str, str | None]:
    nodes = [edge["node"] for edge in page["edges"]]
    return {
        node["sku"]["product"]["name"]: node["availability"] and node["availability"]["state"]
        for node in nodes
    }


async def shown(market: Market, person: Person | None = None) -> dict[str, str | None]:
    answer = await (person or market.buyer).ask(WITH, id=market.terms)
    return states(answer.data["catalogue"])


def stocked(*names: str) -> dict[str, str]:
    return {
        name: "IN_STOCK" if name in names else "OUT_OF_STOCK"
        for name in ("Apple juice", "Beer", "Cola")
    }


async def change_terms(market: Market, **terms) -> None:
    statement = update(TradingRelationship).where(TradingRelationship.id == market.shop)
    await market.world.run(lambda work: work.session.execute(statement.values(**terms)))


async def test_goods_are_in_stock_while_the_seller_has_some_that_nobody_is_promised(market):
    goods = [(market.apple, 5, "A", None), (market.beer, 5, "B", None)]
    await receive(market.world, market.brand, *goods)
    await reserve(market.world, market.brand, new_id(), (new_id(), market.apple, 5))
    await reserve(market.world, market.brand, new_id(), (new_id(), market.beer, 4))

    assert await shown(market) == stocked("Beer")
    assert await shown(market, market.admin) == stocked("Beer")


async def test_pieces_of_all_warehouses_count_together(market):
    for name in ("North", "South"):
        warehouse = await market.world.warehouse(market.brand, name)
        before = await shown(market)
        await receive(
            market.world, market.brand, (market.apple, "0.5", name, None), warehouse=warehouse
        )

    assert before == stocked()
    assert await shown(market) == stocked("Apple juice")


async def test_only_lots_that_a_reservation_would_take_count(market):
    """The buyer asks for ten days after two of delivery, as its orders do (Our rule 10)."""
    await change_terms(market, minimum_shelf_life_days=10, delivery_days=2)
    goods = [
        (market.apple, 5, "gone off", network_day(-2)),
        (market.beer, 5, "too short", network_day(10)),
        (market.cola, 5, "long enough", network_day(13)),
    ]
    await receive(market.world, market.brand, *goods)

    asked = await shown(market)
    await change_terms(market, minimum_shelf_life_days=0)

    assert asked == stocked("Cola")
    assert await shown(market) == stocked("Beer", "Cola")


async def test_a_share_of_the_shelf_life_may_be_asked_for(market):
    """A quarter of 100 days from tomorrow: the 26th day is too early by one."""
    life = update(Sku).where(Sku.id.in_([market.apple, market.beer]))
    await market.world.run(lambda work: work.session.execute(life.values(shelf_life_days=100)))
    await change_terms(
        market, minimum_shelf_life_percent=25, minimum_shelf_life_days=3, delivery_days=1
    )
    goods = [
        (market.apple, 5, "too short", network_day(25)),
        (market.beer, 5, "long enough", network_day(26)),
        (market.cola, 5, "of no known life", network_day(4)),
    ]
    await receive(market.world, market.brand, *goods)

    assert await shown(market) == stocked("Beer", "Cola")


async def test_stock_of_nobody_but_the_seller_counts(market, database, http, settings):
    """Not the buyer's, nor a sibling's, nor what the same goods come to in another network."""
    buyers = [market.buyer.organisation_id, market.stranger.organisation_id]
    for number, organisation in enumerate(buyers):
        await receive(market.world, organisation, (market.apple, 9, f"L{number}", None))
    other = await World.create(database, http, settings)
    brand = await other.organisation("Brand", "BRAND")
    await receive(other, brand, (await other.sku(brand, "Apple juice"), 9, "L", None))

    assert await shown(market) == stocked()
    assert await shown(market, market.admin) == stocked()


async def test_sellers_asked_in_one_breath_keep_their_stock_apart(market):
    shop = market.buyer.organisation_id
    other = await market.world.organisation("Other brand", "DISTRIBUTOR")
    terms = gid("TradingRelationship", await market.world.relationship(other, shop))
    await receive(market.world, market.brand, (market.apple, 9, "L", None))
    await receive(market.world, other, (market.beer, 9, "L", None))
    items = _ITEMS % _STATE

    answer = await market.buyer.ask(BOTH % (items, items), one=market.terms, other=terms)

    assert states(answer.data["one"]) == stocked("Apple juice")
    assert states(answer.data["other"]) == stocked("Beer")


async def test_a_price_list_tells_of_now_and_past_customers_learn_nothing(market):
    await receive(market.world, market.brand, (market.apple, 9, "L", None))
    document = LIST % (_ITEMS % _STATE)
    asked = {"id": market.terms, "at": "2026-01-01T00:00:00Z"}
    before = await market.buyer.ask(document, **asked)

    await change_terms(market, valid_until=datetime.now(UTC))
    after = await market.buyer.ask(document, **asked)
    closed = await market.buyer.ask(WITH, id=market.terms)

    assert states(before.data["customerPriceList"]) == stocked("Apple juice")
    assert states(after.data["customerPriceList"]) == dict.fromkeys(stocked())
    assert closed.error_codes == ["RELATIONSHIP_CLOSED"]


async def test_a_siblings_stock_is_as_unknown_as_none(market, database, http, settings):
    await receive(market.world, market.brand, (market.apple, 9, "L", None))
    other = await World.create(database, http, settings)
    foreigner = await other.member(await other.organisation("Shop", "RETAILER"), "BUYER")

    for person in (market.stranger, foreigner):
        crossed = await person.ask(WITH, id=market.terms)
        unknown = await person.ask(WITH, id=gid("TradingRelationship", market.apple))
        assert crossed.body == unknown.body
        assert crossed.error_codes == ["NOT_FOUND"]


async def test_who_sees_no_prices_sees_no_stock_through_them(market):
    keeper = await market.world.member(market.buyer.organisation_id, "WAREHOUSE")

    answer = await keeper.ask(WITH, id=market.terms)

    assert answer.error_codes == ["FORBIDDEN"]


@pytest.mark.parametrize("first", [1, 30])
async def test_availability_takes_one_statement_for_any_number(market, statements, first):
    skus = [await market.world.sku(market.brand, case=24) for _ in range(30)]
    await receive(market.world, market.brand, *((sku, 5, "L", None) for sku in skus))
    await market.buyer.ask(WITHOUT, id=market.terms, first=first)

    with statements.counting() as page:
        await market.buyer.ask(WITHOUT, id=market.terms, first=first)
    with statements.counting() as more:
        answer = await market.buyer.ask(WITH, id=market.terms, first=first)

    assert len(answer.data["catalogue"]["edges"]) == first
    assert len(more) == len(page) + 1 == 5


@pytest.mark.parametrize("how", ["EXACT", "BANDED", "YES_NO", "NONE"])
async def test_buyers_are_told_no_more_of_stock_than_their_terms_say(market, how):
    """Neither by the catalogue nor by its facets and filters, nor by what is refused."""
    await receive(market.world, market.brand, (market.apple, 37, "A", None))
    bands = [{"fromPieces": str(least), "name": name} for least, name in ((50, "many"), (1, "few"))]
    setting = """mutation($input: SetStockBandsInput!) { setStockBands(input: $input) {
        ... on StockBandsSet { bands { fromPieces name } } } }"""
    done = await market.admin.ask(setting, input={"bands": bands})
    await change_terms(market, shown_stock=how)
    told = "availability { state band pieces }"
    facets = """query ($id: ID!) { catalogueFacets(relationshipId: $id) {
        inStock outOfStock } }"""
    filtered = "query ($id: ID!) { catalogue(relationshipId: $id, inStock: true) { %s } }"

    page = await market.buyer.ask(CATALOGUE % (_ITEMS % told), id=market.terms)
    counts = (await market.buyer.ask(facets, id=market.terms)).data["catalogueFacets"]
    only = await market.buyer.ask(filtered % (_ITEMS % told), id=market.terms)

    names = [each["name"] for each in done.data["setStockBands"]["bands"]]
    assert names == ["few", "many"]
    nodes = [edge["node"] for edge in page.data["catalogue"]["edges"]]
    shown_of = {each["sku"]["product"]["name"]: each["availability"] for each in nodes}
    more = {"EXACT": {"pieces": "37"}, "BANDED": {"band": "few"}}.get(how, {})
    some = {"state": "IN_STOCK", "band": None, "pieces": None, **more}
    assert shown_of["Apple juice"] == (None if how == "NONE" else some)
    if how == "NONE":
        assert set(shown_of.values()) == {None}
        assert counts == {"inStock": 0, "outOfStock": 0}
        assert only.error_codes == ["INVALID"]
    else:
        assert counts == {"inStock": 1, "outOfStock": 2}
        assert len(only.data["catalogue"]["edges"]) == 1
