"""More ways in: the places for ids that the cases of the subjects leave aside.

`matrix.doors` finds them; cases here are added to those of the same field.
"""

from collections.abc import Mapping

from tests.isolation.cases.promotions import SCHEME_TERMS, scheme
from tests.isolation.cases.writing import Case, given, lines, once

_GIFT = {
    "lane": "FREE_GOODS",
    "benefit": "FREE_GOODS",
    "tiers": [{"threshold": "100", "benefit": "1"}],
}
_LIMITS = {"limits": {"minimumMarginPercent": "1"}}


def _row(**scope: str) -> list[dict[str, str]]:
    return [{"amount": "1", **scope}]


MORE: Mapping[str, tuple[Case, ...]] = {
    "changeProduct": given(
        lambda it, own: {"productId": own["Product"], "brandId": it["Brand@network"]},
        is_of_network=True,
    ),
    # Orders
    "changeOrder": given(
        lambda it, own: {"orderId": own["Order:CONFIRMED"], "lines": lines(it["Sku@network"])},
        is_of_network=True,
    ),
    "reviseOrder": given(
        lambda it, own: {"orderId": own["Order:REJECTED"], "lines": lines(it["Sku@network"])},
        owner="buyer",
        is_of_network=True,
    ),
    "placeOrder": given(
        lambda it, own: {
            "idempotencyKey": once(),
            "relationshipId": own["TradingRelationship"],
            "seenTotal": "1",
            "lines": lines(it["Sku@network"]),
        },
        owner="buyer",
        is_of_network=True,
    )
    + given(
        lambda it, own: {
            "idempotencyKey": once(),
            "relationshipId": own["TradingRelationship"],
            "seenTotal": "1",
            "lines": lines(own["Sku@network"]),
            "deliveryAddressId": it["DeliveryAddress"],
        },
        owner="buyer",
    ),
    # Prices
    "changePriceListTerms": given(
        lambda it, own: {
            "priceListId": own["PriceList"],
            "validFrom": "2090-01-01",
            "derivation": {"parentId": it["PriceList"]},
        }
    ),
    "priceAt": given(
        lambda it, own: {
            "relationshipId": own["TradingRelationship"],
            "lines": lines(it["Sku@network"]),
            "at": "2026-01-01T00:00:00Z",
        },
        is_of_network=True,
    ),
    "simulateQuote": given(
        lambda it, own: {
            "relationshipId": own["TradingRelationship"],
            "lines": lines(it["Sku@network"]),
        },
        is_of_network=True,
    ),
    "setPrices": given(
        lambda it, own: {
            "priceListId": own["PriceList"],
            "entries": _row(brandId=it["Brand@network"], categoryId=it["Category@network"]),
        },
        is_of_network=True,
    ),
    "putPriceChanges": given(
        lambda it, own: {
            "changeSetId": own["PriceChangeSet"],
            "rows": _row(priceListId=it["PriceList"], skuId=own["Sku@network"]),
        },
        is_answered=True,
    )
    + given(
        lambda it, own: {
            "changeSetId": own["PriceChangeSet"],
            "rows": _row(priceListId=own["PriceList"], skuId=it["Sku@network"]),
        },
        is_answered=True,
        is_of_network=True,
    )
    + given(
        lambda it, own: {
            "changeSetId": own["PriceChangeSet"],
            "rows": _row(
                priceListId=own["PriceList"],
                brandId=it["Brand@network"],
                categoryId=it["Category@network"],
            ),
        },
        is_answered=True,
        is_of_network=True,
    ),
    "grantPriceBand": given(
        lambda it, own: {
            "idempotencyKey": once(),
            "audience": "RELATIONSHIP",
            "relationshipId": own["TradingRelationship"],
            "skuId": it["Sku@network"],
            **_LIMITS,
        },
        is_of_network=True,
    )
    + given(
        lambda it, own: {
            "idempotencyKey": once(),
            "audience": "RELATIONSHIP",
            "relationshipId": own["TradingRelationship"],
            "categoryId": it["Category@network"],
            **_LIMITS,
        },
        is_of_network=True,
    ),
    # Trade
    "changeRelationshipTerms": given(
        lambda it, own: {
            "relationshipId": own["TradingRelationship"],
            "terms": {"territoryId": it["Territory"]},
        }
    ),
    "createOrganisation": given(
        lambda it, _: {
            "idempotencyKey": once(),
            "name": "Shop",
            "kind": "RETAILER",
            "terms": {"territoryId": it["Territory"]},
        }
    ),
    "openRelationship": given(
        lambda it, own: {
            "buyerId": own["Organisation:BUYER"],
            "terms": {"levelId": it["CustomerLevel"]},
        }
    )
    + given(
        lambda it, own: {
            "buyerId": own["Organisation:BUYER"],
            "terms": {"territoryId": it["Territory"]},
        }
    ),
    "changeTerritory": given(
        lambda it, own: {
            "territoryId": own["Territory"],
            "name": once(),
            "parentId": it["Territory"],
        }
    ),
    # Promotions
    "createTradeScheme": given(
        lambda it, _: scheme(eligibility={"groupIds": [it["CustomerGroup"]]})
    )
    + given(lambda it, _: scheme(eligibility={"territoryIds": [it["Territory"]]}))
    + given(lambda it, _: scheme(scope={"excludedSkuIds": [it["Sku:DRAFT"]]}))
    + given(lambda it, _: scheme(**_GIFT, gift={"kind": "EXCLUSIVE", "skuId": it["Sku:DRAFT"]})),
    "changeTradeScheme": given(
        lambda it, own: {
            "schemeId": own["TradeScheme:DRAFT"],
            "terms": SCHEME_TERMS | {"scope": {"skuIds": [it["Sku:DRAFT"]]}},
        }
    ),
}
