"""Stock alerts and thresholds: the own organisation's alone."""

from collections.abc import Mapping

from tests.isolation.cases.writing import NOTHING, Case, given, of, once

CASES: Mapping[str, tuple[Case, ...]] = {
    "stockAlerts": NOTHING
    + of(lambda it, _: {"filter": {"warehouseId": it["Warehouse"]}})
    + of(lambda it, _: {"filter": {"skuId": it["Sku@network"]}}, is_of_network=True),
    "stockAlertCounts": NOTHING,
    "stockThresholds": NOTHING,
    "stockBands": NOTHING,
    "setStockBands": given(
        lambda _it, _own: {"bands": [{"fromPieces": "9", "name": "Plenty"}]}, changes=True
    ),
    "setStockThreshold": given(lambda it, _: {"warehouseId": it["Warehouse"], "low": "1"})
    + given(lambda it, _: {"skuId": it["Sku:DRAFT"], "low": "1"})
    + given(lambda it, _: {"categoryId": it["Category@network"], "low": "1"}, is_of_network=True),
    "takeStockAlerts": given(
        lambda it, _: {"idempotencyKey": once(), "relationshipId": it["TradingRelationship"]},
        owner="buyer",
    )
    + given(
        lambda it, own: {
            "idempotencyKey": once(),
            "relationshipId": own["TradingRelationship"],
            "savedCartId": it["SavedCart:BUYER"],
        },
        owner="buyer",
    )
    + given(
        lambda it, own: {
            "idempotencyKey": once(),
            "relationshipId": own["TradingRelationship:UPSTREAM"],
            "alertIds": [it["StockAlert"]],
        }
    ),
    "removeStockThreshold": given(lambda it, _: {"thresholdId": it["StockThreshold"]}),
    "acknowledgeStockAlert": given(lambda it, _: {"alertId": it["StockAlert"]}),
}
NODES: Mapping[str, tuple[str, ...]] = {
    "StockAlert": ("StockAlert",),
    "StockStatusChange": ("StockStatusChange",),
    "StockThreshold": ("StockThreshold",),
    "StockTransfer": ("StockTransfer",),
}
JOBS: Mapping[str, tuple[str, ...]] = {"check_stock": ("Organisation",)}
