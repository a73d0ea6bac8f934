"""API keys: of the organisation that made them, and whose things they name."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from tests.isolation.cases.writing import GRANTS, Case, given, of, once

_EXPIRES = (datetime.now(UTC) + timedelta(days=30)).isoformat()
_KEY = {"name": "Software", "grants": GRANTS, "expiresAt": _EXPIRES}
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
