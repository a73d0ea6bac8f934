"""A network with a provider of its own."""

import pytest

from app.kernel.ids import new_id
from tests.support.provider import providing


@pytest.fixture(scope="module")
async def provider():
    async with providing() as provider:
        yield provider


@pytest.fixture
async def brand(world):
    return await world.organisation("Brand", "BRAND")


@pytest.fixture
async def admin(world, brand):
    return await world.member(brand, "SYSTEM_ADMIN", "ENTERPRISE_ADMIN")


@pytest.fixture
async def person(world, brand, provider):
    person = await world.member(brand, "BUYER")
    provider.claims = {"email": person.email.upper(), "sub": new_id().hex}
    provider.keys, provider.signs_with, provider.algorithm = ["first"], "first", "RS256"
    return person
