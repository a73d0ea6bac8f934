"""What people may see of jobs that failed for good: those of their own network."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from app.db.keyset import newest_first
from app.db.work import Work
from app.jobs.models import DeadLetter, DeadLetterState
from app.kernel.paging import Page, PageRequest, page_of
from app.rbac.guard import requires
from app.rbac.permissions import Permission


@requires(Permission.JOB_READ)
async def dead_jobs(
    work: Work, request: PageRequest, state: DeadLetterState | None = DeadLetterState.DEAD
) -> Page[DeadLetter]:
    """Return the network's dead jobs of one state or of all, the newest first."""
    statement = select(DeadLetter)
    if state is not None:
        statement = statement.where(DeadLetter.state == state)
    rows = (await work.session.scalars(newest_first(statement, request, DeadLetter.id))).all()
    return page_of(rows, request, lambda row: (str(row.id),))


@requires(Permission.JOB_READ)
async def dead_jobs_by_id(work: Work, ids: Sequence[UUID]) -> list[DeadLetter | None]:
    """Return dead jobs in the order asked for; none for unknown and foreign ids."""
    statement = select(DeadLetter).where(DeadLetter.id.in_(ids))
    known = {row.id: row for row in await work.session.scalars(statement)}
    return [known.get(item) for item in ids]
