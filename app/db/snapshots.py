"""Read each thing once a snapshot: several fields of one answer ask for the same rows (F4)."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import TypeVar, cast

from app.db.work import Work

Key = TypeVar("Key")
Value = TypeVar("Value")
_STATE = "read in this snapshot"


async def once_read(
    work: Work,
    what: str,
    keys: Collection[Key],
    read: Callable[[Collection[Key]], Awaitable[Mapping[Key, Value]]],
) -> dict[Key, Value]:
    """Return values by key, those that are not there left out; reads what was not read before.

    Only a snapshot remembers, for as long as it lasts: it is one actor's, and of one state. A
    transaction that writes reads anew.
    """
    if not work.is_snapshot:
        return dict(await read(keys))
    remembered = work.session.sync_session.info.setdefault(_STATE, {})
    known = cast("dict[Key, Value | None]", remembered.setdefault(what, {}))
    if new := {key for key in keys if key not in known}:
        found = await read(new)
        known.update({key: found.get(key) for key in new})
    return {key: value for key in keys if (value := known[key]) is not None}
