"""API keys for tests: made over HTTP, and asking as their software would."""

from datetime import UTC, datetime, timedelta
from typing import Any

from app.kernel.ids import new_id
from tests.support.world import Answer, Person, gid

SHOWN = """id name prefix madeAt expiresAt usedAt revokedAt membershipId madeByMembershipId
  organisation { name } grants { permission scope effect } relationshipIds"""
CREATE = f"""mutation($input: CreateApiKeyInput!) {{ createApiKey(input: $input) {{
  ... on CreatedApiKey {{ key apiKey {{ {SHOWN} }} }}
  ... on Refusal {{ code field message }} }} }}"""
REVOKE = f"""mutation($input: RevokeApiKeyInput!) {{ revokeApiKey(input: $input) {{
  ... on ApiKey {{ {SHOWN} }} ... on Refusal {{ code }} }} }}"""


async def create(person: Person, *rights: tuple[str, str], **more: Any) -> Answer:
    """Make a key for the person's own organisation, unless told."""
    given = {
        "idempotencyKey": new_id().hex,
        "organisationId": gid("Organisation", person.organisation_id),
        "name": "Shop software",
        "grants": [{"permission": name, "scope": scope} for name, scope in rights],
        "expiresAt": (datetime.now(UTC) + timedelta(days=30)).isoformat(),
    }
    return await person.ask(CREATE, input=given | more)


async def made(person: Person, *rights: tuple[str, str], **more: Any) -> dict[str, Any]:
    """Make a key that must not be refused; its text is under `key`."""
    answer = (await create(person, *rights, **more)).data["createApiKey"]
    assert "apiKey" in answer, answer
    return answer


async def add_api_key(person: Person) -> dict[str, str]:
    """A key as a thing of a branch."""
    key = await made(person, ("ORDER_READ", "ORGANISATION"), name=f"{person.email} software")
    return {"ApiKey": key["apiKey"]["id"]}
