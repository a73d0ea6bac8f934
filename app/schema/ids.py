"""Global ids: opaque, typed, and answered alike whether unknown or foreign (F10, F2)."""

from uuid import UUID

from strawberry import relay

from app.kernel.errors import NotFound


def key_of(global_id: relay.GlobalID, type_name: str) -> UUID:
    """Return the row's identifier; raises `NotFound` for another type's id."""
    if global_id.type_name != type_name:
        raise NotFound(type_name)
    try:
        return UUID(global_id.node_id)
    except ValueError:
        raise NotFound(type_name) from None


def optional_key_of(global_id: relay.GlobalID | None, type_name: str) -> UUID | None:
    """Return the row's identifier, or none when none was given."""
    return None if global_id is None else key_of(global_id, type_name)
