"""Carts, orders, goods on their way, money and approval."""

from collections.abc import Mapping

from tests.isolation.cases.writing import (
    NOTHING,
    WHY,
    Case,
    a_shipment,
    an_order,
    given,
    lines,
    of,
    once,
    pieces,
)

CASES: Mapping[str, tuple[Case, ...]] = {
    # Carts and orders
    "cart": of(lambda it, _: {"relationshipId": it["TradingRelationship"]}, owner="buyer"),
    "setCartLine": given(
        lambda it, own: {
            "relationshipId": it["TradingRelationship"],
            "skuId": own["Sku@network"],
            "quantity": "1",
        },
        owner="buyer",
    )
    + given(
        lambda it, own: {
            "relationshipId": own["TradingRelationship"],
            "skuId": it["Sku@network"],
            "quantity": "1",
        },
        is_of_network=True,
    ),
    "order": of(lambda it, _: {"id": it["Order:SHIPPED"]})
    + of(lambda it, _: {"id": it["Order:DRAFT"]}, owner="buyer"),
    "orders": NOTHING + of(lambda it, _: {"filter": {"relationshipId": it["TradingRelationship"]}}),
    "orderChanged": NOTHING + of(lambda it, _: {"orderId": it["Order:CONFIRMED"]}),
    "createOrder": given(
        lambda it, own: {
            "idempotencyKey": once(),
            "relationshipId": it["TradingRelationship"],
            "lines": lines(own["Sku@network"]),
        },
        owner="buyer",
    )
    + given(
        lambda it, own: {
            "idempotencyKey": once(),
            "relationshipId": own["TradingRelationship"],
            "lines": lines(it["Sku@network"]),
        },
        is_of_network=True,
    ),
    "placeOrder": given(
        lambda it, own: {
            "idempotencyKey": once(),
            "relationshipId": it["TradingRelationship"],
            "seenTotal": "1",
            "lines": lines(own["Sku@network"]),
        },
        owner="buyer",
    ),
    "submitOrder": an_order("DRAFT", owner="buyer", seenTotal="1"),
    "changeOrder": given(
        lambda it, own: {"orderId": it["Order:CONFIRMED"], "lines": lines(own["Sku@network"])}
    ),
    "reviseOrder": an_order("REJECTED", owner="buyer"),
    "orderReview": of(lambda it, _: {"orderId": it["Order:PENDING_REVIEW"]}),
    "reviewOrder": an_order("PENDING_REVIEW"),
    "sendOrderBack": an_order("PENDING_REVIEW", **WHY),
    "approveOrder": an_order("PENDING_APPROVAL"),
    "rejectOrder": an_order("PENDING_APPROVAL", **WHY),
    "releaseCredit": an_order("HELD", **WHY),
    "allocateOrder": an_order("CONFIRMED"),
    "coverBackorder": an_order("BACKORDERED"),
    "closeOrderShort": an_order("BACKORDERED", **WHY),
    "cancelOrder": an_order("CONFIRMED", owner="buyer", **WHY),
    "requestCancel": an_order("SHIPPED", owner="buyer", **WHY),
    "settleOrder": an_order("RECEIVED"),
    "recordPayment": given(
        lambda it, _: {
            "idempotencyKey": once(),
            "orderId": it["Order:COMPLETED"],
            "amount": "1",
            "method": "CASH",
        }
    ),
    "closeOrderException": given(
        lambda it, _: {"exceptionId": it["OrderException"], "resolution": "found"}
    ),
    "shortages": NOTHING,
    "orderShortages": given(
        lambda it, _: {"idempotencyKey": once(), "shortageIds": [it["Shortage"]]}
    )
    + given(
        lambda it, _: {
            "idempotencyKey": once(),
            "relationshipId": it["TradingRelationship:UPSTREAM"],
        }
    ),
    # Goods on their way
    "startPreparation": an_order("ALLOCATED"),
    "finishPreparation": an_order("PREPARING")
    + given(
        lambda it, own: {
            "orderId": own["Order:PREPARING"],
            "picked": pieces(it["OrderLine:PREPARING"]),
        }
    ),
    "bookCarrier": given(
        lambda it, _: {
            "idempotencyKey": once(),
            "orderId": it["Order:PREPARED"],
            "carrier": "SF",
        }
    )
    + given(
        lambda it, own: {
            "idempotencyKey": once(),
            "orderId": own["Order:PREPARED"],
            "carrier": "SF",
            "lines": pieces(it["OrderLine:PREPARED"]),
        }
    ),
    "handOver": a_shipment("PLANNED", handedOverTo="Mallory")
    + given(
        lambda it, own: {
            "shipmentId": own["Shipment:PLANNED"],
            "handedOverTo": "Mallory",
            "signatureFileId": it["StoredFile:SIGNATURE"],
        }
    ),
    "arriveAtPickupPoint": a_shipment("PICKUP", place="Here"),
    "reportTracking": a_shipment("SHIPPED", status="DELAYED"),
    "signDelivery": a_shipment("SHIPPED", owner="buyer", signedBy="Mallory")
    + given(
        lambda it, own: {
            "shipmentId": own["Shipment:SHIPPED"],
            "signedBy": "Mallory",
            "refused": pieces(it["OrderLine:SHIPPED"]),
            "reason": "wet",
        },
        owner="buyer",
    )
    + given(
        lambda it, own: {
            "shipmentId": own["Shipment:SHIPPED"],
            "signedBy": "Mallory",
            "signatureFileId": it["StoredFile:SIGNATURE"],
        },
        owner="buyer",
    )
    + given(
        lambda it, own: {
            "shipmentId": own["Shipment:SHIPPED"],
            "signedBy": "Mallory",
            "photoFileId": it["StoredFile:PROOF"],
        },
        owner="buyer",
    ),
    "returnToWarehouse": a_shipment("REFUSED", deliverAgain=True),
    "confirmReceipt": an_order("SIGNED", owner="buyer")
    + given(
        lambda it, own: {
            "orderId": own["Order:SIGNED"],
            "received": pieces(it["OrderLine:SIGNED"]),
        },
        owner="buyer",
    ),
    # Money
    "invoice": of(lambda it, _: {"id": it["Invoice"]}),
    "invoices": NOTHING,
    # Approval
    "approvalRules": NOTHING,
    "createApprovalRule": given(
        lambda it, _: {
            "party": "SELLER",
            "threshold": "1",
            "currency": "CNY",
            "approverMembershipId": it["Membership"],
        }
    ),
    "deactivateApprovalRule": given(lambda it, _: {"ruleId": it["ApprovalRule"]}),
}
