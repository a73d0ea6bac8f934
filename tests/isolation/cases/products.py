"""What more can be asked of products: found by what people type, and only what may be found."""

from collections.abc import Mapping

from tests.isolation.cases.writing import NOTHING, Case, given, of


def _rule(sku: str, **audience: str) -> dict[str, str]:
    return {"skuId": sku, "minimum": "2", **audience}


CASES: Mapping[str, tuple[Case, ...]] = {
    "searchProducts": of(lambda _it, _own: {"text": "product"})
    + of(
        lambda it, _: {"text": "product", "filter": {"categoryId": it["Category@network"]}},
        is_of_network=True,
    )
    + of(
        lambda it, _: {"text": "product", "filter": {"brandId": it["Brand@network"]}},
        is_of_network=True,
    ),
    "catalogueFacets": of(lambda it, _: {"relationshipId": it["TradingRelationship"]})
    + of(
        lambda it, own: {
            "relationshipId": own["TradingRelationship"],
            "categoryId": it["Category@network"],
        },
        is_of_network=True,
    )
    + of(
        lambda it, own: {
            "relationshipId": own["TradingRelationship"],
            "brandId": it["Brand@network"],
        },
        is_of_network=True,
    ),
    "listing": of(lambda it, _: {"productId": it["Product"]})
    + of(lambda it, _: {"productId": it["Product@network"]}, owner="brand"),
    "listings": NOTHING,
    "listingPolicy": NOTHING,
    "productHistory": of(lambda it, _: {"productId": it["Product"]})
    + of(lambda it, _: {"productId": it["Product@network"]}, owner="brand"),
    "setListingPolicy": given(lambda _it, _own: {"needsPrice": True}, changes=True),
    "submitListing": given(lambda it, _: {"productId": it["Product"]}),
    "approveListing": given(lambda it, _: {"productId": it["Product"]}),
    "refuseListing": given(lambda it, _: {"productId": it["Product"], "reason": "Wrong"}),
    "confirmDisplay": given(lambda it, _: {"productId": it["Product"]}),
    "orderQuantityRules": NOTHING + of(lambda it, _: {"skuId": it["Sku:DRAFT"]}),
    "orderQuantities": of(
        lambda it, own: {
            "relationshipId": it["TradingRelationship"],
            "skuIds": [own["Sku@network"]],
        }
    )
    + of(
        lambda it, own: {
            "relationshipId": own["TradingRelationship"],
            "skuIds": [it["Sku:DRAFT"]],
        }
    ),
    "setOrderQuantityRules": given(lambda it, _: {"rules": [_rule(it["Sku:DRAFT"])]})
    + given(lambda it, own: {"rules": [_rule(own["Sku:DRAFT"], levelId=it["CustomerLevel"])]})
    + given(
        lambda it, own: {
            "rules": [_rule(own["Sku:DRAFT"], relationshipId=it["TradingRelationship"])]
        }
    ),
    "setSubstitutes": given(
        lambda it, own: {"skuId": it["Sku:DRAFT"], "substituteIds": [own["Sku@network"]]}
    )
    + given(lambda it, own: {"skuId": own["Sku:DRAFT"], "substituteIds": [it["Sku:LEAFLET"]]}),
}
JOBS: Mapping[str, tuple[str, ...]] = {"index_products": ("Product",)}
