"""What of the victim's each asker may know, and why; whoever is not named here knows nothing.

More that is known is a leak, less is a question nobody asks any more: the sets hold exactly.
"""

from collections.abc import Mapping

_STATES = (
    "ALLOCATED",
    "BACKORDERED",
    "COMPLETED",
    "CONFIRMED",
    "DRAFT",
    "HELD",
    "PENDING_APPROVAL",
    "PENDING_REVIEW",
    "PICKING",
    "PICKUP",
    "PLANNED",
    "PREPARED",
    "PREPARING",
    "RECEIVED",
    "REFUSED",
    "REJECTED",
    "SHIPPED",
    "SIGNED",
)
_SHIPPED = ("COMPLETED", "PICKUP", "PLANNED", "RECEIVED", "REFUSED", "SHIPPED", "SIGNED")

_STAFF = frozenset(
    {
        "ApiKey",  # software that acts for the organisation, and stands where people do
        "Invitation",
        "Membership",
        "Membership:SELLER",
        "Role",
        "Role:2",
        "“Colleague”",
        "“Invited”",
        "“Rep”",
        "“Seller”",
        "“role”",
    }
)
_NETWORK = _STAFF | {
    "DeadJob@network",
    "Membership:BUYER",
    "Organisation",
    "Organisation:BUYER",
    "Organisation:CLOSING",
    "Organisation:MOVING",
    "OrganisationClosing",
    "OrganisationMove",
    "“Buyer”",
    "“Kiosk”",
    "“districts”",
    "“Shop”",
    "“Trade”",
}
"""People, roles, organisations and their moves, jobs: who runs the network sees no trade."""

_CUSTOMER = frozenset({"Organisation", "“Trade”"})
"""That the victim is there: a neighbour in the chain."""

_GOODS_TO = frozenset({"DeliveryAddress", "“Yard”"})
"""Where the retailer takes goods in."""

_BOTH = _CUSTOMER | {"Organisation:BUYER", "“Shop”"}

_ORDERS = (
    _BOTH
    | {f"Order:{state}" for state in _STATES}
    | {f"OrderLine:{state}" for state in _STATES}
    | {f"Shipment:{state}" for state in _SHIPPED}
    | {"ShipmentLine"}
    | {
        "OrderException",
        "StoredFile:ATTACHED",
        "StoredFile:PROOF",
        "StoredFile:SIGNATURE",
        "StoredFile:SIGNATURE:BUYER",
        "TradingRelationship",
        "order number",
        "price asked",
        "“Buyer”",
        "“Seller”",
        "“is”",  # "… is wet": why the buyer refused
        "“note”",
        "“scheme”",
        "“”",  # The word alone: carrier, signer, reference
    }
)
"""The orders that the retailer placed: what it pays, who acted, what was written on them."""

_NEWS = frozenset(
    {"Announcement", "Announcement:2", "TradeScheme", "“Seller”", "“news”", "“scheme”"}
)
"""What the seller announces to the retailer, for all who work there; with what it is about."""

_TICKETS = frozenset({"StoredFile:SHOWN", "Ticket", "Ticket:2", "“complaint”", "“ticket”"})
"""What the retailer asked and complained of, for all who may read tickets; no internal remark."""

_PAPER = frozenset(
    {"CreditNote", "CreditNote:2", "Invoice", "Payment", "Payment:2", "“Paper”", "“credit”"}
)
"""Its bills, what was taken back of them, and the name that stands on them."""

_BOUGHT = (
    _ORDERS
    | _NEWS
    | _TICKETS
    | _PAPER
    | {
        "Coupon",
        "MembershipTier",
        "OnlinePayment",
        "OrderRequest",
        "points",
        "“tier”",
        "“wishes”",
    }
)
"""What a buyer has of its seller besides: coupons and points of its own, its bills, what it asked.

The cart of a request is for both sides to see, for all who order there.
"""

SEEN: Mapping[tuple[str, str], frozenset[str]] = {
    ("sibling", "system admin"): _NETWORK,
    ("cousin", "system admin"): _NETWORK,
    ("parent", "system admin"): _NETWORK,
    ("child", "system admin"): _NETWORK | _NEWS | _GOODS_TO,
    # It runs its branch, of which children are part (F2), and made the price that they pay.
    ("parent", "enterprise admin"): _STAFF
    | _CUSTOMER
    | {"TradingRelationship:UPSTREAM", "price paid"},
    ("parent", "sales"): _CUSTOMER,
    ("parent", "service"): _CUSTOMER | {"TradingRelationship:UPSTREAM"},
    ("parent", "warehouse"): _CUSTOMER,
    ("parent", "buyer"): _CUSTOMER | {"TradingRelationship:UPSTREAM"},
    # Its own people, price changes and lists; the ceiling that it was granted, and no floor.
    ("child", "enterprise admin"): _BOUGHT
    | _GOODS_TO
    | {
        "Membership:BUYER",
        "PriceBand",
        "PriceChangeSet:ASKED",
        "PriceChangeSet:ASKED:2",
        "RelationshipRequest:3",
        "SavedCart:BUYER",  # Its own trail tells of it
        "ceiling granted",
        "shelf price",
        "“lot”",
        "“own”",
        "“shelf”",
    },
    ("child", "sales"): _BOTH | _NEWS | _GOODS_TO | {"“lot”"},
    ("child", "service"): _ORDERS | _NEWS | _TICKETS | _GOODS_TO | _PAPER | {"OnlinePayment"},
    ("child", "warehouse"): _ORDERS | _NEWS | _TICKETS | _GOODS_TO | {"“lot”"},
    ("child", "buyer"): _BOUGHT | _GOODS_TO,
}


SUSPECTED: Mapping[tuple[str, str], frozenset[str]] = {
    ("child", "sales"): frozenset({"TradingRelationship"}),
}
"""What is one's own organisation's: no answer tells that it is there, but the work may."""


def seen_by(relation: str, role: str) -> frozenset[str]:
    """Name all that an asker may know."""
    return SEEN.get((relation, role), frozenset())


def suspected_by(relation: str, role: str) -> frozenset[str]:
    """Name what an asker might make out without being told."""
    return seen_by(relation, role) | SUSPECTED.get((relation, role), frozenset())
