"""What an owner or seller may change of how goods come on sale."""

from app.listings.commands.quantities import NewQuantityRule, set_quantity_rules
from app.listings.commands.workflow import (
    NewPolicy,
    approve_listing,
    confirm_display,
    list_product,
    refuse_listing,
    set_listing_policy,
    submit_listing,
)

__all__ = [
    "NewPolicy",
    "NewQuantityRule",
    "approve_listing",
    "confirm_display",
    "list_product",
    "refuse_listing",
    "set_listing_policy",
    "set_quantity_rules",
    "submit_listing",
]
