"""Closings that were asked for, and what stands in the way of one."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from app.closing.models import OrganisationClosing
from app.closing.operations import Standing, closable, reach_of, standing_of, visible_closings
from app.db.keyset import newest_first
from app.db.work import Work
from app.kernel.actor import Scope
from app.kernel.paging import Page, PageRequest, page_of
from app.organisations.models import Organisation, TradingRelationship, unended_at
from app.organisations.operations import visible_organisations, visible_relationships
from app.rbac.guard import requires
from app.rbac.permissions import Permission

MOST_NAMED = 100


@dataclass(frozen=True, slots=True)
class ClosingPreview:
    """What stands in the way of closing, as far as who asks may see it.

    `standing` is told to the organisation's own people alone.
    """

    is_ready: bool
    standing: Standing | None
    customers: list[TradingRelationship]
    branches: list[UUID]


@requires(Permission.ORGANISATION_WRITE)
async def organisation_closings(work: Work, page: PageRequest) -> Page[OrganisationClosing]:
    """Return closings that the own organisation asked for, the newest first; with TENANT all."""
    statement = select(OrganisationClosing).where(visible_closings(work))
    rows = await work.session.scalars(newest_first(statement, page, OrganisationClosing.id))
    return page_of(rows.all(), page, lambda row: (str(row.id),))


@requires(Permission.ORGANISATION_WRITE)
async def closings_by_id(work: Work, ids: Collection[UUID]) -> dict[UUID, OrganisationClosing]:
    """Return visible closings by id."""
    rows = await work.session.scalars(
        select(OrganisationClosing).where(
            OrganisationClosing.id.in_(set(ids)), visible_closings(work)
        )
    )
    return {row.id: row for row in rows}


@requires(Permission.ORGANISATION_WRITE)
async def preview_organisation_closing(work: Work, organisation_id: UUID) -> ClosingPreview:
    """Say what stands in the way of closing an organisation, and change nothing; four statements.

    Raises what `close_organisation` would refuse of the tree.
    """
    is_branch = work.actor.scope_of(Permission.ORGANISATION_WRITE).covers(Scope.BRANCH)
    await closable(work, reach_of(work), organisation_id, is_branch=is_branch)
    standing = await standing_of(work, organisation_id)
    customers = await work.session.scalars(
        select(TradingRelationship)
        .where(
            TradingRelationship.seller_id == organisation_id,
            unended_at(work.now),
            visible_relationships(work),
        )
        .order_by(TradingRelationship.id)
        .limit(MOST_NAMED)
    )
    branches = await work.session.scalars(
        select(Organisation.id)
        .where(
            Organisation.parent_id == organisation_id,
            Organisation.status != "CLOSED",
            visible_organisations(work),
        )
        .order_by(Organisation.id)
        .limit(MOST_NAMED)
    )
    is_own = organisation_id == work.actor.organisation_id
    return ClosingPreview(
        standing.is_ready, standing if is_own else None, list(customers), list(branches)
    )
