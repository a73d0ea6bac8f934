"""What comes before an order: saved carts, and what is filled into them."""

from collections.abc import Mapping

from tests.isolation.cases.writing import NOTHING, Case, given, lines, of, once

CALENDAR = {"weekdays": ["MONDAY"], "at": "07:30", "startsOn": "2199-01-01"}
CASES: Mapping[str, tuple[Case, ...]] = {
    "savedCarts": NOTHING
    + of(lambda it, _: {"filter": {"relationshipId": it["TradingRelationship"]}}),
    "pricedCart": given(lambda it, _: {"savedCartId": it["SavedCart"]})
    + given(lambda it, _: {"relationshipId": it["TradingRelationship"]}, owner="buyer"),
    "createSavedCart": given(
        lambda it, own: {
            "idempotencyKey": once(),
            "relationshipId": it["TradingRelationship"],
            "name": "Mine",
            "lines": lines(own["Sku@network"]),
        },
        owner="buyer",
    )
    + given(
        lambda it, own: {
            "idempotencyKey": once(),
            "relationshipId": own["TradingRelationship"],
            "name": "Mine",
            "copyOfId": it["SavedCart"],
        }
    )
    + given(
        lambda it, own: {
            "idempotencyKey": once(),
            "relationshipId": own["TradingRelationship"],
            "name": "Mine",
            "orderId": it["Order:SHIPPED"],
        }
    )
    + given(
        lambda it, own: {
            "idempotencyKey": once(),
            "relationshipId": own["TradingRelationship"],
            "name": "Mine",
            "lines": lines(it["Sku@network"]),
        },
        is_of_network=True,
    ),
    "changeSavedCart": given(lambda it, _: {"savedCartId": it["SavedCart"], "name": "Mine"}),
    "setSavedCartLine": given(
        lambda it, own: {
            "savedCartId": it["SavedCart"],
            "skuId": own["Sku@network"],
            "quantity": "1",
        }
    )
    + given(
        lambda it, own: {
            "savedCartId": own["SavedCart"],
            "skuId": it["Sku@network"],
            "quantity": "1",
        },
        is_of_network=True,
    ),
    "moveCartLines": given(
        lambda it, own: {
            "idempotencyKey": once(),
            "relationshipId": own["TradingRelationship"],
            "fromSavedCartId": it["SavedCart"],
        }
    )
    + given(
        lambda it, own: {
            "idempotencyKey": once(),
            "relationshipId": own["TradingRelationship"],
            "toSavedCartId": it["SavedCart"],
        }
    )
    + given(
        lambda it, own: {
            "idempotencyKey": once(),
            "relationshipId": it["TradingRelationship"],
            "fromSavedCartId": own["SavedCart"],
        }
    )
    + given(
        lambda it, own: {
            "idempotencyKey": once(),
            "relationshipId": own["TradingRelationship"],
            "fromSavedCartId": own["SavedCart"],
            "lines": [{"skuId": it["Sku@network"]}],
        },
        is_of_network=True,
        changes=True,
    ),
    "orderSavedCart": given(
        lambda it, _: {
            "idempotencyKey": once(),
            "savedCartId": it["SavedCart"],
            "seenTotal": "1",
        }
    ),
    "deleteSavedCart": given(lambda it, _: {"savedCartId": it["SavedCart"]}),
    "previewOrderChange": given(
        lambda it, own: {"orderId": it["Order:CONFIRMED"], "lines": lines(own["Sku@network"])}
    )
    + given(
        lambda it, own: {"orderId": own["Order:ALLOCATED"], "lines": lines(it["Sku@network"])},
        is_of_network=True,
    ),
    "applyOrderChange": given(
        lambda it, own: {
            "idempotencyKey": once(),
            "orderId": own["Order:ALLOCATED"],
            "lines": lines(it["Sku@network"]),
            "fingerprint": "none",
        },
        is_of_network=True,
    )
    + given(
        lambda it, own: {
            "idempotencyKey": once(),
            "orderId": it["Order:CONFIRMED"],
            "lines": lines(own["Sku@network"]),
            "fingerprint": "none",
        }
    ),
    "orderRequests": NOTHING,
    "sendOrderRequest": given(
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
    ),
    "orderRequest": given(
        lambda it, _: {
            "idempotencyKey": once(),
            "orderRequestId": it["OrderRequest"],
            "seenTotal": "1",
        }
    ),
    "sendBackOrderRequest": given(
        lambda it, _: {"orderRequestId": it["OrderRequest"], "reason": "because"}
    ),
    "withdrawOrderRequest": given(
        lambda it, _: {"orderRequestId": it["OrderRequest"]}, owner="buyer"
    ),
    "standingOrders": NOTHING,
    "createStandingOrder": given(
        lambda it, _: {
            "idempotencyKey": once(),
            "savedCartId": it["SavedCart"],
            "calendar": CALENDAR,
        }
    ),
    "changeStandingOrder": given(
        lambda it, _: {"standingOrderId": it["StandingOrder"], "state": "ENDED"}
    ),
    "skipStandingOrder": given(
        lambda it, _: {"standingOrderId": it["StandingOrder"], "day": "2199-01-07"}
    ),
    "suggestedOrder": given(
        lambda it, _: {"relationshipId": it["TradingRelationship"]}, owner="buyer"
    )
    + given(
        lambda it, own: {
            "relationshipId": own["TradingRelationship"],
            "counted": [{"skuId": it["Sku@network"], "pieces": "1"}],
        },
        is_of_network=True,
    ),
    "takeSuggestedOrder": given(
        lambda it, _: {"idempotencyKey": once(), "relationshipId": it["TradingRelationship"]},
        owner="buyer",
    )
    + given(
        lambda it, own: {
            "idempotencyKey": once(),
            "relationshipId": own["TradingRelationship"],
            "savedCartId": it["SavedCart"],
        }
    )
    + given(
        lambda it, own: {
            "idempotencyKey": once(),
            "relationshipId": own["TradingRelationship"],
            "counted": [{"skuId": it["Sku@network"], "pieces": "1"}],
        },
        is_of_network=True,
    ),
    "addOrderNote": given(
        lambda it, _: {"idempotencyKey": once(), "orderId": it["Order:SHIPPED"], "text": "Mine"}
    ),
    "quickOrder": given(
        lambda it, _: {
            "idempotencyKey": once(),
            "content": "SKU-1 1 CASE",
            "relationshipId": it["TradingRelationship"],
        },
        owner="buyer",
    )
    + given(
        lambda it, _: {
            "idempotencyKey": once(),
            "content": "SKU-1 1 CASE",
            "savedCartId": it["SavedCart"],
        }
    ),
    "reorder": given(
        lambda it, _: {"idempotencyKey": once(), "orderId": it["Order:SHIPPED"]}, owner="buyer"
    )
    + given(
        lambda it, own: {
            "idempotencyKey": once(),
            "orderId": own["Order:SHIPPED"],
            "savedCartId": it["SavedCart"],
        }
    )
    + given(
        lambda it, own: {
            "idempotencyKey": once(),
            "invoiceId": it["Invoice"],
            "relationshipId": own["TradingRelationship"],
        }
    )
    + given(
        lambda it, own: {
            "idempotencyKey": once(),
            "orderId": own["Order:SHIPPED"],
            "relationshipId": it["TradingRelationship"],
        },
        owner="buyer",
    ),
}
NODES: Mapping[str, tuple[str, ...]] = {
    "OrderRequest": ("OrderRequest",),
    "SavedCart": ("SavedCart",),
    "StandingOrder": ("StandingOrder",),
}
JOBS: Mapping[str, tuple[str, ...]] = {"make_standing_order": ("StandingOrder",)}
