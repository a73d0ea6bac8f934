"""Who may be asked for trade, and what was asked."""

from collections.abc import Collection
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, Select, or_, select

from app.db.keyset import keyset, newest_first
from app.db.work import Work
from app.kernel.paging import Page, PageRequest, page_of
from app.organisations.models import (
    Organisation,
    OrganisationStatus,
    RelationshipRequest,
    RequestState,
    SellerProfile,
)
from app.rbac.guard import requires
from app.rbac.permissions import Permission


class RequestSide(StrEnum):
    """Whether requests were made by the own organisation, or to it."""

    MADE = "MADE"
    RECEIVED = "RECEIVED"


@requires(Permission.RELATIONSHIP_READ)
async def open_sellers(work: Work, page: PageRequest, search: str = "") -> Page[SellerProfile]:
    """Return the sellers of the network that accept requests, by the name that they publish."""
    statement = _published().where(SellerProfile.organisation_id != work.actor.own_organisation)
    if search:
        statement = statement.where(SellerProfile.name.icontains(search, autoescape=True))
    rows = await work.session.scalars(keyset(statement, page, SellerProfile.name, SellerProfile.id))
    return page_of(rows.all(), page, lambda row: (row.name, str(row.id)))


@requires(Permission.RELATIONSHIP_READ)
async def open_sellers_by_id(work: Work, ids: Collection[UUID]) -> dict[UUID, SellerProfile]:
    """Return sellers that accept requests by id."""
    rows = await work.session.scalars(_published().where(SellerProfile.id.in_(set(ids))))
    return {row.id: row for row in rows}


@requires(Permission.RELATIONSHIP_WRITE)
async def own_seller_profile(work: Work) -> SellerProfile | None:
    """Return what the own organisation publishes, or published last; none if it never did."""
    own = SellerProfile.organisation_id == work.actor.own_organisation
    return (await work.session.scalars(select(SellerProfile).where(own))).first()


@requires(Permission.RELATIONSHIP_WRITE)
async def relationship_requests(
    work: Work,
    page: PageRequest,
    side: RequestSide | None = None,
    state: RequestState | None = None,
) -> Page[RelationshipRequest]:
    """Return what the own organisation asked for and was asked, the newest first."""
    statement = select(RelationshipRequest).where(_own(work, side))
    if state is not None:
        statement = statement.where(RelationshipRequest.state == state)
    rows = await work.session.scalars(newest_first(statement, page, RelationshipRequest.id))
    return page_of(rows.all(), page, lambda row: (str(row.id),))


@requires(Permission.RELATIONSHIP_WRITE)
async def requests_by_id(work: Work, ids: Collection[UUID]) -> dict[UUID, RelationshipRequest]:
    """Return the own organisation's requests by id, those made and those received."""
    rows = await work.session.scalars(
        select(RelationshipRequest).where(RelationshipRequest.id.in_(set(ids)), _own(work, None))
    )
    return {row.id: row for row in rows}


def _published() -> Select[SellerProfile]:
    return (
        select(SellerProfile)
        .join(Organisation, Organisation.id == SellerProfile.organisation_id)
        .where(SellerProfile.is_published, Organisation.status != OrganisationStatus.CLOSED)
    )


def _own(work: Work, side: RequestSide | None) -> ColumnElement[bool]:
    made = RelationshipRequest.buyer_id == work.actor.own_organisation
    received = RelationshipRequest.seller_id == work.actor.own_organisation
    if side is None:
        return or_(made, received)
    return made if side is RequestSide.MADE else received
