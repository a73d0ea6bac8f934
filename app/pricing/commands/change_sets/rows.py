"""Put prices into a change set, many at once, with an answer for every row that is at fault."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete

from app.db.work import Work
from app.kernel.errors import Invalid
from app.pricing.models import PriceChangeRow
from app.pricing.operations.change_sets import SeenChangeSet, seen
from app.pricing.operations.moving import begin_changing, locked_for
from app.pricing.operations.putting import (
    MOST_ROWS,
    Candidates,
    ErrorPolicy,
    PutOutcome,
    RowChange,
    put,
)
from app.pricing.operations.trail import told
from app.pricing.rules.changes import ChangeSetAction
from app.rbac.guard import requires
from app.rbac.permissions import Permission


@requires(Permission.PRICE_WRITE)
async def put_price_changes(
    work: Work, set_id: UUID, rows: Sequence[RowChange], policy: ErrorPolicy
) -> PutOutcome:
    """Put up to 10,000 rows into a draft, over those of the same list, scope, unit and start.

    Raises `PriceChangeNotPossible`, `NotFound` for the set, `Invalid` for no rows or too many.
    """
    if not 1 <= len(rows) <= MOST_ROWS:
        raise Invalid("rows", f"must be 1 to {MOST_ROWS}")
    row = await locked_for(work, set_id, ChangeSetAction.CHANGE)
    return await put(work, row, Candidates(dict(enumerate(rows, start=1))), policy)


@requires(Permission.PRICE_WRITE)
async def remove_price_changes(work: Work, set_id: UUID, row_ids: Sequence[UUID]) -> SeenChangeSet:
    """Take rows out of a draft; those that are not in it are passed over."""
    if not 1 <= len(row_ids) <= MOST_ROWS:
        raise Invalid("rowIds", f"must be 1 to {MOST_ROWS}")
    row = await locked_for(work, set_id, ChangeSetAction.CHANGE)
    before = str(row.status)
    await begin_changing(work, row)
    removed = await work.session.execute(
        delete(PriceChangeRow).where(
            PriceChangeRow.change_set_id == set_id, PriceChangeRow.id.in_(set(row_ids))
        )
    )
    taken: Any = removed
    told(work, row, "CHANGE_PRICE_CHANGE", {"removed": taken.rowcount}, before=before)
    (found,) = await seen(work, [row])
    return found
