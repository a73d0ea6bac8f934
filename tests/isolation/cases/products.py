"""What more can be asked of products: found by what people type, and only what may be found."""

from collections.abc import Mapping
from typing import Any

from tests.isolation.cases.writing import NOTHING, Case, given, of


def _rule(sku: str, **audience: str) -> dict[str, str]:
    return {"skuId": sku, "minimum": "2", **audience}


def _text(product: str, *skus: str) -> dict[str, Any]:
    names = [{"skuId": sku, "name": "Thé"} for sku in skus]
    return {"productId": product, "language": "fr", "name": "Thé", "skuNames": names}


def _category(**more: str) -> tuple[Case, ...]:
    """A category of the network, kept by whoever stands at its top."""
    return given(
        lambda it, _: {"categoryId": it["Category@network"], **more},
        owner="brand",
        is_of_network=True,
    )


CASES: Mapping[str, tuple[Case, ...]] = {
    "setProductText": given(lambda it, _: _text(it["Product"]))
    + given(lambda it, own: _text(own["Product"], it["Sku:DRAFT"])),
    "addProductImage": given(
        lambda it, own: {"productId": it["Product"], "fileId": own["StoredFile:PICTURE"]}
    )
    + given(lambda it, own: {"productId": own["Product"], "fileId": it["StoredFile:PICTURE:2"]}),
    "arrangeProductImages": given(
        lambda it, own: {"productId": it["Product"], "imageIds": [own["ProductImage"]]}
    )
    + given(lambda it, own: {"productId": own["Product"], "imageIds": [it["ProductImage"]]}),
    "describeProductImage": given(lambda it, _: {"imageId": it["ProductImage"], "alt": "Mine"}),
    "removeProductText": given(lambda it, _: {"productId": it["Product"], "language": "de"}),
    "changeCategory": _category(language="en"),
    "moveCategory": _category()
    + given(
        lambda it, own: {
            "categoryId": own["Category:OWN@network"],
            "parentId": it["Category@network"],
        },
        is_of_network=True,
    ),
    "retireCategory": _category(),
    "reopenCategory": _category(),
    "setCategoryName": _category(language="fr", name="Boissons"),
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
