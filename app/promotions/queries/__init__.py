"""What an actor may read of promotions: the own organisation's, or what is offered to it."""

from app.promotions.queries.buyers import (
    ASKING,
    BuyerAccount,
    OfferedScheme,
    buyer_standing,
    membership_tiers_by_id,
    my_coupons,
    points_entries_of,
    schemes_for_me,
)
from app.promotions.queries.claims import ClaimableTotal, ClaimSide, claimable_benefits
from app.promotions.queries.protection import Protected, ProtectionAsked, price_protection
from app.promotions.queries.schemes import (
    StandingAsKnown,
    checklists_of,
    coupons_by_id,
    coupons_of,
    membership_tiers,
    points_programme,
    scheme_standings,
    trade_scheme,
    trade_schemes,
    trade_schemes_by_id,
    versions_of,
)

__all__ = [
    "ASKING",
    "BuyerAccount",
    "ClaimSide",
    "ClaimableTotal",
    "OfferedScheme",
    "Protected",
    "ProtectionAsked",
    "StandingAsKnown",
    "buyer_standing",
    "checklists_of",
    "claimable_benefits",
    "coupons_by_id",
    "coupons_of",
    "membership_tiers",
    "membership_tiers_by_id",
    "my_coupons",
    "points_entries_of",
    "points_programme",
    "price_protection",
    "scheme_standings",
    "schemes_for_me",
    "trade_scheme",
    "trade_schemes",
    "trade_schemes_by_id",
    "versions_of",
]
