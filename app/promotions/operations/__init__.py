"""What packages above may ask of promotions, unguarded: offers, grants and taking them back."""

from app.promotions.operations.coupons import CouponOutcome
from app.promotions.operations.giving_back import give_back
from app.promotions.operations.granting import Granted, Write, grant
from app.promotions.operations.offering import Offered, offered
from app.promotions.operations.points import earn

__all__ = [
    "CouponOutcome",
    "Granted",
    "Offered",
    "Write",
    "earn",
    "give_back",
    "grant",
    "offered",
]
