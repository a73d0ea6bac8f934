"""Identifiers: UUIDv7, made here so that PostgreSQL 15 to 18 and distributed nodes agree (F1)."""

import secrets
from datetime import datetime
from uuid import UUID

from uuid_utils.compat import uuid7

_RANDOM_BITS = 26


def new_id() -> UUID:
    """Return an identifier that sorts by the moment it was made, to the millisecond."""
    return uuid7()


def first_id_at(instant: datetime) -> UUID:
    """Return the lowest identifier that could have been made at an instant, to the millisecond."""
    return UUID(int=int(instant.timestamp() * 1_000) << 80 | 0x7 << 76 | 0x2 << 62)


def id_series() -> str:
    """Return the first 20 hex digits of identifiers whose last 12 a statement counts up.

    So many rows get identifiers in a known order without a round trip for each. Two series of one
    millisecond differ, which the first digits of two identifiers made then do not.
    """
    moment, random = new_id().hex[:12], secrets.randbits(_RANDOM_BITS)
    return f"{moment}{0x7 << 12 | random >> 14:04x}{0x2 << 14 | random & 0x3FFF:04x}"
