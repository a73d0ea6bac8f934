"""Activation: an organisation that was made ready begins to trade (R3-6)."""

from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, true

from app.audit.operations import record
from app.db.work import Work
from app.kernel.actor import Scope
from app.kernel.errors import NotFound
from app.organisations import locks
from app.organisations.errors import OrganisationClosed
from app.organisations.models import Organisation, OrganisationStatus, status_at
from app.organisations.operations import visible_below
from app.organisations.rules import as_noted
from app.rbac.guard import requires
from app.rbac.permissions import Permission


@requires(Permission.ORGANISATION_WRITE)
async def activate_organisation(work: Work, organisation_id: UUID) -> Organisation:
    """Let an organisation directly below begin to trade now; with BRANCH one seen deeper too.

    From the next request on its people act in it and orders are taken. What trades already stays
    as it is. Raises `OrganisationClosed`, and `NotFound` for what is out of reach.
    """
    known = select(Organisation.id).where(Organisation.id == organisation_id, _in_reach(work))
    if await work.session.scalar(known) is None:
        raise NotFound("Organisation").at("organisationId")
    organisation = await locks.organisation(work, organisation_id)
    if organisation is None:
        raise NotFound("Organisation").at("organisationId")
    status = status_at(organisation.status, organisation.activates_at, work.now)
    if status is OrganisationStatus.CLOSED:
        raise OrganisationClosed(organisation.name)
    if status is OrganisationStatus.ACTIVE:
        return organisation
    before = {"status": organisation.status, "activates_at": organisation.activates_at}
    organisation.status, organisation.activates_at = OrganisationStatus.ACTIVE, work.now
    parent_id = organisation.parent_id
    record(
        work,
        "ACTIVATE_ORGANISATION",
        "organisation",
        organisation_id,
        before=as_noted(before),
        after=as_noted({"status": organisation.status, "activates_at": organisation.activates_at}),
        on_behalf_of=parent_id if parent_id != work.actor.organisation_id else None,
    )
    return organisation


def _in_reach(work: Work) -> ColumnElement[bool]:
    scope = work.actor.scope_of(Permission.ORGANISATION_WRITE)
    if scope is Scope.TENANT:
        return true()
    child = Organisation.parent_id == work.actor.own_organisation
    return or_(child, Organisation.id.in_(visible_below(work))) if scope is Scope.BRANCH else child
