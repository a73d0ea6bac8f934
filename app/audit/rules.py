"""The chain of seals: what an entry's digest is made of, and how a seal follows from the last.

A seal is the SHA-256 of the seal before it and of the digests of its entries, in order. Whoever
changes an entry, takes one away or puts one between has to make all later seals anew, and one of
them may have been noted down elsewhere. (Crosby and Wallach 2009, "Efficient data structures for
tamper-evident logging", describe the plain chain as the simplest.)
"""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

BEGINNING = bytes(32)
"""What stands for the seal before a network's first."""


def digest_of(entry: Mapping[str, Any]) -> bytes:
    """Return the SHA-256 of an entry's columns by name, as the database gives them back.

    Columns without a value do not count: one that is added later leaves older digests as they are.
    """
    known = {name: value for name, value in entry.items() if value is not None}
    written = json.dumps(
        known, default=_text, ensure_ascii=False, separators=(",", ":"), sort_keys=True
    )
    return sha256(written.encode()).digest()


def seal_of(previous: bytes, digests: Iterable[bytes]) -> bytes:
    """Return the seal of entries, given by their digests in order, after the previous seal."""
    return sha256(previous + b"".join(digests)).digest()


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, UUID):
        return str(value)
    msg = f"an entry of the trail holds a {type(value).__name__}"
    raise TypeError(msg)
