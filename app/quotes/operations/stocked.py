"""Which goods the seller has for a buyer, as `availability` says it of one page."""

from collections.abc import Mapping
from uuid import UUID

from app.catalog.operations import SkuFacts
from app.db.work import Work
from app.inventory.operations import ForSale, free_stock_of
from app.pricing.operations.scope import Asked


async def in_stock(work: Work, asked: Asked, facts: Mapping[UUID, SkuFacts]) -> set[UUID]:
    """Return the SKUs of whose smallest packaging unit one could be had now; one statement.

    The relationship is valid now, and the actor's.
    """
    terms = asked.relationship
    keeps_days = terms.delivery_days + terms.minimum_shelf_life_days
    wanted = [ForSale(terms.seller_id, key, keeps_days) for key in facts]
    free = await free_stock_of(work, wanted)
    return {
        key
        for (key, sku), pieces in zip(facts.items(), free, strict=True)
        if sku.packaging and pieces >= min(sku.packaging.values())
    }
