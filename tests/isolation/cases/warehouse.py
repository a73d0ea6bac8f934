"""The warehouse's work: scarce goods and waves of picks; the own organisation's alone."""

from collections.abc import Mapping
from typing import Any

from tests.isolation.cases.writing import NOTHING, WHY, Case, Things, given, of, once


def _quota(**bound: str) -> dict[str, str]:
    return {"idempotencyKey": once(), "pieces": "1000000000", "period": "DAY", **bound}


def _wave(**chosen: Any) -> dict[str, Any]:
    return {"idempotencyKey": once(), **chosen}


def _tour(own: Things, **foreign: Any) -> dict[str, Any]:
    """A plan of what is on no other, as the stranger's own shipment that waits is on one."""
    return {
        "idempotencyKey": once(),
        "warehouseId": own["Warehouse"],
        "day": "2026-11-30",
        "vehicle": "Mallory's van",
        "driverId": own["Membership"],
        "shipmentIds": [own["Shipment:PLANNED"]],
        "planId": own["DeliveryPlan"],
        **foreign,
    }


CASES: Mapping[str, tuple[Case, ...]] = {
    "stockQuotas": NOTHING + of(lambda it, _: {"skuId": it["Sku@network"]}, is_of_network=True),
    "createStockQuota": given(
        lambda it, own: _quota(skuId=own["Sku@network"], relationshipId=it["TradingRelationship"])
    )
    + given(lambda it, own: _quota(skuId=own["Sku@network"], levelId=it["CustomerLevel"]))
    + given(lambda it, _: _quota(skuId=it["Sku:DRAFT"])),
    "ownQuotas": of(lambda it, _: {"relationshipId": it["TradingRelationship"]}, owner="buyer"),
    "endStockQuota": given(lambda it, _: {"quotaId": it["StockQuota"]}),
    "previewFairShare": of(lambda it, _: {"skuId": it["Sku@network"]}, is_of_network=True),
    "shareStock": given(
        lambda it, _: {"skuId": it["Sku@network"], "token": "0" * 32}, is_of_network=True
    ),
    "sourcingRules": NOTHING,
    "orderSourcing": of(lambda it, _: {"orderId": it["Order:CONFIRMED"]}),
    "setSourcingRules": given(lambda it, _: {"rules": [{"warehouseId": it["Warehouse"]}]}),
    "pickWaves": NOTHING,
    "setStockPlace": given(
        lambda it, own: {
            "warehouseId": it["Warehouse"],
            "skuId": own["Sku@network"],
            "place": "Z",
        }
    )
    + given(
        lambda it, own: {
            "warehouseId": own["Warehouse"],
            "skuId": it["Sku:DRAFT"],
            "place": "Z",
        }
    ),
    "createPickWave": given(
        lambda it, own: _wave(warehouseId=it["Warehouse"], orderIds=[own["Order:PICKING"]])
    )
    + given(lambda it, own: _wave(warehouseId=own["Warehouse"], orderIds=[it["Order:PREPARING"]])),
    "assignPickWave": given(
        lambda it, own: {"waveId": it["PickWave"], "membershipId": own["Membership"]}
    )
    + given(lambda it, own: {"waveId": own["PickWave"], "membershipId": it["Membership"]}),
    "scanPick": given(
        lambda it, _: {
            "pickLineId": it["PickLine"],
            "code": "4006381333931",
            "lotCode": "L1",
            "packs": "1",
        }
    ),
    "shortPick": given(lambda it, _: {"pickLineId": it["PickLine"], "pieces": "1", **WHY}),
    "checkPickWave": given(lambda it, _: {"waveId": it["PickWave"]})
    + given(
        lambda it, own: {
            "waveId": own["PickWave"],
            "counts": [{"pickLineId": it["PickLine"], "pieces": "1"}],
        }
    ),
    "deliveryPlans": NOTHING
    + of(lambda it, _: {"warehouseId": it["Warehouse"], "day": "2026-11-30"}),
    "planDelivery": given(lambda it, own: _tour(own, planId=it["DeliveryPlan"]))
    + given(lambda it, own: _tour(own, warehouseId=it["Warehouse"]))
    + given(lambda it, own: _tour(own, driverId=it["Membership"]))
    + given(lambda it, own: _tour(own, shipmentIds=[it["Shipment:PLANNED"]])),
    "cancelDeliveryPlan": given(lambda it, _: {"planId": it["DeliveryPlan"], **WHY}),
    "departDeliveryPlan": given(lambda it, _: {"planId": it["DeliveryPlan"]}),
}
NODES: Mapping[str, tuple[str, ...]] = {
    "DeliveryPlan": ("DeliveryPlan",),
    "PickLine": ("PickLine",),
    "PickWave": ("PickWave",),
    "StockQuota": ("StockQuota",),
}
