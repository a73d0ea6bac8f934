"""What an actor may change about promotions: the own organisation's and nothing else."""

from app.promotions.commands.activating import (
    activate_trade_scheme,
    end_trade_scheme,
    start_trade_schemes,
)
from app.promotions.commands.coupons import (
    CouponBatch,
    NewCoupons,
    Withdrawal,
    issue_coupons,
    withdraw_coupons,
)
from app.promotions.commands.members import NewTier, create_membership_tier
from app.promotions.commands.points import (
    PointsAdjustment,
    Programme,
    adjust_points,
    set_points_programme,
)
from app.promotions.commands.schemes import (
    NewScheme,
    SchemeChange,
    change_trade_scheme,
    create_trade_scheme,
)
from app.promotions.commands.time import age_membership, expire_points

__all__ = [
    "CouponBatch",
    "NewCoupons",
    "NewScheme",
    "NewTier",
    "PointsAdjustment",
    "Programme",
    "SchemeChange",
    "Withdrawal",
    "activate_trade_scheme",
    "adjust_points",
    "age_membership",
    "change_trade_scheme",
    "create_membership_tier",
    "create_trade_scheme",
    "end_trade_scheme",
    "expire_points",
    "issue_coupons",
    "set_points_programme",
    "start_trade_schemes",
    "withdraw_coupons",
]
