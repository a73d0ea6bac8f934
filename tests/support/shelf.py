"""A price list over the API: its seller, a customer, a SKU, and what it says at an instant."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from tests.support.prices import ENTRIES
from tests.support.world import Person, World, gid


class Shelf(NamedTuple):
    """A brand with an empty base list, one SKU (case 24), one customer and a sibling of it."""

    world: World
    brand: UUID
    admin: Person
    stranger: Person
    relationship: UUID
    sku: UUID
    list_id: UUID


async def shelf_of(world: World) -> Shelf:
    async with world.at_once():
        brand = await world.organisation("Brand", "BRAND")
        shop, sibling = [await world.organisation(name, "RETAILER", brand) for name in ("A", "B")]
        await world.relationship(brand, sibling)
        return Shelf(
            world,
            brand,
            await world.member(brand, "ENTERPRISE_ADMIN"),
            await world.member(sibling, "ENTERPRISE_ADMIN"),
            await world.relationship(brand, shop),
            await world.sku(brand, "Tonic", case=24),
            await world.price(brand, {}),
        )


async def entries_of(shelf: Shelf, at: datetime | None = None) -> list[dict[str, Any]]:
    key = gid("PriceList", shelf.list_id)
    answer = await shelf.admin.ask(ENTRIES, id=key, at=at.isoformat() if at else None)
    return [edge["node"] for edge in answer.data["priceList"]["entries"]["edges"]]


async def count(shelf: Shelf, table: Any) -> int:
    counted = select(func.count()).select_from(table)
    return await shelf.world.run(lambda work: work.session.scalar(counted))


def midnight(day: Any) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo("Asia/Shanghai"))
