"""What an owner or seller may change of how goods come on sale."""

from app.listings.commands.categories import (
    CategoryChange,
    change_category,
    move_category,
    reopen_category,
    retire_category,
    set_category_name,
)
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
    "CategoryChange",
    "NewPolicy",
    "NewQuantityRule",
    "approve_listing",
    "change_category",
    "confirm_display",
    "list_product",
    "move_category",
    "refuse_listing",
    "reopen_category",
    "retire_category",
    "set_category_name",
    "set_listing_policy",
    "set_quantity_rules",
    "submit_listing",
]
