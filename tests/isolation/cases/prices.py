"""Prices: lists, bands, changes, and what buyers pay."""

from collections.abc import Mapping

from tests.isolation.cases.writing import NOTHING, WHY, Case, a_price_change, given, lines, of, once

CASES: Mapping[str, tuple[Case, ...]] = {
    "priceLists": NOTHING,
    "priceList": of(lambda it, _: {"id": it["PriceList"]}),
    "createPriceList": given(
        lambda it, _: {
            "idempotencyKey": once(),
            "kind": "LEVEL",
            "name": "L",
            "validFrom": "2030-01-01",
            "levelId": it["CustomerLevel"],
        }
    )
    + given(
        lambda it, _: {
            "idempotencyKey": once(),
            "kind": "BUYER",
            "name": "B",
            "validFrom": "2030-01-01",
            "relationshipId": it["TradingRelationship"],
        }
    )
    + given(
        lambda it, _: {
            "idempotencyKey": once(),
            "kind": "GROUP",
            "name": "G",
            "validFrom": "2030-01-01",
            "groupId": it["CustomerGroup"],
        }
    )
    + given(
        lambda it, _: {
            "idempotencyKey": once(),
            "kind": "TERRITORY",
            "name": "T",
            "validFrom": "2030-01-01",
            "territoryId": it["Territory"],
        }
    )
    + given(
        lambda it, _: {
            "idempotencyKey": once(),
            "kind": "BASE",
            "name": "D",
            "validFrom": "2030-01-01",
            "derivation": {"parentId": it["PriceList"]},
        }
    ),
    "changePriceListTerms": given(
        lambda it, _: {"priceListId": it["PriceList"], "priority": 3, "validFrom": "2090-01-01"}
    ),
    "priceBands": NOTHING,
    "grantedPriceBands": NOTHING,
    "grantPriceBand": given(
        lambda it, _: {
            "idempotencyKey": once(),
            "audience": "RELATIONSHIP",
            "relationshipId": it["TradingRelationship"],
            "limits": {"minimumMarginPercent": "1"},
        }
    )
    + given(
        lambda it, _: {
            "idempotencyKey": once(),
            "audience": "LEVEL",
            "levelId": it["CustomerLevel"],
            "limits": {"minimumMarginPercent": "1"},
        }
    ),
    "changePriceBand": given(
        lambda it, _: {"priceBandId": it["PriceBand"], "limits": {"ceiling": "998"}}
    ),
    "endPriceBand": given(lambda it, _: {"priceBandId": it["PriceBand"]}),
    "discountAuthorities": NOTHING,
    "ownDiscountLimit": NOTHING,
    "setDiscountAuthority": given(
        lambda it, _: {"membershipId": it["Membership"], "limitPercent": "4"}
    )
    + given(lambda it, _: {"roleId": it["Role"], "limitPercent": "4"}),
    "endDiscountAuthority": given(lambda it, _: {"discountAuthorityId": it["DiscountAuthority"]}),
    "setPrices": given(
        lambda it, own: {
            "priceListId": it["PriceList"],
            "entries": [{"skuId": own["Sku@network"], "amount": "1"}],
        }
    )
    + given(
        lambda it, own: {
            "priceListId": own["PriceList"],
            "entries": [{"skuId": it["Sku@network"], "amount": "1"}],
        },
        is_of_network=True,
    ),
    "endPriceList": given(lambda it, _: {"priceListId": it["PriceList"]}),
    "priceChangeSets": NOTHING,
    "priceChangeSet": of(lambda it, _: {"id": it["PriceChangeSet"]}),
    "priceHistory": of(lambda it, _: {"priceListId": it["PriceList"], "skuId": it["Sku@network"]}),
    "createPriceChangeSet": given(
        lambda _it, _own: {"idempotencyKey": once(), "name": "Mine"}, changes=True
    ),
    "putPriceChanges": given(
        lambda it, own: {
            "changeSetId": it["PriceChangeSet"],
            "rows": [{"priceListId": own["PriceList"], "skuId": own["Sku@network"], "amount": "1"}],
        }
    ),
    "importPriceChanges": given(
        lambda it, _: {"changeSetId": it["PriceChangeSet"], "content": "price_list,amount\nX,1"}
    ),
    "removePriceChanges": given(
        lambda it, _: {
            "changeSetId": it["PriceChangeSet"],
            "rowIds": [it["PriceChangeRow"]],
        }
    ),
    "submitPriceChangeSet": a_price_change("DRAFT"),
    "approvePriceChangeSet": a_price_change("SUBMITTED"),
    "rejectPriceChangeSet": a_price_change("SUBMITTED:2", **WHY),
    "withdrawPriceChangeSet": a_price_change("DRAFT:2"),
    "rollBackPriceChangeSet": a_price_change("APPROVED", **WHY),
    "pricesOutsideBand": NOTHING,
    "approvePricesOutsideBand": a_price_change("ASKED"),
    "rejectPricesOutsideBand": a_price_change("ASKED:2", **WHY),
    "catalogue": of(lambda it, _: {"relationshipId": it["TradingRelationship"]})
    + of(
        lambda it, own: {
            "relationshipId": own["TradingRelationship"],
            "categoryId": it["Category@network"],
        },
        is_of_network=True,
    ),
    "customerPriceList": of(lambda it, _: {"relationshipId": it["TradingRelationship"]})
    + of(lambda it, _: {"relationshipId": it["TradingRelationship:UPSTREAM"]}),
    "customerPriceListFile": given(
        lambda it, _: {"relationshipId": it["TradingRelationship"], "format": "CSV"}
    ),
    "priceGrid": given(lambda it, _: {"levelIds": [it["CustomerLevel"]]})
    + given(lambda it, _: {"priceListIds": [it["PriceList"]]}),
    "comparePrices": given(
        lambda it, _: {"sides": {"relationshipIds": [it["TradingRelationship"]] * 2}}
    )
    + given(
        lambda it, _: {
            "sides": {
                "instants": {
                    "relationshipId": it["TradingRelationship"],
                    "first": "2026-01-01T00:00:00Z",
                    "second": "2026-02-01T00:00:00Z",
                }
            }
        }
    )
    + given(lambda it, _: {"sides": {"priceListIds": [it["PriceList"]] * 2}}),
    "quote": given(
        lambda it, own: {
            "relationshipId": it["TradingRelationship"],
            "lines": lines(own["Sku@network"]),
        }
    )
    + given(
        lambda it, own: {
            "relationshipId": own["TradingRelationship"],
            "lines": lines(it["Sku@network"]),
        },
        is_of_network=True,
    ),
    "priceAt": given(
        lambda it, own: {
            "relationshipId": it["TradingRelationship"],
            "lines": lines(own["Sku@network"]),
            "at": "2026-01-01T00:00:00Z",
        }
    ),
    "simulateQuote": given(
        lambda it, own: {
            "relationshipId": it["TradingRelationship"],
            "lines": lines(own["Sku@network"]),
        }
    )
    + given(
        lambda it, own: {
            "relationshipId": own["TradingRelationship"],
            "lines": lines(own["Sku@network"]),
            "changeSetIds": [it["PriceChangeSet"]],
        }
    )
    + given(
        lambda it, own: {
            "relationshipId": own["TradingRelationship"],
            "lines": lines(own["Sku@network"]),
            "schemeIds": [it["TradeScheme"]],
        }
    ),
}
