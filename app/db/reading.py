"""Read with statements that were built once: no ORM in between, the tenant written out in each."""

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import Select, Uuid, bindparam
from sqlalchemy.ext.asyncio import AsyncConnection

from app.db.driver import select_rows
from app.db.work import Work

TENANT = bindparam("tenant_id", type_=Uuid())
"""The tenant of the work, which `rows` fills in; every table of a statement must name it."""


async def rows(work: Work, statement: Select[*tuple[Any, ...]], **given: object) -> Sequence[Any]:
    """Return all rows of a Core statement, as tuples with the columns' names.

    What the work has changed so far is written first.
    """
    if not work.is_snapshot:
        await work.session.flush()
    connection = cast("AsyncConnection", work.session.bind)
    return await select_rows(connection, statement, {"tenant_id": work.tenant_id, **given})
