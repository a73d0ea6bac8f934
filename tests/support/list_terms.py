"""Terms of price lists for tests: what people ask of the API."""

from typing import Any

from tests.support.world import Person

TERMS = """priority combination contractRule breakType breakBasis isPromotable isInheritable
  derivation { percent amountAdded multiple floor ceiling parent { name } }
  validFrom validUntil knownFrom knownUntil"""
CHANGE = f"""mutation($input: ChangePriceListTermsInput!) {{ changePriceListTerms(input: $input) {{
  __typename ... on PriceList {{ id priority breakBasis parent {{ name }}
  terms {{ {TERMS} }} }} ... on Refusal {{ code field message }} }} }}"""
LOOK = f"""query($id: ID!, $knownAt: DateTime) {{ priceList(id: $id) {{
  name kind priority group {{ name }} territory {{ name }} salesChannel
  parent {{ name }} children {{ name }} derivation {{ percent parent {{ name }} }}
  terms(knownAt: $knownAt) {{ {TERMS} }} }} }}"""


async def change_terms(person: Person, list_id: str, **terms: Any) -> dict[str, Any]:
    """The list, or the refusal."""
    answer = await person.ask(CHANGE, input={"priceListId": list_id, **terms})
    return answer.data["changePriceListTerms"]


async def seen(person: Person, list_id: str, **asked: Any) -> dict[str, Any]:
    return (await person.ask(LOOK, id=list_id, **asked)).data["priceList"]
