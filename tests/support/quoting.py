"""A brand that sells one SKU to one shop of a customer level, and asks for prices."""

from typing import NamedTuple
from uuid import UUID

from tests.support.world import Person, World


class Trade(NamedTuple):
    """A brand that sells one SKU (inner 6, case 24) to a shop of the level Retailer."""

    world: World
    brand: UUID
    shop: UUID
    relationship: UUID
    level: UUID
    admin: Person
    buyer: Person
    sku: UUID


async def trade_of(world: World) -> Trade:
    async with world.at_once():
        brand = await world.organisation("Brand", "BRAND")
        shop = await world.organisation("Shop", "RETAILER", brand)
        level = await world.level(brand, "Retailer")
        return Trade(
            world,
            brand,
            shop,
            await world.relationship(brand, shop, level_id=level),
            level,
            await world.member(brand, "ENTERPRISE_ADMIN"),
            await world.member(shop, "BUYER"),
            await world.sku(brand, "Tonic", inner=6, case=24),
        )
