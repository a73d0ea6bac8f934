"""What an actor may read of prices: own lists, bands and authorities."""

from app.pricing.queries.authority import (
    discount_authorities,
    discount_authorities_by_id,
    holders_of,
    own_discount_limit,
)
from app.pricing.queries.bands import granted_price_bands, price_bands, price_bands_by_id
from app.pricing.queries.change_sets import (
    price_change_rows_by_id,
    price_change_rows_of,
    price_change_set,
    price_change_sets,
    price_change_sets_by_id,
    price_changers,
    price_changes_closing,
    price_history,
)
from app.pricing.queries.impact import price_change_impacts
from app.pricing.queries.lists import (
    derived_lists_of,
    price_entries_by_id,
    price_entries_of,
    price_list,
    price_list_terms_of,
    price_lists,
    price_lists_by_id,
)
from app.pricing.queries.outside import (
    asked_grantors,
    price_band_requests_by_id,
    prices_outside_band,
    prices_outside_band_by_id,
    prices_outside_band_of,
)

__all__ = [
    "asked_grantors",
    "derived_lists_of",
    "discount_authorities",
    "discount_authorities_by_id",
    "granted_price_bands",
    "holders_of",
    "own_discount_limit",
    "price_band_requests_by_id",
    "price_bands",
    "price_bands_by_id",
    "price_change_impacts",
    "price_change_rows_by_id",
    "price_change_rows_of",
    "price_change_set",
    "price_change_sets",
    "price_change_sets_by_id",
    "price_changers",
    "price_changes_closing",
    "price_entries_by_id",
    "price_entries_of",
    "price_history",
    "price_list",
    "price_list_terms_of",
    "price_lists",
    "price_lists_by_id",
    "prices_outside_band",
    "prices_outside_band_by_id",
    "prices_outside_band_of",
]
