"""From a link in an e-mail to a membership; shared by those who have a sign-in and newcomers."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from sqlalchemy import select

from app.audit.operations import record
from app.db.crossing import enter_tenant
from app.db.outbox import DomainEvent
from app.db.work import Work
from app.identities import operations as identities
from app.identities.errors import AlreadyMember
from app.identities.models import Identity, OneTimeToken
from app.identities.one_time_tokens import OneTimeKeys, Purpose
from app.organisations.errors import OrganisationClosed
from app.organisations.models import Organisation, OrganisationStatus, status_at
from app.people import locks
from app.people.errors import LinkNotValid
from app.people.models import Invitation, InvitationRole
from app.people.operations import Workplace
from app.people.rules import InvitationState, shown_state, why_not
from app.rbac import operations as rbac
from app.rbac.assignments import note_exchange
from app.rbac.models import Membership, Role
from app.tenants.models import Tenant, TenantStatus
from app.tenants.operations import raise_policy_version

Who = Callable[[Invitation], Awaitable[tuple[UUID, str]]]
"""Says which identity accepts an invitation, and its name, or refuses."""


async def name_and_email(work: Work, identity_id: UUID) -> tuple[str, str]:
    """Return how an identity is called, and its address."""
    statement = select(Identity.name, Identity.email).where(Identity.id == identity_id)
    name, email = (await work.session.execute(statement)).one()
    return name, email


async def standing_behind(
    work: Work, keys: OneTimeKeys, purpose: Purpose, text: str
) -> tuple[OneTimeToken, Tenant]:
    """Return the token of a text, good or not, and the active network whose business it is.

    For platform work; raises `LinkNotValid`.
    """
    token_id = keys.token_id(purpose, text)
    if token_id is None:
        raise LinkNotValid
    statement = (
        select(OneTimeToken, Tenant)
        .join(Tenant, Tenant.id == OneTimeToken.tenant_id)
        .where(
            OneTimeToken.id == token_id,
            OneTimeToken.purpose == purpose,
            Tenant.status == TenantStatus.ACTIVE,
        )
    )
    found = (await work.session.execute(statement)).first()
    if found is None:
        raise LinkNotValid
    return found[0], found[1]


async def admit(work: Work, keys: OneTimeKeys, text: str, who: Who) -> Workplace:
    """Let whoever holds the link of an invitation in, once, with the roles that it names."""
    token, tenant = await standing_behind(work, keys, Purpose.INVITATION, text)
    async with enter_tenant(work, tenant.id) as inside:
        await raise_policy_version(inside)
        invitation = await locks.invitation(inside, token.subject_id)
        if invitation is None:
            raise LinkNotValid
        _check_good(inside, invitation, token)
        organisation = await _open_organisation(inside, invitation.organisation_id)
        identity_id, name = await who(invitation)
        membership = await _join(inside, invitation, identity_id, name)
        token.used_at = invitation.decided_at = work.now
        invitation.state, invitation.membership_id = InvitationState.ACCEPTED, membership.id
        _tell(inside, invitation, membership, organisation)
        status = status_at(organisation.status, organisation.activates_at, work.now)
        return Workplace(
            membership.id,
            tenant.id,
            tenant.name,
            organisation.id,
            organisation.name,
            is_prepared=status is OrganisationStatus.PREPARED,
        )


def _check_good(work: Work, invitation: Invitation, token: OneTimeToken) -> None:
    state = shown_state(invitation.state, invitation.expires_at, work.now)
    refusal = why_not(state, is_last=token.id == invitation.token_id)
    if refusal is not None:
        raise refusal


async def _open_organisation(work: Work, organisation_id: UUID) -> Organisation:
    statement = select(Organisation).where(Organisation.id == organisation_id)
    organisation = (await work.session.scalars(statement)).one()
    if organisation.status == OrganisationStatus.CLOSED:
        raise OrganisationClosed(organisation.name).at("token")
    return organisation


async def _join(work: Work, invitation: Invitation, identity_id: UUID, name: str) -> Membership:
    member = select(Membership.id).where(
        Membership.identity_id == identity_id,
        Membership.organisation_id == invitation.organisation_id,
        Membership.ended_at.is_(None),
    )
    if (await work.session.execute(member)).first() is not None:
        raise AlreadyMember(invitation.email).at("token")
    named = (
        select(InvitationRole.role_id)
        .join(Role, Role.id == InvitationRole.role_id)
        .where(InvitationRole.invitation_id == invitation.id, Role.retired_at.is_(None))
    )
    roles = (await work.session.scalars(named.order_by(InvitationRole.role_id))).all()
    await identities.open_tenant(work, identity_id)
    membership = await rbac.add_membership(
        work,
        identity_id,
        invitation.organisation_id,
        name,
        invitation.email,
        roles,
        is_email_proven=True,
    )
    note_exchange(work, membership.id, given=roles)
    return membership


def _tell(
    work: Work, invitation: Invitation, membership: Membership, organisation: Organisation
) -> None:
    record(
        work,
        "ACCEPT_INVITATION",
        "invitation",
        invitation.id,
        after={"name": membership.name, "membership_id": str(membership.id)},
        on_behalf_of=organisation.id,
    )
    data = {
        "name": membership.name,
        "organisation_name": organisation.name,
        "recipients": [str(invitation.invited_by_membership_id)],
    }
    work.tell(DomainEvent("invitation_accepted", "invitation", invitation.id, data))
