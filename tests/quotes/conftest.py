"""A brand with two customer levels and three goods, one of them without a price."""

from typing import NamedTuple
from uuid import UUID

import pytest

from tests.support.world import Person, World, gid


class Market(NamedTuple):
    """The brand sells to a shop of the gold level and to a sibling of the silver level."""

    world: World
    brand: UUID
    gold: UUID
    silver: UUID
    shop: UUID
    sibling: UUID
    admin: Person
    buyer: Person
    stranger: Person
    apple: UUID
    beer: UUID
    cola: UUID
    base: UUID
    gold_list: UUID

    def level(self, key: UUID) -> str:
        return gid("CustomerLevel", key)

    @property
    def terms(self) -> str:
        return gid("TradingRelationship", self.shop)


@pytest.fixture
async def market(world: World) -> Market:
    async with world.at_once():
        brand = await world.organisation("Brand", "BRAND")
        gold, silver = await world.level(brand, "Gold"), await world.level(brand, "Silver")
        outlets = [
            await world.organisation(name, "RETAILER", brand) for name in ("Shop", "Sibling")
        ]
        shop = await world.relationship(brand, outlets[0], level_id=gold)
        sibling = await world.relationship(brand, outlets[1], level_id=silver)
        apple = await world.sku(brand, "Apple juice", case=24)
        beer = await world.sku(brand, "Beer", case=12)
        cola = await world.sku(brand, "Cola")
        return Market(
            world,
            brand,
            gold,
            silver,
            shop,
            sibling,
            await world.member(brand, "ENTERPRISE_ADMIN"),
            await world.member(outlets[0], "BUYER"),
            await world.member(outlets[1], "BUYER"),
            apple,
            beer,
            cola,
            await world.price(brand, {apple: "3.00", beer: "2.00"}, name="Base"),
            await world.price(
                brand, {apple: "2.50"}, name="Gold prices", kind="LEVEL", level_id=gold
            ),
        )
