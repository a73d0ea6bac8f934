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


class StandingState(StrEnum):
    """Whether a standing order is made: only an ACTIVE one is, and one that has ENDED never is."""

    ACTIVE = "ACTIVE"
    PAUSED = "PAUSED"
    ENDED = "ENDED"


class MissingGoods(StrEnum):
    """What a standing order does where a line cannot be ordered: go without it, or wait whole."""

    LEAVE_OUT = "LEAVE_OUT"
    WAIT = "WAIT"


class RunOutcome(StrEnum):
    """What became of one day of a standing order.

    PARTLY_ORDERED left lines out, REFUSED made no order, SKIPPED was wanted so, and MISSED days
    passed while nothing worked: the last of them is ordered then.
    """

    ORDERED = "ORDERED"
    PARTLY_ORDERED = "PARTLY_ORDERED"
    REFUSED = "REFUSED"
    SKIPPED = "SKIPPED"
    MISSED = "MISSED"


LONGEST_NAME = 120
MOST_SAVED = 200
"""How many saved carts one organisation may keep in a relationship."""
