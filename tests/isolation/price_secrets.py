"""What must not be known by all: each secret's unmistakable text, and everybody who may learn it.

A secret that more learn is a leak; one that fewer learn is a question nobody asks any more. "rep"
is assigned to the customer in question, "other rep" to nobody.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from app.promotions.rules.coupons import shown
from tests.isolation.priced_scene import APPROVERS_WORDS, DISCOUNT_REASON, PricedScene

_PARTIES = {
    "distributor": "admin, rep, service, warehouse, buyer",
    "sub": "admin, service, warehouse, buyer",
}
"""Who reads orders of the two: all but reps of other customers, and a customer's own reps."""

_WHO_PAYS_LESS = {"brand": "admin, rep", "distributor": "admin, buyer"}


@dataclass(frozen=True)
class Secret:
    """A text, which stands for itself or as coupons are printed; who may learn it, by level."""

    text: str
    seen_by: Mapping[str, str]

    def stands_in(self, answers: str) -> bool:
        return self.text in answers or shown(self.text) in answers

    def is_for(self, level: str, role: str) -> bool:
        return role in self.seen_by.get(level, "").split(", ")


def secrets_of(scene: PricedScene) -> Mapping[str, Secret]:
    """Return all secrets, those that the scene drew or worked out among them."""
    return _SECRETS | {
        "the net of the order": Secret(scene.made["net"], _PARTIES),
        "the total of the order": Secret(scene.made["total"], _PARTIES),
        "the coupon of the order": Secret(scene.made["coupon of TradingRelationship"], _PARTIES),
        "another customer's coupon": Secret(
            scene.made["coupon of other customer"],
            {"distributor": "admin", "other shop": "admin, buyer"},
        ),
    }


_SECRETS: Mapping[str, Secret] = {
    # Prices, level by level
    "what the brand asks of all": Secret(
        "9.9931", {"brand": "admin, rep", "sibling": "admin, buyer"}
    ),
    "what the distributor pays": Secret("3.3331", _WHO_PAYS_LESS),
    "what the distributor pays for what it passes on": Secret("4.4441", _WHO_PAYS_LESS),
    "the distributor's base price": Secret("8.7713", {"distributor": "admin, rep"}),
    "what the sub-distributor pays": Secret("7.5557", _PARTIES),
    "the name of the list it pays by": Secret("Bittern", {"distributor": "admin, rep"}),
    "what another customer pays by contract": Secret(
        "5.5519", {"distributor": "admin", "other shop": "admin, buyer"}
    ),
    "the name of that contract": Secret("Grebe", {"distributor": "admin"}),
    "what the sub-distributor asks": Secret(
        "11.1193", {"sub": "admin, rep", "shop": "admin, buyer"}
    ),
    "a drafted price": Secret("8.1811", {"distributor": "admin"}),
    "the name of its change": Secret("Dunlin", {"distributor": "admin"}),
    # Bounds and margins
    "the distributor's own floor": Secret("6.6617", {"distributor": "admin"}),
    "the margin it asks of itself": Secret("57.57", {"distributor": "admin"}),
    "the margin behind its fallback prices": Secret("17.3719", {"distributor": "admin"}),
    "the hidden floor from above": Secret("2.2237", {"brand": "admin"}),
    "the ceiling from above": Secret("88.8893", {"brand": "admin", "distributor": "admin"}),
    "the hidden floor for the level below": Secret("7.1171", {"distributor": "admin"}),
    "the retail price recommended to it": Secret(
        "19.1937", {"distributor": "admin, rep", "sub": "admin, buyer"}
    ),
    "how a list derives from another": Secret("2.2929", {"distributor": "admin"}),
    "from which total on it asks for approval": Secret("31313131.31", {"distributor": "admin"}),
    "from which discount on it asks for approval": Secret("43.4343", {"distributor": "admin"}),
    # A rep's discount
    "the authority of a rep": Secret("13.3137", {"distributor": "admin, rep"}),
    "why a discount was given": Secret(DISCOUNT_REASON, {"distributor": "admin, rep"}),
    "why it was approved": Secret(
        APPROVERS_WORDS, {"distributor": "admin, rep, service, warehouse, buyer"}
    ),
    # Terms
    "the credit limit": Secret(
        "646464.46",
        {"distributor": "admin, rep, service, buyer", "sub": "admin, service, buyer"},
    ),
    "what was paid": Secret(
        "Turnstone",
        {"distributor": "admin, rep, service, buyer", "sub": "admin, service, buyer"},
    ),
    "the cash discount": Secret("3.7373", _PARTIES),
    # Promotions
    "who pays how much of a scheme": Secret("61.6161", {"distributor": "admin, rep, other rep"}),
    "the budget of a scheme": Secret("919191.91", {"distributor": "admin, rep, other rep"}),
    "what a scheme gives one buyer at most": Secret(
        "81818.18", {"distributor": "admin, rep, other rep"}
    ),
    "the name of another customer's scheme": Secret(
        "Plover", {"distributor": "admin, rep, other rep", "other shop": "admin, buyer"}
    ),
    "a balance of points": Secret("7717717", {"distributor": "admin, rep", "sub": "admin, buyer"}),
    "the spend for a membership tier": Secret(
        "515151.15",
        {
            "distributor": "admin, rep, other rep",
            "sub": "admin, buyer",
            "other shop": "admin, buyer",
        },
    ),
}
