"""Prices in the API: own lists, quotes with every step, and the buyer's catalogue."""

from app.schema.pricing.authority import (
    DiscountAuthority,
    DiscountAuthorityMutation,
    DiscountAuthorityQuery,
)
from app.schema.pricing.bands import PriceBand, PriceBandMutation, PriceBandQuery
from app.schema.pricing.catalogue import CatalogueItem, CatalogueOffer, CatalogueQuery
from app.schema.pricing.entries import PriceEntry
from app.schema.pricing.lists import (
    PriceList,
    PriceListMutation,
    PriceListQuery,
    price_lists_by_id,
)
from app.schema.pricing.quotes import PriceLineInput, Quote, QuotedLine, QuoteQuery, RefusedLine

__all__ = [
    "CatalogueItem",
    "CatalogueOffer",
    "DiscountAuthority",
    "PriceBand",
    "PriceEntry",
    "PriceLineInput",
    "PriceList",
    "PricingMutation",
    "PricingQuery",
    "Quote",
    "QuotedLine",
    "RefusedLine",
    "price_lists_by_id",
]


class PricingQuery(
    PriceListQuery, QuoteQuery, CatalogueQuery, PriceBandQuery, DiscountAuthorityQuery
):
    """Questions about prices."""


class PricingMutation(PriceListMutation, PriceBandMutation, DiscountAuthorityMutation):
    """Changes of prices."""
