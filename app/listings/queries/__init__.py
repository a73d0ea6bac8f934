"""What may be read of how goods come on sale."""

from app.listings.queries.quantities import BoundQuantity, bound_quantities, quantity_rules
from app.listings.queries.workflow import (
    Edit,
    Listing,
    listing,
    listing_policy,
    listings,
    product_history,
)

__all__ = [
    "BoundQuantity",
    "Edit",
    "Listing",
    "bound_quantities",
    "listing",
    "listing_policy",
    "listings",
    "product_history",
    "quantity_rules",
]
