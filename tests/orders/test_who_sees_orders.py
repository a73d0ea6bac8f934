import pytest

from tests.support.chain import Chain, look


@pytest.mark.parametrize(("link", "is_seen"), [("NOTHING", False), ("ORDERS", True)])
async def test_an_order_shows_upstream_as_far_as_every_link_between_shows(world, link, is_seen):
    brand = await world.organisation("Brand", "BRAND")
    east = await world.organisation("East", parent=brand)
    sub = await world.organisation("Sub", parent=east)
    shop = await world.organisation("Shop", "RETAILER", parent=sub)
    sku = await world.sku(brand, "Tea", case=24)
    await world.relationship(brand, east)
    await world.relationship(east, sub, upstream_visibility=link)
    terms = await world.relationship(sub, shop, upstream_visibility="ORDERS")
    await world.price(sub, {sku: "2.64"})
    chain = Chain(world, brand, sub, shop, sku, terms, terms)
    buyer = await world.member(shop, "BUYER")
    above, at_the_top = [await world.member(place, "ENTERPRISE_ADMIN") for place in (east, brand)]

    order = await chain.place(buyer)

    assert await look(above, order["id"]) is not None
    assert (await look(at_the_top, order["id"]) is not None) is is_seen
