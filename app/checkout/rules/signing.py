"""HMAC-SHA256 over the instant and the body, in both directions."""

import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256

TIMESTAMP, SIGNATURE = "tributary-timestamp", "tributary-signature"
TOLERANCE = timedelta(minutes=5)
"""How far the instant of a report may be from ours: what is older may have been recorded."""


def signed(key: bytes, at: datetime, body: bytes) -> Mapping[str, str]:
    """Return the two headers."""
    timestamp = str(int(at.timestamp()))
    return {TIMESTAMP: timestamp, SIGNATURE: _signature(key, timestamp, body)}


def is_signed(key: bytes, headers: Mapping[str, str], body: bytes) -> bool:
    """Whether whoever knows the key signed this body at the instant that the headers name."""
    given = headers.get(SIGNATURE, "").encode("utf-8", "replace")
    expected = _signature(key, headers.get(TIMESTAMP, ""), body).encode()
    return hmac.compare_digest(expected, given)


def is_timely(headers: Mapping[str, str], now: datetime) -> bool:
    """Whether the instant that the headers name is near enough to now."""
    timestamp = headers.get(TIMESTAMP, "")
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):  # noqa: PLR2004  # of seconds
        return False
    return abs(int(timestamp) - now.timestamp()) <= TOLERANCE.total_seconds()


def _signature(key: bytes, timestamp: str, body: bytes) -> str:
    content = b".".join((timestamp.encode("utf-8", "replace"), body))
    return hmac.new(key, content, sha256).hexdigest()
