"""Documents of the pricing console for tests."""

GRID = """
query ($input: PriceGridInput!, $first: Int! = 20, $after: String) {
  priceGrid(input: $input, first: $first, after: $after) {
    currency
    columns { level { name } priceList { name } }
    problems { name reason }
    rows { pageInfo { hasNextPage endCursor } edges { node {
      sku { product { name } } packagingLevel pieces
      cells { unitPrice breaks listName priceList { name } noPriceReason }
    } } }
  }
}
"""
COMPARE = """
query ($input: ComparePricesInput!, $first: Int! = 20, $after: String) {
  comparePrices(input: $input, first: $first, after: $after) {
    currency problems { name reason }
    rows { pageInfo { hasNextPage endCursor } edges { node {
      sku { product { name } } difference percent
      first { unitPrice noPriceReason } second { unitPrice noPriceReason }
    } } }
  }
}
"""
BY_PRICE = """
query (
  $id: ID!, $sort: CatalogueSort! = NAME, $minimum: Decimal, $maximum: Decimal,
  $unit: PackagingLevel, $first: Int! = 20, $after: String, $search: String! = ""
) {
  catalogue(
    relationshipId: $id, sort: $sort, minimumPrice: $minimum, maximumPrice: $maximum,
    unit: $unit, first: $first, after: $after, search: $search
  ) {
    pageInfo { hasNextPage endCursor }
    edges { node {
      sku { id product { name } } problems { name reason }
      offers { packagingLevel unitPrice }
    } }
  }
}
"""
LIST = """
query ($id: ID!, $at: DateTime, $first: Int! = 20, $after: String) {
  customerPriceList(relationshipId: $id, at: $at, first: $first, after: $after) {
    pageInfo { hasNextPage endCursor }
    edges { node {
      sku { product { name } }
      offers { packagingLevel unitPrice breaks { fromQuantity unitPrice } }
    } }
  }
}
"""
FILE = """
query ($input: CustomerPriceListFileInput!) {
  customerPriceListFile(input: $input) { fileName mediaType downloadUrl }
}
"""

_OWN_PRICES = """edges { node {
  sku { id product { name } } problems { name reason }
  schemes { name text validUntil }
  offers {
    packagingLevel unitPrice schemePrice isTaxInclusive
    recommendedRetailPrice maximumRetailPrice
  }
} }"""
OWN_PRICES = f"""
query ($id: ID!, $sort: CatalogueSort! = NAME, $minimum: Decimal, $maximum: Decimal,
  $unit: PackagingLevel, $first: Int! = 20) {{
  catalogue(
    relationshipId: $id, sort: $sort, minimumPrice: $minimum, maximumPrice: $maximum,
    unit: $unit, first: $first
  ) {{ {_OWN_PRICES} }}
}}
"""
OWN_PRICES_AT = f"""
query ($id: ID!, $at: DateTime) {{
  customerPriceList(relationshipId: $id, at: $at) {{ {_OWN_PRICES} }}
}}
"""
