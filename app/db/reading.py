"""Send statements that were built once: no ORM in between, the tenant written out in each."""

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import Executable, Uuid, bindparam
from sqlalchemy.ext.asyncio import AsyncConnection

from app.db.driver import send
from app.db.work import Work

TENANT = bindparam("tenant_id", type_=Uuid())
"""The tenant of the work, which `rows` fills in; every table of a statement must name it."""


async def rows(work: Work, statement: Executable, **given: object) -> Sequence[Any]:
    """Return all rows of a Core statement; what the work has changed so far is written first."""
    if not work.is_snapshot:
        await work.session.flush()
    return await sent(work, statement, **given)


async def sent(work: Work, statement: Executable, **given: object) -> Sequence[Any]:
    """Send a statement as it is and return its rows; what the session holds is not written yet."""
    connection = cast("AsyncConnection", work.session.bind)
    return await send(connection, statement, {"tenant_id": work.tenant_id, **given})
