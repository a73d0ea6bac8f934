"""Trade schemes, coupons, points, membership tiers, claims and price protection."""

import strawberry

from app.schema.promotions.buyers import BuyersQuery
from app.schema.promotions.claims import ClaimsQuery
from app.schema.promotions.mutations import SchemesMutation
from app.schema.promotions.queries import SchemesQuery
from app.schema.promotions.rewards import RewardsMutation

__all__ = ["PromotionsMutation", "PromotionsQuery"]


@strawberry.type
class PromotionsQuery(SchemesQuery, BuyersQuery, ClaimsQuery):
    """Questions about promotions."""


@strawberry.type
class PromotionsMutation(SchemesMutation, RewardsMutation):
    """Changes of promotions."""
