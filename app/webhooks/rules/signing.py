"""Signatures by the Standard Webhooks specification 1.0: HMAC-SHA256 over id, instant and body.

A secret is never stored. It is worked out from the installation's own secret and the identifiers of
the row that says it is valid, so that neither a query nor a copy of the database shows it.
"""

import hmac
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

PREFIX = "whsec_"
_PURPOSE = b"tributary webhook secret 1"


@dataclass(frozen=True, slots=True)
class SecretKeys:
    """Works out the secrets of webhooks; `secret` is the installation's own."""

    secret: str

    def key(self, tenant_id: UUID, webhook_id: UUID, secret_id: UUID) -> bytes:
        """Return 32 bytes that nobody can work out who does not know the installation's secret."""
        place = tenant_id.bytes + webhook_id.bytes + secret_id.bytes
        return hmac.digest(self.secret.encode(), _PURPOSE + place, "sha256")

    def __repr__(self) -> str:
        """Show nothing of it in logs."""
        return "SecretKeys()"


def shown(key: bytes) -> str:
    """Return a secret as its owner gets it, once."""
    return f"{PREFIX}{b64encode(key).decode()}"


def signed(keys: Sequence[bytes], message_id: str, at: datetime, body: bytes) -> Mapping[str, str]:
    """Return the three headers; one signature for each secret that is valid, the newest first."""
    timestamp = str(int(at.timestamp()))
    content = b".".join((message_id.encode(), timestamp.encode(), body))
    signatures = (b64encode(hmac.new(key, content, sha256).digest()).decode() for key in keys)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(f"v1,{signature}" for signature in signatures),
    }
