"""Requests for networks, for the platform's staff."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from app.db.keyset import newest_first
from app.db.work import Work
from app.kernel.paging import Page, PageRequest, page_of
from app.rbac.guard import requires
from app.rbac.permissions import Permission
from app.tenants.models import TrialRequest, TrialState


@requires(Permission.TENANT_MANAGE)
async def trial_requests(
    work: Work, request: PageRequest, state: TrialState = TrialState.WAITING
) -> Page[TrialRequest]:
    """Return requests in a state, the newest first."""
    statement = select(TrialRequest).where(TrialRequest.state == state)
    rows = (await work.session.scalars(newest_first(statement, request, TrialRequest.id))).all()
    return page_of(rows, request, lambda row: (str(row.id),))


@requires(Permission.TENANT_MANAGE)
async def trial_requests_by_id(work: Work, ids: Sequence[UUID]) -> list[TrialRequest | None]:
    """Return requests in the order asked for; none for an unknown id."""
    found = await work.session.scalars(select(TrialRequest).where(TrialRequest.id.in_(ids)))
    known = {row.id: row for row in found}
    return [known.get(item) for item in ids]
