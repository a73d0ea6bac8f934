"""Tables of stock, of what moves and bounds it, and of when it calls for somebody (F7)."""

from app.inventory.models.alerts import StockAlert, StockThreshold
from app.inventory.models.limits import (
    QuotaEntry,
    QuotaUse,
    StockBand,
    StockQuota,
    StoredSourcingRule,
)
from app.inventory.models.stock import (
    Allocation,
    LotBalance,
    MoveCause,
    Reservation,
    StockBalance,
    StockLot,
    StockMove,
    StockStatusChange,
    Warehouse,
)
from app.inventory.models.transfers import StockTransfer, StockTransferLine

__all__ = [
    "Allocation",
    "LotBalance",
    "MoveCause",
    "QuotaEntry",
    "QuotaUse",
    "Reservation",
    "StockAlert",
    "StockBalance",
    "StockBand",
    "StockLot",
    "StockMove",
    "StockQuota",
    "StockStatusChange",
    "StockThreshold",
    "StockTransfer",
    "StockTransferLine",
    "StoredSourcingRule",
    "Warehouse",
]
