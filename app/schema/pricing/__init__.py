"""Prices in the API: own lists, quotes with every step, and the buyer's catalogue."""

from app.schema.pricing.catalogue import CatalogueItem, CatalogueOffer, CatalogueQuery
from app.schema.pricing.change_mutations import PriceChangeMutation
from app.schema.pricing.changes import (
    PriceChangeQuery,
    PriceChangeRow,
    PriceChangeSet,
    price_change_sets_by_id,
)
from app.schema.pricing.lists import (
    PriceEntry,
    PriceList,
    PriceListMutation,
    PriceListQuery,
    price_lists_by_id,
)
from app.schema.pricing.quotes import PriceLineInput, Quote, QuotedLine, QuoteQuery, RefusedLine

__all__ = [
    "CatalogueItem",
    "CatalogueOffer",
    "PriceChangeRow",
    "PriceChangeSet",
    "PriceEntry",
    "PriceLineInput",
    "PriceList",
    "PricingMutation",
    "PricingQuery",
    "Quote",
    "QuotedLine",
    "RefusedLine",
    "price_change_sets_by_id",
    "price_lists_by_id",
]


class PricingQuery(PriceListQuery, PriceChangeQuery, QuoteQuery, CatalogueQuery):
    """Questions about prices."""


class PricingMutation(PriceListMutation, PriceChangeMutation):
    """Changes of prices."""
