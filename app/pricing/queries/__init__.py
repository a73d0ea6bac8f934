"""What an actor may read of prices: own lists, and what a relationship's buyer pays."""

from app.pricing.queries.catalogue import CatalogueFilter, CatalogueRow, PackOffer, catalogue
from app.pricing.queries.change_sets import (
    price_change_rows_by_id,
    price_change_rows_of,
    price_change_set,
    price_change_sets,
    price_change_sets_by_id,
    price_changers,
    price_history,
)
from app.pricing.queries.lists import (
    price_entries_by_id,
    price_entries_of,
    price_list,
    price_lists,
    price_lists_by_id,
)
from app.pricing.queries.quotes import price_at, quote

__all__ = [
    "CatalogueFilter",
    "CatalogueRow",
    "PackOffer",
    "catalogue",
    "price_at",
    "price_change_rows_by_id",
    "price_change_rows_of",
    "price_change_set",
    "price_change_sets",
    "price_change_sets_by_id",
    "price_changers",
    "price_entries_by_id",
    "price_entries_of",
    "price_history",
    "price_list",
    "price_lists",
    "price_lists_by_id",
    "quote",
]
