"""Prices of a list, one version after the other (R3-13, R3-14)."""
# pyright: reportIncompatibleMethodOverride=false
# Relay types `resolve_nodes` wider than it calls it.

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from uuid import UUID

import strawberry
from strawberry import relay

from app.kernel.quantity import PackagingLevel
from app.pricing import models, queries
from app.schema.batch import batch, in_order
from app.schema.catalog import (
    Brand,
    Category,
    Sku,
    brands_by_id,
    categories_by_id,
    skus_by_id,
)
from app.schema.context import Info


@strawberry.type
class PriceEntry(relay.Node):
    """One price of a list in one version: what stood before and after is another entry.

    It is for a SKU, or for a brand in a category, a category with all below it, or everything.
    """

    id: relay.NodeID[UUID]
    packaging_level: PackagingLevel | None = strawberry.field(
        description="The unit that the amount is for; null means a piece."
    )
    from_quantity: Decimal = strawberry.field(description="From how many pieces on it counts.")
    amount: Decimal | None = strawberry.field(description="In the list's currency.")
    percent_of_list: Decimal | None = strawberry.field(
        description="88 means 88 % of the seller's base price."
    )
    valid_from: datetime
    valid_until: datetime | None = strawberry.field(description="The first instant without it.")
    sku_id: strawberry.Private[UUID | None]
    brand_id: strawberry.Private[UUID | None]
    category_id: strawberry.Private[UUID | None]

    @batch
    @staticmethod
    async def sku(
        entries: list["PriceEntry"],
        info: Info,
    ) -> list[Sku | None]:
        """The SKU, when the price is for one."""
        return await skus_by_id(info, [entry.sku_id for entry in entries])

    @batch
    @staticmethod
    async def brand(
        entries: list["PriceEntry"],
        info: Info,
    ) -> list[Brand | None]:
        """The brand, when the price is for one within a category."""
        return await brands_by_id(info, [entry.brand_id for entry in entries])

    @batch
    @staticmethod
    async def category(
        entries: list["PriceEntry"],
        info: Info,
    ) -> list[Category | None]:
        """The category, when the price is for one and all below it."""
        return await categories_by_id(info, [entry.category_id for entry in entries])

    @classmethod
    def of(cls, row: models.PriceEntry) -> "PriceEntry":
        """Show an entry."""
        return cls(
            id=row.id,
            packaging_level=PackagingLevel(row.packaging_level) if row.packaging_level else None,
            from_quantity=row.from_quantity,
            amount=row.amount,
            percent_of_list=row.percent_of_list,
            valid_from=row.valid_from,
            valid_until=row.valid_until,
            sku_id=row.sku_id,
            brand_id=row.brand_id,
            category_id=row.category_id,
        )

    @classmethod
    async def resolve_nodes(
        cls, *, info: Info, node_ids: Iterable[str], required: bool = False
    ) -> list["PriceEntry | None"]:
        """Load by global id; unknown and foreign ids give null."""
        del required
        keys = [UUID(key) for key in node_ids]
        async with info.context.read() as work:
            found = await queries.price_entries_by_id(work, keys)
        return in_order(keys, found, cls.of)
