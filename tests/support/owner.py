"""The database as its owner reaches it: tests arrange what the application may not write."""

from app.db.database import Database
from tests.support.patience import UNHURRIED

OWNER = "tributary_owner"
_OWNERS: dict[str, Database] = {}


def as_owner(database: Database, password: str | None = None) -> Database:
    """The same database as the schema's owner, under row-level security as ever.

    An owner who has a password is told it once.
    """
    url = database.engine.url.set(username=OWNER)
    name = url.render_as_string(hide_password=True)
    if name not in _OWNERS:
        known = (url if password is None else url.set(password=password)).render_as_string(
            hide_password=False
        )
        _OWNERS[name] = Database(known, pool_size=5, patience=UNHURRIED)
    return _OWNERS[name]


async def leave_owners() -> None:
    """Give all connections back."""
    for database in _OWNERS.values():
        await database.close()
    _OWNERS.clear()
