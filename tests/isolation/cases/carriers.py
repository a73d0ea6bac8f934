"""Carriers, and what they are asked to take; the own organisation's alone."""

from collections.abc import Mapping
from typing import Any

from tests.isolation.cases.writing import NOTHING, WHY, Case, given, once


def _carrier(**more: Any) -> dict[str, Any]:
    return {"name": once(), "url": "https://carriers.example.com/", **more}


def _trouble(**about: str) -> dict[str, Any]:
    return {"idempotencyKey": once(), "kind": "OTHER", "note": "odd", **about}


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
    "orderExceptions": NOTHING,
    "openOrderException": given(
        lambda it, _: _trouble(orderId=it["Order:SHIPPED"]),
    )
    + given(
        lambda it, own: _trouble(orderId=own["Order:SHIPPED"], shipmentId=it["Shipment:SHIPPED"])
    ),
    "assignOrderException": given(
        lambda it, own: {
            "exceptionId": it["OrderException"],
            "membershipId": own["Membership"],
        }
    )
    + given(
        lambda it, own: {
            "exceptionId": own["OrderException"],
            "membershipId": it["Membership"],
        }
    ),
    "explainOrderException": given(
        lambda it, _: {"exceptionId": it["OrderException"], "explanation": "so it was"}
    ),
    "loseGoods": given(lambda it, _: {"shipmentId": it["Shipment:SHIPPED"], **WHY})
    + given(
        lambda it, own: {
            "shipmentId": own["Shipment:SHIPPED"],
            "lines": [{"orderLineId": it["OrderLine:SHIPPED"], "pieces": "1"}],
            **WHY,
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
