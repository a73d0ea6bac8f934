"""What must not be known by all, and who may know it."""

from tests.isolation.priced_scene import APPROVERS_WORDS, DISCOUNT_REASON, PricedScene

SECRETS = {
    "what the brand asks of others": "9.9931",
    "what the distributor pays": "3.3331",
    "what the distributor pays for goods it passes on": "4.4441",
    "the distributor's base price": "8.7713",
    "what the sub-distributor pays": "7.5557",
    "the name of its list": "Bittern",
    "another customer's contract price": "5.5519",
    "the name of another customer's contract": "Grebe",
    "the sub-distributor's own price": "11.1193",
    "a drafted price": "8.1811",
    "the distributor's own floor": "6.6617",
    "the margin it asks of itself": "57.57",
    "the floor from above": "2.2237",
    "the ceiling from above": "88.8893",
    "the floor for the sub-distributor": "7.1171",
    "the retail price recommended to it": "19.1937",
    "the standard margin": "17.3719",
    "the authority of a rep": "13.3137",
    "the credit limit": "646464.46",
    "the cash discount": "3.7373",
    "who pays how much of a scheme": "61.6161",
    "the budget of a scheme": "919191.91",
    "the limit of a scheme per buyer": "81818.18",
    "the name of another customer's scheme": "Plover",
    "the balance of points": "7717717",
    "the spend for a membership tier": "515151.15",
    "why a discount was given": DISCOUNT_REASON,
    "what the approver said": APPROVERS_WORDS,
}
SEEN_BY = {}

def secrets_of(scene):
    return SECRETS | scene.made
