"""Stock."""

from collections.abc import Mapping

from tests.isolation.cases.writing import NOTHING, WHY, Case, given, goods, of, once

_STATUSES = {"fromStatus": "AVAILABLE", "toStatus": "BLOCKED", "quantity": "1"}


def _status(**place: str) -> dict[str, str]:
    return {"idempotencyKey": once(), **_STATUSES, **WHY, **place}


def _transfer(since: str, to: str, lot: str) -> dict[str, object]:
    lots = [{"lotId": lot, "pieces": "1"}]
    places = {"fromWarehouseId": since, "toWarehouseId": to}
    return {"idempotencyKey": once(), "lots": lots, **places}


def _count(warehouse: str, lot: str) -> dict[str, object]:
    return {"warehouseId": warehouse, "counts": [{"lotId": lot, "pieces": "1"}]}


def _applied(warehouse: str, lot: str) -> dict[str, object]:
    key = {"idempotencyKey": once(), "fingerprint": "as it was seen"}
    return {"count": _count(warehouse, lot), **key, **WHY}


def _counted(lot: str) -> list[dict[str, str]]:
    return [{"lotId": lot, "pieces": "0", **WHY}]


CASES: Mapping[str, tuple[Case, ...]] = {
    "warehouses": NOTHING,
    "stock": NOTHING
    + of(lambda it, _: {"warehouseId": it["Warehouse"]})
    + of(lambda it, _: {"skuId": it["Sku@network"]}, is_of_network=True),
    "lots": of(lambda it, _: {"skuId": it["Sku@network"]}, is_of_network=True)
    + of(lambda it, _: {"skuId": it["Sku:DRAFT"]}),
    "stockMoves": NOTHING
    + of(lambda it, _: {"warehouseId": it["Warehouse"]})
    + of(lambda it, _: {"skuId": it["Sku@network"]}, is_of_network=True),
    "createWarehouse": given(lambda _it, _own: {"name": once()}, changes=True),
    "receiveStock": given(
        lambda it, own: {
            "idempotencyKey": once(),
            "warehouseId": it["Warehouse"],
            "goods": goods(own["Sku@network"]),
        }
    )
    + given(
        lambda it, _: {"idempotencyKey": once(), "goods": goods(it["Sku@network"])},
        is_of_network=True,
    ),
    "stockStatusChanges": NOTHING
    + of(lambda it, _: {"warehouseId": it["Warehouse"]})
    + of(lambda it, _: {"skuId": it["Sku@network"]}, is_of_network=True),
    "changeStockStatus": given(
        lambda it, own: _status(warehouseId=it["Warehouse"], lotId=own["StockLot"])
    )
    + given(lambda it, own: _status(warehouseId=own["Warehouse"], lotId=it["StockLot"])),
    "previewStockCount": given(lambda it, own: _count(it["Warehouse"], own["StockLot"]))
    + given(lambda it, own: _count(own["Warehouse"], it["StockLot"])),
    "applyStockCount": given(lambda it, own: _applied(it["Warehouse"], own["StockLot"]))
    + given(lambda it, own: _applied(own["Warehouse"], it["StockLot"])),
    "stockTotals": NOTHING
    + of(lambda it, _: {"warehouseId": it["Warehouse"]})
    + of(lambda it, _: {"organisationId": it["Organisation"]}),
    "stockTransfers": NOTHING,
    "sendStockTransfer": given(
        lambda it, own: _transfer(it["Warehouse"], own["Warehouse:ANNEX"], own["StockLot"])
    )
    + given(lambda it, own: _transfer(own["Warehouse"], it["Warehouse:ANNEX"], own["StockLot"]))
    + given(lambda it, own: _transfer(own["Warehouse"], own["Warehouse:ANNEX"], it["StockLot"])),
    "receiveStockTransfer": given(
        lambda it, own: {"transferId": it["StockTransfer"], "counts": _counted(own["StockLot"])}
    )
    + given(
        lambda it, own: {"transferId": own["StockTransfer"], "counts": _counted(it["StockLot"])}
    ),
    "adjustStock": given(
        lambda it, own: {
            "idempotencyKey": once(),
            "warehouseId": it["Warehouse"],
            "lotId": own["StockLot"],
            "quantity": "-1",
            **WHY,
        }
    )
    + given(
        lambda it, own: {
            "idempotencyKey": once(),
            "warehouseId": own["Warehouse"],
            "lotId": it["StockLot"],
            "quantity": "-1",
            **WHY,
        }
    ),
}
