"""What people may see of jobs that failed for good: of their own network, or as the platform."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from app.db.keyset import keyset, newest_first
from app.db.work import Work
from app.jobs.models import DeadLetter, DeadLetterState, Job
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


@requires(Permission.TENANT_MANAGE)
async def network_dead_jobs(
    work: Work, request: PageRequest, tenant_id: UUID | None = None
) -> Page[Job]:
    """Return the dead jobs of all networks or of one, for platform staff, network by network.

    They see what the platform's own books hold, and nothing that stands in a network's tables.
    """
    statement = select(Job).where(Job.due_at.is_(None))
    if tenant_id is not None:
        statement = statement.where(Job.tenant_id == tenant_id)
    held = keyset(statement, request, Job.tenant_id, Job.event_id, Job.listener)
    rows = (await work.session.scalars(held)).all()
    return page_of(rows, request, lambda row: (str(row.tenant_id), str(row.event_id), row.listener))
