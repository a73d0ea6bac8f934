"""Add to counted rows, and make those that do not exist yet."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.dialects.postgresql import insert

from app.db.tables import TenantOwned
from app.db.work import Work


async def add_up(
    work: Work,
    table: type[TenantOwned],
    rows: Sequence[Mapping[str, Any]],
    keys: Sequence[str],
    added: Sequence[str],
) -> None:
    """Add the columns named in `added` to rows by their keys; one statement, in the rows' order."""
    statement = insert(table)
    sums = {name: getattr(table, name) + statement.excluded[name] for name in added}
    added_up = statement.on_conflict_do_update(index_elements=["tenant_id", *keys], set_=sums)
    # Only with RETURNING does SQLAlchemy write an upsert of many rows as one statement.
    await work.session.execute(
        added_up.returning(table.tenant_id),
        [{"tenant_id": work.tenant_id, **row} for row in rows],
    )
