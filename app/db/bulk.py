"""Change many rows in one statement: their number must not decide how often we ask (tech I.5)."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import and_, bindparam, cast, column, func, inspect, select, update
from sqlalchemy.dialects.postgresql import ARRAY

from app.db.tables import TenantOwned
from app.db.work import Work


async def update_rows(
    work: Work,
    table: type[TenantOwned],
    rows: Sequence[Mapping[str, Any]],
    *,
    keys: Sequence[str] = ("id",),
    add: Sequence[str] = (),
) -> None:
    """Set columns of many rows; those named in `add` are added to, not replaced.

    Every mapping has the same columns, `keys` among them. Objects of those rows that the session
    already holds keep what they had read.
    """
    if not rows:
        return
    target = inspect(table).local_table
    names = list(rows[0])
    given = select(
        func.unnest(*(cast(bindparam(f"v_{name}"), ARRAY(target.c[name].type)) for name in names))
        .table_valued(*(column(name, target.c[name].type) for name in names), name="given")
        .render_derived()
    ).subquery("given")
    changes = {
        name: target.c[name] + given.c[name] if name in add else given.c[name]
        for name in names
        if name not in keys
    }
    matches = and_(
        target.c.tenant_id == work.tenant_id, *(target.c[key] == given.c[key] for key in keys)
    )
    statement = update(target).values(changes).where(matches)
    await work.session.execute(
        statement, {f"v_{name}": [row[name] for row in rows] for name in names}
    )
