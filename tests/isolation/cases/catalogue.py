"""The catalogue, which is the network's; what is not listed is its owner's."""

from collections.abc import Mapping

from tests.isolation.cases.writing import NOTHING, SKU, Case, given, of, once

CASES: Mapping[str, tuple[Case, ...]] = {
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
    "listProduct": given(lambda it, _: {"productId": it["Product"]})
    + given(lambda it, own: {"productId": own["Product"], "schemeIds": [it["TradeScheme:DRAFT"]]}),
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
}
