"""Bands and authorities for tests: what people ask of the API."""

from typing import Any
from uuid import UUID

from app.kernel.ids import new_id
from tests.support.world import Answer, Person, gid

BAND = """id audience currency packagingLevel floor ceiling minimumMarginPercent
  recommendedRetailPrice maximumRetailPrice outside isFloorVisible validFrom validUntil
  grantor { name } sku { name } category { name } level { name } relationship { id }"""
GRANT = f"""mutation($input: GrantPriceBandInput!) {{ grantPriceBand(input: $input) {{
  __typename ... on PriceBand {{ {BAND} }} ... on Refusal {{ code field message }} }} }}"""
CHANGE = GRANT.replace("Grant", "Change").replace("grant", "change", 1)
END = """mutation($input: EndPriceBandInput!) { endPriceBand(input: $input) {
  __typename ... on PriceBand { id validUntil } ... on Refusal { code field message } } }"""
OWN = f"query($sku: ID) {{ priceBands(skuId: $sku) {{ edges {{ node {{ {BAND} }} }} }} }}"
GRANTED = f"{{ grantedPriceBands {{ edges {{ node {{ {BAND} }} }} }} }}"
SET_AUTHORITY = """mutation($input: SetDiscountAuthorityInput!) {
  setDiscountAuthority(input: $input) { __typename
  ... on DiscountAuthority { id limitPercent holderName roleId membershipId endedAt }
  ... on Refusal { code field } } }"""
END_AUTHORITY = """mutation($input: EndDiscountAuthorityInput!) {
  endDiscountAuthority(input: $input) { __typename
  ... on DiscountAuthority { id endedAt } ... on Refusal { code field } } }"""
AUTHORITIES = "{ discountAuthorities { edges { node { limitPercent holderName endedAt } } } }"


async def ask_to_grant(person: Person, limits: dict[str, Any], **fields: Any) -> Answer:
    """Grant a band, to all buyers unless told."""
    given = {"idempotencyKey": new_id().hex, "audience": "ALL_BUYERS", "limits": limits} | fields
    return await person.ask(GRANT, input=given)


async def granted(person: Person, limits: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """The band, or the refusal."""
    return (await ask_to_grant(person, limits, **fields)).data["grantPriceBand"]


async def for_sku(person: Person, sku: UUID, limits: dict[str, Any], **more: Any) -> dict[str, Any]:
    return await granted(person, limits, skuId=gid("Sku", sku), **more)


async def bands_of(person: Person, document: str = OWN) -> list[dict[str, Any]]:
    """The bands that a person sees."""
    (answer,) = (await person.ask(document)).data.values()
    return [edge["node"] for edge in answer["edges"]]
