"""A network for tests: a brand, its two distributors, and each one's retailer."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from app.audit.models import AuditEntry


@dataclass(frozen=True)
class Network:
    """Brand sells to east and west, which sell to a retailer each; ids of all and the edges."""

    brand: UUID
    east: UUID
    west: UUID
    east_shop: UUID
    west_shop: UUID
    brand_to_east: UUID
    brand_to_west: UUID
    east_to_shop: UUID
    west_to_shop: UUID


async def network(world: Any, east_visibility: str = "NOTHING") -> Network:
    async with world.at_once():
        brand = await world.organisation("Brand", "BRAND")
        east = await world.organisation("East", "DISTRIBUTOR", brand)
        west = await world.organisation("West", "DISTRIBUTOR", brand)
        east_shop = await world.organisation("East shop", "RETAILER", east)
        west_shop = await world.organisation("West shop", "RETAILER", west)
        return Network(
            brand,
            east,
            west,
            east_shop,
            west_shop,
            await world.relationship(brand, east),
            await world.relationship(brand, west),
            await world.relationship(east, east_shop, upstream_visibility=east_visibility),
            await world.relationship(west, west_shop),
        )


async def count(world: Any, table: Any, *conditions: Any) -> int:
    """How many rows of a table the tenant has."""

    async def counted(work: Any) -> int:
        return await work.session.scalar(select(func.count()).select_from(table).where(*conditions))

    return await world.run(counted)


async def actions(world: Any, subject_id: UUID) -> list[str]:
    """What the audit trail says was done to a subject, in order."""

    async def noted(work: Any) -> list[str]:
        rows = await work.session.scalars(
            select(AuditEntry.action)
            .where(AuditEntry.subject_id == subject_id)
            .order_by(AuditEntry.id)
        )
        return list(rows)

    return await world.run(noted)
