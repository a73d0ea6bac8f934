"""Prices for tests: what people ask of the API, and rows that the API would write."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from tests.support.world import Answer, Person, gid

QUOTE = """
query ($input: QuoteInput!) { quote(input: $input) {
  currency net tax gross
  lines {
    key net tax gross unitPrice pieces isTaxInclusive taxRatePercent sku { name }
    steps { name before after reason listId }
    losers { listName code reason listId }
    nextBreak { fromQuantity unitPrice }
  }
  refused { key code reason losers { listName code } }
} }
"""
PRICE_AT = QUOTE.replace("QuoteInput", "PriceAtInput").replace("{ quote(", "{ priceAt(")
SET_PRICES = """
mutation ($input: SetPricesInput!) { setPrices(input: $input) {
  __typename
  ... on PriceList { id }
  ... on Refusal { code field message }
} }
"""
CREATE = """
mutation ($input: CreatePriceListInput!) { createPriceList(input: $input) {
  __typename
  ... on PriceList {
    id name kind currency priority isTaxInclusive combination contractRule breakType
    validFrom validUntil level { name } relationship { buyer { name } }
  }
  ... on Refusal { code field message }
} }
"""
END = """
mutation ($input: EndPriceListInput!) { endPriceList(input: $input) {
  __typename
  ... on PriceList { validUntil }
  ... on Refusal { code field message }
} }
"""
ENTRIES = """
query ($id: ID!, $at: DateTime) { priceList(id: $id) { name entries(first: 100, at: $at) {
  edges { node {
    sku { id } category { id } packagingLevel fromQuantity amount percentOfList validFrom validUntil
  } }
} } }
"""
CATALOGUE = """
query ($id: ID!, $first: Int! = 20, $after: String, $search: String! = "", $category: ID) {
  catalogue(
    relationshipId: $id, first: $first, after: $after, search: $search, categoryId: $category
  ) {
    pageInfo { hasNextPage endCursor }
    edges { node {
      sku { name code product { name } }
      offers {
        packagingLevel pieces unitPrice currency isTaxInclusive noPriceReason
        breaks { fromQuantity unitPrice }
      }
    } }
  }
}
"""


def line(sku: UUID, quantity: str, level: str = "PIECE") -> dict[str, str]:
    return {"skuId": gid("Sku", sku), "quantity": quantity, "packagingLevel": level}


def asking(relationship: UUID, lines: Sequence[dict[str, str]], **more: str) -> dict[str, Any]:
    return {
        "relationshipId": gid("TradingRelationship", relationship),
        "lines": list(lines),
        **more,
    }


async def ask_quote(person: Person, relationship: UUID, *lines: dict[str, str]) -> Answer:
    return await person.ask(QUOTE, input=asking(relationship, lines))


async def quoted(person: Person, relationship: UUID, *lines: dict[str, str]) -> dict[str, Any]:
    """The quote of a person who may ask for it."""
    return (await ask_quote(person, relationship, *lines)).data["quote"]


async def ask_to_set(
    person: Person, price_list: UUID | str, *entries: dict[str, Any], **more: Any
) -> Answer:
    key = price_list if isinstance(price_list, str) else gid("PriceList", price_list)
    return await person.ask(
        SET_PRICES, input={"priceListId": key, "entries": list(entries), **more}
    )


async def create_list(person: Person, **fields: Any) -> dict[str, Any]:
    """Make a list through the API, valid since 2020 unless told; a refusal comes back as it is."""
    given = {
        "idempotencyKey": f"{fields.get('kind', 'BASE')} {fields.get('name', '')}",
        "kind": "BASE",
        "name": "Base",
        "validFrom": "2020-01-01",
        **fields,
    }
    return (await person.ask(CREATE, input=given)).data["createPriceList"]


async def priced(person: Person, entries: Sequence[dict[str, Any]], **fields: Any) -> str:
    """Make a list with prices through the API; returns its global id."""
    made = (await create_list(person, **fields))["id"]
    answer = await ask_to_set(person, made, *entries)
    assert answer.data["setPrices"]["__typename"] == "PriceList", answer.body
    return made


def price(sku: UUID, amount: str, **more: Any) -> dict[str, Any]:
    return {"skuId": gid("Sku", sku), "amount": amount, **more}
