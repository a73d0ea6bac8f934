"""Which permissions reach down by consent, or would, as the two organisations may know (R3-33)."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select

from app.db.keyset import newest_first
from app.db.work import Work
from app.kernel.paging import Page, PageRequest, page_of
from app.organisations.models import BranchConsent, ConsentState
from app.organisations.operations import counts
from app.rbac.guard import requires
from app.rbac.permissions import Permission


@requires(Permission.ROLE_READ)
async def branch_consents(
    work: Work, page: PageRequest, state: ConsentState | None = None
) -> Page[BranchConsent]:
    """Return what the own organisation asked for and was asked, the newest first."""
    statement = select(BranchConsent).where(_own(work))
    if state is not None:
        statement = statement.where(BranchConsent.state == state)
    rows = await work.session.scalars(newest_first(statement, page, BranchConsent.id))
    return page_of(rows.all(), page, lambda row: (str(row.id),))


@requires(Permission.ROLE_READ)
async def consents_by_id(work: Work, ids: Collection[UUID]) -> dict[UUID, BranchConsent]:
    """Return the own organisation's consents by id, whichever side of them it is."""
    rows = await work.session.scalars(
        select(BranchConsent).where(BranchConsent.id.in_(set(ids)), _own(work))
    )
    return {row.id: row for row in rows}


@requires(Permission.ROLE_READ)
async def consents_that_count(work: Work, ids: Collection[UUID]) -> set[UUID]:
    """Return those of the own organisation's consents by which something reaches down now."""
    statement = select(BranchConsent.id).where(
        BranchConsent.id.in_(set(ids)), _own(work), counts(work)
    )
    return set(await work.session.scalars(statement))


def _own(work: Work) -> ColumnElement[bool]:
    own = work.actor.own_organisation
    return or_(BranchConsent.above_id == own, BranchConsent.below_id == own)
