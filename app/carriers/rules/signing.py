"""Signatures between us and a carrier, by the Standard Webhooks specification 1.0, both ways.

A secret is never stored: it is worked out from the installation's own, as those of webhooks are.
What we sign and what the carrier signs go by two keys, so that neither can be sent back as the
other's.
"""

import hmac
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

OUR_PURPOSE = b"tributary carrier request 1"
THEIR_PURPOSE = b"tributary carrier report 1"
OLDEST_REPORT = timedelta(minutes=5)
"""So far a report's timestamp may be from our clock, either way."""
_LONGEST_TIMESTAMP = 12


@dataclass(frozen=True, slots=True)
class CarrierKeys:
    """Works out the keys of carriers; `secret` is the installation's own."""

    secret: str

    def ours(self, tenant_id: UUID, carrier_id: UUID, secret_id: UUID) -> bytes:
        """Return the key with which we sign what we ask of a carrier."""
        return self._key(OUR_PURPOSE, tenant_id, carrier_id, secret_id)

    def theirs(self, tenant_id: UUID, carrier_id: UUID, secret_id: UUID) -> bytes:
        """Return the key with which a carrier signs what it reports to us."""
        return self._key(THEIR_PURPOSE, tenant_id, carrier_id, secret_id)

    def _key(self, purpose: bytes, *ids: UUID) -> bytes:
        place = b"".join(each.bytes for each in ids)
        return hmac.digest(self.secret.encode(), purpose + place, "sha256")

    def __repr__(self) -> str:
        """Show nothing of it in logs."""
        return "CarrierKeys()"


def is_signed(
    keys: Sequence[bytes], headers: Mapping[str, str], body: bytes, now: datetime
) -> bool:
    """Whether a message was signed with one of the keys, and lately."""
    timestamp = headers.get("webhook-timestamp", "")
    message_id = headers.get("webhook-id", "")
    content = b".".join((message_id.encode(), timestamp.encode(), body))
    given = [
        each.removeprefix("v1,").encode() for each in headers.get("webhook-signature", "").split()
    ]
    made = [b64encode(hmac.new(key, content, sha256).digest()) for key in keys]
    matches = [hmac.compare_digest(mine, theirs) for mine in made for theirs in given]
    return any(matches) and bool(message_id) and _is_fresh(timestamp, now)


def _is_fresh(timestamp: str, now: datetime) -> bool:
    if not timestamp.isascii() or not timestamp.isdigit() or len(timestamp) > _LONGEST_TIMESTAMP:
        return False
    return abs(int(timestamp) - now.timestamp()) <= OLDEST_REPORT.total_seconds()
