"""Prices in the API: own lists, bands and authorities."""

from app.schema.pricing.authority import (
    DiscountAuthority,
    DiscountAuthorityMutation,
    DiscountAuthorityQuery,
)
from app.schema.pricing.bands import PriceBand, PriceBandMutation, PriceBandQuery
from app.schema.pricing.change_mutations import PriceChangeMutation
from app.schema.pricing.changes import (
    PriceChangeQuery,
    PriceChangeRow,
    PriceChangeSet,
    price_change_sets_by_id,
)
from app.schema.pricing.entries import PriceEntry
from app.schema.pricing.lists import (
    PriceList,
    PriceListMutation,
    PriceListQuery,
    price_lists_by_id,
)
from app.schema.pricing.outside import (
    PriceBandRequest,
    PriceOutsideBand,
    PriceOutsideBandMutation,
    PriceOutsideBandQuery,
)

__all__ = [
    "DiscountAuthority",
    "PriceBand",
    "PriceBandRequest",
    "PriceChangeRow",
    "PriceChangeSet",
    "PriceEntry",
    "PriceList",
    "PriceOutsideBand",
    "PricingMutation",
    "PricingQuery",
    "price_change_sets_by_id",
    "price_lists_by_id",
]


class PricingQuery(
    PriceListQuery,
    PriceChangeQuery,
    PriceBandQuery,
    PriceOutsideBandQuery,
    DiscountAuthorityQuery,
):
    """Questions about prices."""


class PricingMutation(
    PriceListMutation,
    PriceChangeMutation,
    PriceBandMutation,
    PriceOutsideBandMutation,
    DiscountAuthorityMutation,
):
    """Changes of prices."""
