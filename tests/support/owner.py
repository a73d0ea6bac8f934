"""The database as its owner reaches it: tests arrange what the application may not write."""

from app.db.database import Database
from tests.support.patience import UNHURRIED

OWNER = "tributary_owner"
_OWNERS: dict[str, Database] = {}


def as_owner(database: Database) -> Database:
    """The same database as the schema's owner, under row-level security as ever."""
    url = database.engine.url.set(username=OWNER).render_as_string(hide_password=False)
    if url not in _OWNERS:
        _OWNERS[url] = Database(url, pool_size=5, patience=UNHURRIED)
    return _OWNERS[url]


async def leave_owners() -> None:
    """Give all connections back."""
    for database in _OWNERS.values():
        await database.close()
    _OWNERS.clear()
