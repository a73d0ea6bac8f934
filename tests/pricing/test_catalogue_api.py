"""The buyer's catalogue: listed products, own prices, the same statements for any page."""

from typing import NamedTuple
from uuid import UUID

import pytest

from app.catalog.models import Category, CategoryAncestry
from tests.support.prices import CATALOGUE, line, price, priced, quoted
from tests.support.world import Person, World, gid


class Shop(NamedTuple):
    """A brand and a shop that buys from it, with two listed SKUs and a draft."""

    world: World
    brand: UUID
    relationship: UUID
    terms: str
    admin: Person
    buyer: Person
    tonic: UUID
    water: UUID


@pytest.fixture
async def shop(world: World) -> Shop:
    async with world.at_once():
        brand = await world.organisation("Brand", "BRAND")
        outlet = await world.organisation("Shop", "RETAILER", brand)
        relationship = await world.relationship(brand, outlet)
        await world.sku(brand, "Draft", status="DRAFT")
        return Shop(
            world,
            brand,
            relationship,
            gid("TradingRelationship", relationship),
            await world.member(brand, "ENTERPRISE_ADMIN"),
            await world.member(outlet, "BUYER"),
            await world.sku(brand, "Tonic", case=24),
            await world.sku(brand, "Water", case=12),
        )


async def names(person: Person, **variables: object) -> list[str]:
    answer = await person.ask(CATALOGUE, **variables)
    return [edge["node"]["sku"]["name"] for edge in answer.data["catalogue"]["edges"]]


async def test_each_packaging_unit_has_its_own_price_and_breaks(shop):
    entries = [
        price(shop.tonic, "3.00"),
        price(shop.tonic, "60.00", packagingLevel="CASE"),
        price(shop.tonic, "54.00", packagingLevel="CASE", fromQuantity="240"),
    ]
    await priced(shop.admin, entries)

    answer = await shop.buyer.ask(CATALOGUE, id=shop.terms)

    tonic, water = [edge["node"] for edge in answer.data["catalogue"]["edges"]]
    assert [offer | {"breaks": None} for offer in tonic["offers"]] == [
        {
            "packagingLevel": level,
            "pieces": pieces,
            "unitPrice": amount,
            "currency": "CNY",
            "isTaxInclusive": False,
            "noPriceReason": None,
            "breaks": None,
        }
        for level, pieces, amount in (("PIECE", "1", "3"), ("CASE", "24", "60"))
    ]
    assert tonic["offers"][1]["breaks"] == [
        {"fromQuantity": "0", "unitPrice": "60"},
        {"fromQuantity": "240", "unitPrice": "54"},
    ]
    assert [offer["unitPrice"] for offer in water["offers"]] == [None, None]
    assert "no valid price row" in water["offers"][0]["noPriceReason"]


async def test_the_catalogue_shows_what_the_quote_charges(shop):
    scale = [("1", "10.00"), ("20", "9.50"), ("50", "9.00")]
    entries = [price(shop.tonic, amount, fromQuantity=start) for start, amount in scale]
    await priced(shop.admin, entries, breakType="GRADUATED")

    answer = await shop.buyer.ask(CATALOGUE, id=shop.terms, search="ton")
    quote = await quoted(shop.buyer, shop.relationship, line(shop.tonic, "1", "CASE"))

    (tonic,) = [edge["node"] for edge in answer.data["catalogue"]["edges"]]
    assert tonic["offers"][1]["unitPrice"] == quote["lines"][0]["unitPrice"] == "237.50"


async def test_a_price_that_starts_higher_shows_from_where(shop):
    await priced(shop.admin, [price(shop.tonic, "2.00", fromQuantity="24")])

    answer = await shop.buyer.ask(CATALOGUE, id=shop.terms, search="ton")

    (tonic,) = [edge["node"] for edge in answer.data["catalogue"]["edges"]]
    piece, case = tonic["offers"]
    assert (piece["unitPrice"], case["unitPrice"]) == (None, "48")
    assert piece["noPriceReason"] == "the lowest price starts at 24 base units"
    assert piece["breaks"] == [{"fromQuantity": "24", "unitPrice": "2"}]


