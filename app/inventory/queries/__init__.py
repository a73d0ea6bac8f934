"""What an actor may read of stock and of what bounds it: the own organisation's (R3-47)."""

from app.inventory.queries.alerts import (
    AlertFilter,
    alerts_by_id,
    stock_alert_counts,
    stock_alerts,
    stock_thresholds,
    thresholds_by_id,
)
from app.inventory.queries.bands import stock_bands
from app.inventory.queries.quotas import (
    Used,
    quota_uses,
    quotas_by_id,
    quotas_for_buyer,
    stock_quotas,
)
from app.inventory.queries.sourcing import sourcing_rules
from app.inventory.queries.statuses import status_changes_by_id, stock_status_changes
from app.inventory.queries.stock import (
    lot_balances,
    lots,
    lots_by_id,
    moves_by_id,
    moves_of_source,
    stock,
    stock_moves,
    warehouses,
    warehouses_by_id,
)
from app.inventory.queries.totals import ExpiryBand, StockTotal, stock_totals
from app.inventory.queries.transfers import lines_of_transfers, stock_transfers, transfers_by_id

__all__ = [
    "AlertFilter",
    "ExpiryBand",
    "StockTotal",
    "Used",
    "alerts_by_id",
    "lines_of_transfers",
    "lot_balances",
    "lots",
    "lots_by_id",
    "moves_by_id",
    "moves_of_source",
    "quota_uses",
    "quotas_by_id",
    "quotas_for_buyer",
    "sourcing_rules",
    "status_changes_by_id",
    "stock",
    "stock_alert_counts",
    "stock_alerts",
    "stock_bands",
    "stock_moves",
    "stock_quotas",
    "stock_status_changes",
    "stock_thresholds",
    "stock_totals",
    "stock_transfers",
    "thresholds_by_id",
    "transfers_by_id",
    "warehouses",
    "warehouses_by_id",
]
