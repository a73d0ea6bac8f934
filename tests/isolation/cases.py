"""For every root field of the schema: how a stranger would use it to reach somebody else's things.

`it` names things of the branch under attack, or ids that nothing has; `own` names the stranger's
own things, which look the same. A field may have several cases: one for each way in.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from app.kernel.ids import new_id


class Things(Protocol):
    """Global ids by name, as `tests.support.branches` names them."""

    def __getitem__(self, name: str) -> str: ...


Build = Callable[[Things, Things], Mapping[str, Any]]


@dataclass(frozen=True)
class Case:
    """One use of a root field.

    `owner` is the side of the attacked branch that could do it. A thing of the whole network is
    foreign to other tenants only. `changes` says that the stranger writes rows of their own.
    """

    build: Build
    owner: str = "seller"
    is_of_network: bool = False
    changes: bool = False
    is_for_staff: bool = False
    is_public: bool = False


def of(build: Build, **more: Any) -> tuple[Case, ...]:
    return (Case(build, **more),)


def given(build: Build, **more: Any) -> tuple[Case, ...]:
    """A case of a field with one `input`."""
    return (Case(lambda it, own: {"input": build(it, own)}, **more),)


def an_order(state: str, owner: str = "seller", **more: Any) -> tuple[Case, ...]:
    """A command on an order in the state from which it could be given."""
    return given(lambda it, _: {"orderId": it[f"Order:{state}"], **more}, owner=owner)


def a_shipment(state: str, owner: str = "seller", **more: Any) -> tuple[Case, ...]:
    return given(lambda it, _: {"shipmentId": it[f"Shipment:{state}"], **more}, owner=owner)


def a_price_change(name: str, **more: Any) -> tuple[Case, ...]:
    return given(lambda it, _: {"changeSetId": it[f"PriceChangeSet:{name}"], **more})


def once() -> str:
    return new_id().hex


def lines(sku: str) -> list[dict[str, str]]:
    return [{"skuId": sku, "quantity": "1"}]


def pieces(line: str) -> list[dict[str, str]]:
    return [{"orderLineId": line, "pieces": "1"}]


def goods(sku: str) -> list[dict[str, str]]:
    return [{"skuId": sku, "packagingLevel": "PIECE", "quantity": "1", "lotCode": "L1"}]


GRANTS = [{"permission": "ORDER_READ", "scope": "ORGANISATION"}]
NOTHING = of(lambda _it, _own: {})
A_PERSON = {"name": "Mallory", "initialPassword": "correct horse battery"}
WHY = {"reason": "because"}
SKU = {"name": "Tea", "packaging": [{"level": "PIECE", "factor": "1"}]}

SCHEME_TERMS = {
    "lane": "ORDER",
    "benefit": "AMOUNT_OFF",
    "measure": "AMOUNT",
    "calculation": "STEP",
    "tiers": [{"threshold": "100", "benefit": "10"}],
    "currency": "CNY",
}


def scheme(**terms: Any) -> dict[str, Any]:
    return {"idempotencyKey": once(), "name": f"S{once()}", "terms": SCHEME_TERMS | terms}


def protection(relationship: str, sku: str) -> dict[str, str]:
    return {
        "relationshipId": relationship,
        "skuId": sku,
        "packagingLevel": "PIECE",
        "before": "2026-01-01T00:00:00Z",
        "after": "2026-02-01T00:00:00Z",
        "onHand": "1",
    }


CASES: Mapping[str, tuple[Case, ...]] = {
    # Who am I
    "viewer": NOTHING,
    "permissionCatalogue": NOTHING,
    "orderTransitions": NOTHING,
    "node": (),  # each type in NODES
    "nodes": (),
    # Organisations and their trade
    "organisation": of(lambda it, _: {"id": it["Organisation"]})
    + of(lambda it, _: {"id": it["Organisation:BUYER"]}),
    "organisations": NOTHING,
    "relationship": of(lambda it, _: {"id": it["TradingRelationship"]})
    + of(lambda it, _: {"id": it["TradingRelationship:UPSTREAM"]}),
    "customers": NOTHING + of(lambda it, _: {"groupId": it["CustomerGroup"]}),
    "suppliers": NOTHING,
    "customerLevels": NOTHING,
    "changeOrganisation": given(lambda _it, _own: {"name": "Renamed"}, changes=True),
    "createOrganisation": given(
        lambda it, _: {
            "idempotencyKey": once(),
            "name": "Shop",
            "kind": "RETAILER",
            "parentId": it["Organisation"],
        }
    )
    + given(
        lambda it, _: {
            "idempotencyKey": once(),
            "name": "Shop",
            "kind": "RETAILER",
            "terms": {"levelId": it["CustomerLevel"]},
        }
    ),
    "openRelationship": given(lambda it, _: {"buyerId": it["Organisation:BUYER"]}),
    "changeRelationshipTerms": given(
        lambda it, _: {
            "relationshipId": it["TradingRelationship"],
            "terms": {"deliveryDays": 3},
        }
    )
    + given(
        lambda it, own: {
            "relationshipId": own["TradingRelationship"],
            "terms": {"levelId": it["CustomerLevel"]},
        }
    ),
    "closeRelationship": given(lambda it, _: {"relationshipId": it["TradingRelationship"]}),
    "assignRep": given(
        lambda it, own: {
            "relationshipId": it["TradingRelationship"],
            "membershipId": own["Membership"],
        }
    )
    + given(
        lambda it, own: {
            "relationshipId": own["TradingRelationship"],
            "membershipId": it["Membership:SELLER"],
        }
    ),
    "unassignRep": given(
        lambda it, _: {
            "relationshipId": it["TradingRelationship"],
            "membershipId": it["Membership"],
        }
    ),
    "createCustomerLevel": given(lambda it, _: {"name": "Gold", "parentId": it["CustomerLevel"]}),
    "customerGroups": NOTHING,
    "territories": NOTHING,
    "createCustomerGroup": given(lambda _it, _own: {"name": once()}, changes=True),
    "addGroupMembers": given(
        lambda it, own: {
            "groupId": it["CustomerGroup"],
            "relationshipIds": [own["TradingRelationship"]],
        }
    )
    + given(
        lambda it, own: {
            "groupId": own["CustomerGroup"],
            "relationshipIds": [it["TradingRelationship"]],
        }
    ),
    "removeGroupMembers": given(
        lambda it, own: {
            "groupId": it["CustomerGroup"],
            "relationshipIds": [own["TradingRelationship"]],
        }
    )
    + given(
        lambda it, own: {
            "groupId": own["CustomerGroup"],
            "relationshipIds": [it["TradingRelationship"]],
        }
    ),
    "createTerritory": given(lambda it, _: {"name": once(), "parentId": it["Territory"]}),
    "changeTerritory": given(lambda it, _: {"territoryId": it["Territory"], "name": once()}),
    # The catalogue, which is the network's; what is not listed is its owner's
    "products": NOTHING
    + of(lambda it, _: {"filter": {"categoryId": it["Category@network"]}}, is_of_network=True)
    + of(lambda it, _: {"filter": {"brandId": it["Brand@network"]}}, is_of_network=True),
    "product": of(lambda it, _: {"id": it["Product"]})
    + of(lambda it, _: {"id": it["Product@network"]}, is_of_network=True),
    "skus": NOTHING
    + of(lambda it, _: {"filter": {"categoryId": it["Category@network"]}}, is_of_network=True),
    "sku": of(lambda it, _: {"id": it["Sku:DRAFT"]})
    + of(lambda it, _: {"id": it["Sku@network"]}, is_of_network=True),
    "brands": NOTHING,
    "categories": NOTHING,
    "taxCategories": NOTHING,
    "createBrand": given(lambda _it, _own: {"name": f"B{once()}"}, changes=True),
    "createCategory": given(
        lambda it, _: {"name": f"C{once()}", "parentId": it["Category@network"]},
        is_of_network=True,
    ),
    "createTaxCategory": given(
        lambda _it, _own: {"name": f"T{once()}", "ratePercent": "9"}, changes=True
    ),
    "createProduct": given(
        lambda it, own: {
            "name": "P",
            "brandId": it["Brand@network"],
            "categoryId": own["Category@network"],
        },
        is_of_network=True,
    )
    + given(
        lambda it, own: {
            "name": "P",
            "brandId": own["Brand@network"],
            "categoryId": it["Category@network"],
        },
        is_of_network=True,
    )
    + given(
        lambda it, own: {
            "name": "P",
            "brandId": own["Brand@network"],
            "categoryId": own["Category@network"],
            "skus": [SKU | {"code": once(), "taxCategoryId": it["TaxCategory@network"]}],
        },
        is_of_network=True,
    ),
    "changeProduct": given(lambda it, _: {"productId": it["Product"], "name": "Mine"})
    + given(
        lambda it, own: {"productId": own["Product"], "categoryId": it["Category@network"]},
        is_of_network=True,
    ),
    "addSku": given(
        lambda it, own: {
            "productId": it["Product"],
            "sku": SKU | {"code": once(), "taxCategoryId": own["TaxCategory@network"]},
        }
    )
    + given(
        lambda it, own: {
            "productId": own["Product"],
            "sku": SKU | {"code": once(), "taxCategoryId": it["TaxCategory@network"]},
        },
        is_of_network=True,
    ),
    "listProduct": given(lambda it, _: {"productId": it["Product"]}),
    "delistProduct": given(lambda it, _: {"productId": it["Product"]}),
    "returnableContainers": NOTHING,
    "createReturnableContainer": given(
        lambda _it, _own: {"name": f"R{once()}", "deposit": "1"}, changes=True
    ),
    "setPackagingContainer": given(
        lambda it, own: {
            "skuId": it["Sku:DRAFT"],
            "packagingLevel": "PIECE",
            "containerId": own["ReturnableContainer@network"],
        }
    )
    + given(
        lambda it, own: {
            "skuId": own["Sku:DRAFT"],
            "packagingLevel": "PIECE",
            "containerId": it["ReturnableContainer@network"],
        },
        is_of_network=True,
    ),
    # Prices
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
    # Promotions
    "tradeSchemes": NOTHING,
    "tradeScheme": of(lambda it, _: {"id": it["TradeScheme"]}),
    "schemeStandings": of(lambda it, _: {"schemeId": it["TradeScheme"]}),
    "membershipTiers": NOTHING,
    "pointsProgramme": NOTHING,
    "schemesForMe": of(lambda it, _: {"relationshipId": it["TradingRelationship"]}),
    "myCoupons": of(lambda it, _: {"relationshipId": it["TradingRelationship"]}, owner="buyer"),
    "buyerStanding": of(lambda it, _: {"relationshipId": it["TradingRelationship"]}),
    "claimableBenefits": of(
        lambda _it, _own: {"side": "CLAIMED", "firstDay": "2020-01-01", "lastDay": "2100-01-01"},
        changes=True,
    )
    + of(
        lambda _it, _own: {"side": "CLAIMING", "firstDay": "2020-01-01", "lastDay": "2100-01-01"},
        changes=True,
    ),
    "priceProtection": given(
        lambda it, own: protection(it["TradingRelationship"], own["Sku@network"])
    )
    + given(
        lambda it, own: protection(own["TradingRelationship"], it["Sku@network"]),
        is_of_network=True,
    ),
    "createTradeScheme": given(
        lambda it, _: scheme(eligibility={"levelIds": [it["CustomerLevel"]]})
    )
    + given(lambda it, _: scheme(eligibility={"relationshipIds": [it["TradingRelationship"]]}))
    + given(lambda it, _: scheme(eligibility={"membershipTierIds": [it["MembershipTier"]]}))
    + given(lambda it, _: scheme(scope={"skuIds": [it["Sku:DRAFT"]]}))
    + given(lambda it, _: scheme(scope={"brandIds": [it["Brand@network"]]}), is_of_network=True)
    + given(
        lambda it, _: scheme(
            isClaimable=True, funding={"organisationId": it["Organisation"], "percent": "50"}
        )
    ),
    "changeTradeScheme": given(
        lambda it, _: {"schemeId": it["TradeScheme:DRAFT"], "terms": SCHEME_TERMS}
    )
    + given(
        lambda it, own: {
            "schemeId": own["TradeScheme:DRAFT"],
            "terms": SCHEME_TERMS | {"eligibility": {"levelIds": [it["CustomerLevel"]]}},
        }
    ),
    "activateTradeScheme": given(lambda it, _: {"schemeId": it["TradeScheme:DRAFT"]}),
    "endTradeScheme": given(lambda it, _: {"schemeId": it["TradeScheme"]}),
    "issueCoupons": given(lambda it, _: {"idempotencyKey": once(), "schemeId": it["TradeScheme"]})
    + given(
        lambda it, own: {
            "idempotencyKey": once(),
            "schemeId": own["TradeScheme"],
            "relationshipId": it["TradingRelationship"],
        }
    ),
    "withdrawCoupons": given(
        lambda it, _: {"schemeId": it["TradeScheme"], "couponIds": [it["Coupon"]]}
    )
    + given(lambda it, own: {"schemeId": own["TradeScheme"], "couponIds": [it["Coupon"]]}),
    "setPointsProgramme": given(
        lambda _it, _own: {"currency": "CNY", "valuePerPoint": "0.01"}, changes=True
    ),
    "adjustPoints": given(
        lambda it, _: {
            "idempotencyKey": once(),
            "relationshipId": it["TradingRelationship"],
            "points": 1,
            **WHY,
        }
    ),
    "createMembershipTier": given(
        lambda _it, _own: {
            "idempotencyKey": once(),
            "name": once(),
            "currency": "CNY",
            "threshold": "999999999",
        },
        changes=True,
    ),
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
    "handOver": a_shipment("PLANNED", handedOverTo="Mallory"),
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
    # Stock
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
    # People, roles and their trail
    "roles": NOTHING,
    "role": of(lambda it, _: {"id": it["Role"]}),
    "members": of(lambda it, _: {"organisationId": it["Organisation"]}),
    "auditTrail": NOTHING
    + of(lambda it, _: {"subjectId": it["Order:SHIPPED"]})
    + of(lambda it, _: {"subjectId": it["Membership"]}),
    "createRole": given(
        lambda it, _: {
            "organisationId": it["Organisation"],
            "name": once(),
            "grants": GRANTS,
        }
    ),
    "changeRole": given(lambda it, _: {"roleId": it["Role"], "name": once(), "grants": GRANTS}),
    "addMember": given(
        lambda it, _: {
            **A_PERSON,
            "organisationId": it["Organisation"],
            "email": f"{once()}@example.com",
            "roleIds": [],
        }
    )
    + given(
        lambda it, own: {
            **A_PERSON,
            "organisationId": own["Organisation"],
            "email": f"{once()}@example.com",
            "roleIds": [it["Role"]],
        }
    ),
    "assignRoles": given(lambda it, _: {"membershipId": it["Membership"], "roleIds": []})
    + given(lambda it, own: {"membershipId": own["Membership"], "roleIds": [it["Role"]]}),
    "endMembership": given(lambda it, _: {"membershipId": it["Membership"]}),
    # What one was told
    "myNotifications": NOTHING,
    "markNotificationsRead": given(lambda it, _: {"ids": [it["Notification"]]}),
    "notificationReceived": NOTHING,
    # Networks
    "tenants": of(lambda _it, _own: {}, is_for_staff=True),
    "createTenant": given(
        lambda _it, _own: {
            "slug": f"t{once()}",
            "name": "N",
            "timeZone": "UTC",
            "currency": "CNY",
            "organisationName": "Root",
            "administrator": A_PERSON | {"email": f"{once()}@example.com"},
        },
        is_for_staff=True,
    ),
    "suspendTenant": given(
        lambda it, _: {"tenantId": it["Tenant@network"], **WHY}, is_for_staff=True
    ),
    "resumeTenant": given(lambda it, _: {"tenantId": it["Tenant@network"]}, is_for_staff=True),
    "changeNetworkSettings": given(
        lambda _it, _own: {"name": "Renamed", "taxMode": "PER_LINE"}, is_for_staff=True
    ),
    # Ways in and out
    "signIn": given(
        lambda it, _: {"email": it["e-mail"], "password": "a wrong password"}, is_public=True
    ),
    "actAs": given(lambda it, _: {"membershipId": it["Membership:SELLER"]}),
    "refreshTokens": given(lambda _it, _own: {"refreshToken": "no such token"}, is_public=True),
    "signOut": (),  # names nothing; ends one's own sign-in (tests/identities)
}

NODES: Mapping[str, tuple[str, ...]] = {
    "ApprovalRule": ("ApprovalRule",),
    "AuditEntry": ("AuditEntry",),
    "Brand": ("Brand@network",),
    "Category": ("Category@network",),
    "CustomerGroup": ("CustomerGroup",),
    "Coupon": ("Coupon",),
    "CustomerLevel": ("CustomerLevel",),
    "DiscountAuthority": ("DiscountAuthority",),
    "Invoice": ("Invoice",),
    "Membership": ("Membership", "Membership:BUYER"),
    "MembershipTier": ("MembershipTier",),
    "Notification": ("Notification",),
    "Order": ("Order:SHIPPED", "Order:COMPLETED", "Order:CONFIRMED"),
    "OrderException": ("OrderException",),
    "OrderLine": ("OrderLine:SHIPPED",),
    "Organisation": ("Organisation", "Organisation:BUYER"),
    "PriceBand": ("PriceBand",),
    "PriceBandRequest": ("PriceBandRequest",),
    "PriceChangeRow": ("PriceChangeRow",),
    "PriceChangeSet": ("PriceChangeSet", "PriceChangeSet:APPROVED"),
    "PriceEntry": ("PriceEntry",),
    "PriceList": ("PriceList",),
    "PriceOutsideBand": ("PriceOutsideBand",),
    "PriceVersion": ("PriceVersion",),
    "Product": ("Product", "Product@network"),
    "ReturnableContainer": ("ReturnableContainer@network",),
    "Role": ("Role",),
    "Shipment": ("Shipment:SHIPPED", "Shipment:COMPLETED"),
    "Shortage": ("Shortage",),
    "Sku": ("Sku:DRAFT", "Sku@network"),
    "StockLot": ("StockLot",),
    "StockMove": ("StockMove",),
    "TaxCategory": ("TaxCategory@network",),
    "Tenant": ("Tenant@network",),
    "Territory": ("Territory",),
    "TradeScheme": ("TradeScheme", "TradeScheme:DRAFT"),
    "TradingRelationship": ("TradingRelationship", "TradingRelationship:UPSTREAM"),
    "Warehouse": ("Warehouse",),
}
