"""Identifiers: UUIDv7, made here so that PostgreSQL 15 to 18 and distributed nodes agree (F1)."""

from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """Return an identifier that sorts by the moment it was made, to the millisecond."""
    return uuid7()