async def test_only_listed_products_are_offered_and_pages_follow_each_other(shop):
    page = (await shop.buyer.ask(CATALOGUE, id=shop.terms, first=1)).data["catalogue"]["pageInfo"]

    assert page["hasNextPage"] is True
    assert await names(shop.buyer, id=shop.terms) == ["Tonic", "Water"]
    assert await names(shop.buyer, id=shop.terms, after=page["endCursor"]) == ["Water"]


async def test_search_takes_names_and_codes_literally(shop):
    code = (await shop.buyer.ask(CATALOGUE, id=shop.terms, first=1)).data["catalogue"]["edges"][0]

    assert await names(shop.buyer, id=shop.terms, search="ATE") == ["Water"]
    assert await names(shop.buyer, id=shop.terms, search="%") == []
    assert await names(shop.buyer, id=shop.terms, search=code["node"]["sku"]["code"]) == ["Tonic"]


async def test_a_category_holds_what_lies_below_it(shop):
    parent, empty = Category(name="Everything"), Category(name="Empty")
    await shop.world.save(parent, empty)
    await shop.world.save(
        CategoryAncestry(ancestor_id=parent.id, descendant_id=shop.world.category_id, distance=1)
    )

    found = await names(shop.buyer, id=shop.terms, category=gid("Category", parent.id))
    none = await names(shop.buyer, id=shop.terms, category=gid("Category", empty.id))

    assert (found, none) == (["Tonic", "Water"], [])


async def test_the_seller_and_the_assigned_rep_see_the_customers_catalogue(shop):
    await shop.world.price(shop.brand, {shop.tonic: "3.00"})
    rep = await shop.world.member(shop.brand, "SALES")
    unassigned = await shop.world.member(shop.brand, "SALES")
    await shop.world.assign_rep(shop.relationship, rep)

    assert await names(shop.admin, id=shop.terms) == ["Tonic", "Water"]
    assert await names(rep, id=shop.terms) == ["Tonic", "Water"]
    assert (await unassigned.ask(CATALOGUE, id=shop.terms)).error_codes == ["NOT_FOUND"]


async def test_a_relationship_of_others_is_as_unknown_as_none(shop, database, http, settings):
    sibling = await shop.world.organisation("Sibling", "RETAILER", shop.brand)
    stranger = await shop.world.member(sibling, "BUYER")
    elsewhere = await World.create(database, http, settings)
    foreign = await elsewhere.member(await elsewhere.organisation("Brand"), "BUYER")

    crossed = await stranger.ask(CATALOGUE, id=shop.terms)
    abroad = await foreign.ask(CATALOGUE, id=shop.terms)
    unknown = await stranger.ask(CATALOGUE, id=gid("TradingRelationship", shop.tonic))
    mistyped = await stranger.ask(CATALOGUE, id=gid("Sku", shop.tonic))

    for answer in (crossed, abroad, unknown, mistyped):
        assert answer.error_codes == ["NOT_FOUND"]
        assert answer.body["errors"][0]["message"] == "There is no such TradingRelationship."


@pytest.mark.parametrize("first", [5, 50])
async def test_a_page_of_any_size_takes_the_same_statements(shop, statements, first):
    skus = [await shop.world.sku(shop.brand, case=24) for _ in range(50)]
    await shop.world.price(shop.brand, dict.fromkeys(skus, "3.00"))
    await shop.buyer.ask("{ viewer { name } }")

    with statements.counting() as sent:
        answer = await shop.buyer.ask(CATALOGUE, id=shop.terms, first=first)
    with statements.counting() as again:
        await shop.buyer.ask(CATALOGUE, id=shop.terms, first=first)

    assert len(answer.data["catalogue"]["edges"]) == first
    # begin, actor, relationship, page, packs, SKUs, schemes, standing, lists, prices, bands,
    # SKUs with products, commit
    assert len(sent) == 14
    # begin, actor, standing, commit
    assert len(again) == 4
