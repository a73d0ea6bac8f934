"""What an actor may change of stock and of what bounds it (R3-47)."""

from app.inventory.commands.alerts import (
    Threshold,
    acknowledge_stock_alert,
    check_stock,
    remove_stock_threshold,
    set_stock_threshold,
)
from app.inventory.commands.bands import set_stock_bands
from app.inventory.commands.counts import Count, apply_stock_count, preview_stock_count
from app.inventory.commands.quotas import NewQuota, create_stock_quota, end_stock_quota
from app.inventory.commands.sourcing import set_sourcing_rules
from app.inventory.commands.statuses import StatusChange, change_stock_status
from app.inventory.commands.stock import (
    Adjustment,
    GoodsIn,
    WarehouseDraft,
    adjust_stock,
    create_warehouse,
    receive_stock,
)
from app.inventory.commands.transfers import (
    Counted,
    Sending,
    receive_stock_transfer,
    send_stock_transfer,
)

__all__ = [
    "Adjustment",
    "Count",
    "Counted",
    "GoodsIn",
    "NewQuota",
    "Sending",
    "StatusChange",
    "Threshold",
    "WarehouseDraft",
    "acknowledge_stock_alert",
    "adjust_stock",
    "apply_stock_count",
    "change_stock_status",
    "check_stock",
    "create_stock_quota",
    "create_warehouse",
    "end_stock_quota",
    "preview_stock_count",
    "receive_stock",
    "receive_stock_transfer",
    "remove_stock_threshold",
    "send_stock_transfer",
    "set_sourcing_rules",
    "set_stock_bands",
    "set_stock_threshold",
]
