"""Signatures by the Standard Webhooks specification 1.0: HMAC-SHA256 over id, instant and body.

A secret is never stored. It is worked out from the installation's own secret and the identifiers of
the row that says it is valid, so that neither a query nor a copy of the database shows it.
"""

import hmac
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

PREFIX = "whsec_"
TOLERANCE = timedelta(minutes=5)
"""How far a message's instant may be from our clock, either way."""
_LONGEST_TIMESTAMP = 12
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
    signatures = _signatures(keys, message_id, timestamp, body)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(f"v1,{signature.decode()}" for signature in signatures),
    }


def is_signed(keys: Sequence[bytes], headers: Mapping[str, str], body: bytes) -> bool:
    """Whether a message that names itself was signed with one of the keys; see `is_timely`."""
    message_id = headers.get("webhook-id", "")
    made = _signatures(keys, message_id, headers.get("webhook-timestamp", ""), body)
    given = [
        each.removeprefix("v1,").encode() for each in headers.get("webhook-signature", "").split()
    ]
    matches = [hmac.compare_digest(mine, theirs) for mine in made for theirs in given]
    return any(matches) and bool(message_id)


def is_timely(headers: Mapping[str, str], now: datetime) -> bool:
    """Whether a message's instant is near enough to now: what is older may have been recorded."""
    timestamp = headers.get("webhook-timestamp", "")
    if not timestamp.isascii() or not timestamp.isdigit() or len(timestamp) > _LONGEST_TIMESTAMP:
        return False
    return abs(int(timestamp) - now.timestamp()) <= TOLERANCE.total_seconds()


def _signatures(keys: Sequence[bytes], message_id: str, timestamp: str, body: bytes) -> list[bytes]:
    content = b".".join((message_id.encode(), timestamp.encode(), body))
    return [b64encode(hmac.new(key, content, sha256).digest()) for key in keys]
