import pytest


@pytest.fixture
async def person(world):
    return await world.member(await world.organisation("Shop", "RETAILER"), "BUYER")


@pytest.fixture
async def stranger(database, http, settings, world):
    """Somebody of another network."""
    other_world = await type(world).create(database, http, settings)
    shop = await other_world.organisation("Shop", "RETAILER")
    return await other_world.member(shop, "BUYER")
