"""Which lots serve whom, how a shortage is shared, and what quotas leave: plain functions."""

from app.inventory.rules.allotting import (
    BeyondAllocated,
    ForSale,
    FreeLot,
    LotQuantity,
    OpenAllocation,
    Receipt,
    allot,
    draw,
    rule_for,
    totals,
)
from app.inventory.rules.demands import ANYBODY, Buyer, Demand, SourcingRule
from app.inventory.rules.quotas import QuotaLeft, QuotaPeriod, period_start
from app.inventory.rules.sharing import (
    Share,
    ShareReason,
    SharingManner,
    Wish,
    fair_shares,
    in_order_of_keeping,
    shares,
)

__all__ = [
    "ANYBODY",
    "BeyondAllocated",
    "Buyer",
    "Demand",
    "ForSale",
    "FreeLot",
    "LotQuantity",
    "OpenAllocation",
    "QuotaLeft",
    "QuotaPeriod",
    "Receipt",
    "Share",
    "ShareReason",
    "SharingManner",
    "SourcingRule",
    "Wish",
    "allot",
    "draw",
    "fair_shares",
    "in_order_of_keeping",
    "period_start",
    "rule_for",
    "shares",
    "totals",
]
