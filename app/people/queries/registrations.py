"""A seller's links for registration, and who has registered."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select

from app.db.keyset import newest_first
from app.db.work import Work
from app.kernel.paging import Page, PageRequest, page_of
from app.people.models import Registration, RegistrationLink
from app.people.rules import RegistrationState
from app.rbac.guard import requires
from app.rbac.permissions import Permission


@requires(Permission.ORGANISATION_WRITE)
async def registration_links(work: Work, page: PageRequest) -> Page[RegistrationLink]:
    """Return the own organisation's links, closed ones too, the newest first."""
    own = RegistrationLink.seller_id == work.actor.own_organisation
    statement = newest_first(select(RegistrationLink).where(own), page, RegistrationLink.id)
    rows = (await work.session.scalars(statement)).all()
    return page_of(rows, page, lambda row: (str(row.id),))


@requires(Permission.ORGANISATION_WRITE)
async def links_by_id(work: Work, ids: Collection[UUID]) -> dict[UUID, RegistrationLink]:
    """Return the own organisation's links by id."""
    rows = await work.session.scalars(
        select(RegistrationLink).where(
            RegistrationLink.id.in_(set(ids)),
            RegistrationLink.seller_id == work.actor.own_organisation,
        )
    )
    return {row.id: row for row in rows}


@requires(Permission.ORGANISATION_WRITE)
async def registrations(
    work: Work, page: PageRequest, state: RegistrationState | None = None
) -> Page[Registration]:
    """Return who has registered with the own organisation, the newest first.

    Those whose e-mail is not proven are not there.
    """
    statement = select(Registration).where(_own(work))
    if state is not None:
        statement = statement.where(Registration.state == state)
    rows = (await work.session.scalars(newest_first(statement, page, Registration.id))).all()
    return page_of(rows, page, lambda row: (str(row.id),))


@requires(Permission.ORGANISATION_WRITE)
async def registrations_by_id(work: Work, ids: Collection[UUID]) -> dict[UUID, Registration]:
    """Return registrations with the own organisation by id."""
    rows = await work.session.scalars(
        select(Registration).where(Registration.id.in_(set(ids)), _own(work))
    )
    return {row.id: row for row in rows}


def _own(work: Work) -> ColumnElement[bool]:
    return and_(
        Registration.seller_id == work.actor.own_organisation,
        Registration.state != RegistrationState.UNCONFIRMED,
    )
