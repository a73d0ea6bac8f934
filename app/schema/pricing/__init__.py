"""Prices in the API: own lists, bands and authorities."""

from app.schema.pricing.authority import (
    DiscountAuthority,
    DiscountAuthorityMutation,
    DiscountAuthorityQuery,
)
from app.schema.pricing.bands import PriceBand, PriceBandMutation, PriceBandQuery
from app.schema.pricing.entries import PriceEntry
from app.schema.pricing.lists import (
    PriceList,
    PriceListMutation,
    PriceListQuery,
    price_lists_by_id,
)

__all__ = [
    "DiscountAuthority",
    "PriceBand",
    "PriceEntry",
    "PriceList",
    "PricingMutation",
    "PricingQuery",
    "price_lists_by_id",
]


class PricingQuery(PriceListQuery, PriceBandQuery, DiscountAuthorityQuery):
    """Questions about prices."""


class PricingMutation(PriceListMutation, PriceBandMutation, DiscountAuthorityMutation):
    """Changes of prices."""
