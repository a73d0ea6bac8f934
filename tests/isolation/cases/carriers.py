"""Carriers, and what they are asked to take; the own organisation's alone."""

from collections.abc import Mapping
from typing import Any

from tests.isolation.cases.writing import NOTHING, Case, given, once


def _carrier(**more: Any) -> dict[str, Any]:
    return {"name": once(), "url": "https://carriers.example.com/", **more}


CASES: Mapping[str, tuple[Case, ...]] = {
    "carriers": NOTHING,
    "createCarrier": given(lambda _it, _own: _carrier(idempotencyKey=once()), changes=True),
    "changeCarrier": given(lambda it, _: _carrier(carrierId=it["Carrier:2"])),
    "rotateCarrierSecrets": given(lambda it, _: {"carrierId": it["Carrier:2"]}),
    "rebookCarrier": given(
        lambda it, own: {
            "idempotencyKey": once(),
            "shipmentId": it["Shipment:PLANNED"],
            "carrierId": own["Carrier"],
        }
    )
    + given(
        lambda it, own: {
            "idempotencyKey": once(),
            "shipmentId": own["Shipment:PLANNED"],
            "carrierId": it["Carrier"],
        }
    ),
}
MORE: Mapping[str, tuple[Case, ...]] = {
    "bookCarrier": given(
        lambda it, own: {
            "idempotencyKey": once(),
            "orderId": own["Order:PREPARED"],
            "carrierId": it["Carrier"],
        }
    ),
}
NODES: Mapping[str, tuple[str, ...]] = {"Carrier": ("Carrier", "Carrier:2")}
