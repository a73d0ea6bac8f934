"""Words for carts that are kept under a name."""

from enum import StrEnum


class CartPurpose(StrEnum):
    """What a saved cart is for: a CART is emptied when it is ordered, a list or template stays."""

    CART = "CART"
    LIST = "LIST"
    TEMPLATE = "TEMPLATE"


class CartSharing(StrEnum):
    """Who works in a saved cart: its maker, the maker's organisation, or seller and buyer both."""

    MINE = "MINE"
    ORGANISATION = "ORGANISATION"
    BOTH_SIDES = "BOTH_SIDES"


class RequestState(StrEnum):
    """Where a request to the seller stands: only one that is SENT waits for anybody."""

    SENT = "SENT"
    ORDERED = "ORDERED"
    SENT_BACK = "SENT_BACK"
    WITHDRAWN = "WITHDRAWN"


LONGEST_NAME = 120
MOST_SAVED = 200
"""How many saved carts one organisation may keep in a relationship."""
