"""Packages of shipments, as both parties see them (R1-56)."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import strawberry
from strawberry import relay

from app.kernel.quantity import PackagingLevel
from app.packing import models, queries
from app.schema.batch import batch
from app.schema.catalog import Sku, skus_by_id
from app.schema.context import Info
from app.schema.cost import list_size


@strawberry.type
class PackageContent:
    """Pieces of a shipment's line in a package, and the lot that they are of."""

    shipment_line_id: relay.GlobalID
    pieces: Decimal
    lot_code: str
    expires_on: date | None
    sku_id: strawberry.Private[UUID]

    @batch
    @staticmethod
    async def sku(contents: list["PackageContent"], info: Info) -> list[Sku | None]:
        """What it holds."""
        return await skus_by_id(info, [content.sku_id for content in contents])

    @classmethod
    def of(cls, hold: queries.PackageHold) -> "PackageContent":
        """Show what is held."""
        return cls(
            shipment_line_id=relay.GlobalID("ShipmentLine", str(hold.line.id)),
            pieces=hold.pieces,
            lot_code=hold.lot.code,
            expires_on=hold.lot.expires_on,
            sku_id=hold.line.sku_id,
        )


@strawberry.type
class ShipmentPackage:
    """One package of a shipment: `number` of all, and its serial shipping container code."""

    number: int
    sscc: str = strawberry.field(
        description="18 digits of GS1 that no other package in the world has; its label has them "
        "as a barcode."
    )
    level: PackagingLevel | None
    weight_kg: Decimal | None
    packed_at: datetime
    package_id: strawberry.Private[UUID]

    @list_size(5)
    @batch
    @staticmethod
    async def contents(packages: list["ShipmentPackage"], info: Info) -> list[list[PackageContent]]:
        """What is in it, in the order of the shipment's lines."""
        async with info.context.read() as work:
            keys = [package.package_id for package in packages]
            found = await queries.contents_by_package(work, keys)
        return [[PackageContent.of(hold) for hold in found.get(key, [])] for key in keys]

    @classmethod
    def of(cls, row: models.ShipmentPackage) -> "ShipmentPackage":
        """Show a package."""
        return cls(
            number=row.number,
            sscc=row.sscc,
            level=PackagingLevel(row.level) if row.level else None,
            weight_kg=row.weight_kg,
            packed_at=row.packed_at,
            package_id=row.id,
        )


async def packages_of(info: Info, shipment_ids: Sequence[UUID]) -> list[list[ShipmentPackage]]:
    """Load the packages of each shipment."""
    async with info.context.read() as work:
        found = await queries.packages_by_shipment(work, shipment_ids)
    return [[ShipmentPackage.of(row) for row in found.get(key, [])] for key in shipment_ids]
