"""Packages of planned shipments."""

from collections.abc import Mapping
from typing import Any

from tests.isolation.cases.writing import Case, given


def _one(line: str) -> list[dict[str, Any]]:
    return [{"contents": [{"shipmentLineId": line, "pieces": "1"}]}]


CASES: Mapping[str, tuple[Case, ...]] = {
    "packShipment": given(
        lambda it, _: {
            "shipmentId": it["Shipment:PLANNED"],
            "packages": _one(it["ShipmentLine"]),
        }
    )
    + given(
        lambda it, own: {
            "shipmentId": own["Shipment:PLANNED"],
            "packages": _one(it["ShipmentLine"]),
        }
    ),
}
