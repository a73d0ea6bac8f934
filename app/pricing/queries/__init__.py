"""What an actor may read of prices: own lists, and what a relationship's buyer pays."""

from app.pricing.queries.lists import (
    price_entries_by_id,
    price_entries_of,
    price_list,
    price_lists,
    price_lists_by_id,
)
from app.pricing.queries.quotes import price_at, quote

__all__ = [
    "price_at",
    "price_entries_by_id",
    "price_entries_of",
    "price_list",
    "price_lists",
    "price_lists_by_id",
    "quote",
]
