"""Which goods the seller has for a buyer, as `availability` says it of one page."""

from collections.abc import Mapping
from uuid import UUID

from app.catalog.operations import SkuFacts
from app.db.work import Work
from app.inventory.operations import ForSale, free_stock_of
from app.organisations.models import ShownStock, TradingRelationship
from app.pricing.operations.scope import Asked
from app.quotes.operations.keeping import kept_days, lives_for


def tells_stock(terms: TradingRelationship) -> bool:
    """Whether a buyer may know of the seller's stock at all, be it only that there is some."""
    return terms.shown_stock != ShownStock.NONE


async def in_stock(work: Work, asked: Asked, facts: Mapping[UUID, SkuFacts]) -> set[UUID]:
    """Return the SKUs of whose smallest packaging unit one could be had now; one statement.

    The relationship is valid now, and the actor's.
    """
    terms = asked.relationship
    lives = await lives_for(work, [terms], facts)
    wanted = [
        ForSale(terms.seller_id, key, terms.delivery_days + kept_days(terms, lives.get(key)))
        for key in facts
    ]
    free = await free_stock_of(work, wanted)
    return {
        key
        for (key, sku), pieces in zip(facts.items(), free, strict=True)
        if sku.packaging and pieces >= min(sku.packaging.values())
    }
