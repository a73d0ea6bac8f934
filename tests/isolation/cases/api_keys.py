"""API keys: of the organisation that made them, and whose things they name."""

from collections.abc import Mapping

from tests.isolation.cases.writing import GRANTS, Case, given, of, once

_KEY = {"name": "Software", "grants": GRANTS, "expiresAt": "2026-12-31T00:00:00Z"}
_ASSIGNED = [{"permission": "ORDER_READ", "scope": "ASSIGNED"}]

CASES: Mapping[str, tuple[Case, ...]] = {
    "apiKeys": of(lambda it, _: {"organisationId": it["Organisation"]}),
    "createApiKey": given(
        lambda it, _: {**_KEY, "idempotencyKey": once(), "organisationId": it["Organisation"]}
    )
    + given(
        lambda it, own: {
            **_KEY,
            "idempotencyKey": once(),
            "grants": _ASSIGNED,
            "organisationId": own["Organisation"],
            "relationshipIds": [it["TradingRelationship"]],
        }
    ),
    "revokeApiKey": given(lambda it, _: {"apiKeyId": it["ApiKey"]}),
}
NODES: Mapping[str, tuple[str, ...]] = {"ApiKey": ("ApiKey",)}
