"""What front ends ask, in GraphQL."""

TRIVIAL = "{ __typename }"

_OFFERS = """offers {
        packagingLevel pieces currency unitPrice schemePrice recommendedRetailPrice
        maximumRetailPrice isTaxInclusive noPriceReason breaks { fromQuantity unitPrice }
      }
      schemes { name text validUntil }"""

CATALOGUE = f"""query Catalogue($relationship: ID!) {{
  catalogue(relationshipId: $relationship, first: 50) {{
    edges {{ node {{
      sku {{ id code name product {{ id name brand {{ name }} category {{ name }} }} }}
      {_OFFERS} @AVAILABILITY@
    }} }}
    pageInfo {{ hasNextPage endCursor }}
  }}
}}"""

PRODUCT = f"""query Product($product: ID!, $relationship: ID!, $code: String!) {{
  product(id: $product) {{
    id name description brand {{ name }} category {{ name parent {{ name }} }}
    skus {{
      id code name taxCategory {{ ratePercent }} packaging {{ level factor gtin }}
    }}
  }}
  catalogue(relationshipId: $relationship, search: $code, first: 1) {{
    edges {{ node {{ sku {{ id }}
      {_OFFERS} @AVAILABILITY@
    }} }}
  }}
}}"""

SEARCH = """query Search($relationship: ID!, $text: String!) {
  catalogue(relationshipId: $relationship, search: $text, first: 8) {
    edges { node {
      sku { id code product { id name } }
      offers { packagingLevel unitPrice schemePrice }
    } }
  }
}"""

QUOTE = """query Quote($input: QuoteInput!) {
  quote(input: $input) {
    currency net tax gross deposits total pointsEarned
    lines {
      key packagingLevel quantity unitPrice discount net tax gross deposit isFree freePieces
      sku { id code product { name } } nextBreak { fromQuantity unitPrice }
    }
    refused { key reason }
    benefits { name benefit money pieces points }
    hints { text missing }
  }
}"""

ORDER = """mutation PlaceOrder($input: PlaceOrderInput!) {
  placeOrder(input: $input) {
    ... on Order { id number state total }
    ... on Refusal { code message }
  }
}"""

ORDER_LIST = """query Orders {
  orders(first: 20) {
    edges { node {
      id number state fulfilmentStatus paymentStatus currency total createdAt
      seller { id name } buyer { id name }
    } }
    pageInfo { hasNextPage endCursor }
  }
}"""

ORDER_DETAIL = """query OrderDetail($order: ID!) {
  order(id: $order) {
    id number state revision channel deliveryMode currency net tax deposits total paid note
    approvalStatus creditStatus fulfilmentStatus paymentStatus invoiceStatus settlementStatus
    createdAt submittedAt confirmedAt seller { id name } buyer { id name }
    lines {
      id position packagingLevel quantity unitPrice net tax gross isFree
      quantities { ordered allocated shipped received backordered }
      sku { id code product { name } }
    }
    history { at command toState actorName }
    shipments { number status carrier }
    invoice { number total }
    availableActions { command isAvailable reason }
  }
}"""
