"""Invite people by e-mail into an organisation with roles, and what becomes of it (R3-6, R3-31)."""

from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select

from app.db.work import Work
from app.identities import operations as identities
from app.identities.one_time_tokens import OneTimeKeys, Purpose, withdraw
from app.identities.operations import NewPerson
from app.kernel.errors import NotFound, Unauthenticated
from app.kernel.ids import new_id
from app.organisations.models import Organisation
from app.organisations.rules import checked_name
from app.people import admission, locks
from app.people.errors import (
    InvitationDecided,
    InvitedByOtherEmail,
    LinkNotValid,
    SignInFirst,
)
from app.people.inviting import NewInvitation, check_open, invite, note, send
from app.people.models import Invitation
from app.people.operations import Workplace, in_reach, organisation_in_reach
from app.people.rules import InvitationState, expiry
from app.rbac.guard import open_to_everyone, requires
from app.rbac.permissions import Permission


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Name and password of somebody who has no sign-in yet."""

    name: str
    password: str = field(repr=False)


@requires(Permission.MEMBER_WRITE)
async def invite_member(work: Work, new: NewInvitation) -> Invitation:
    """Invite the owner of an e-mail address; the answer is the same whoever has a sign-in already.

    Nobody grants what they do not hold. Raises `AlreadyInvited`, `AlreadyMember`, `GrantBeyondOwn`,
    `OrganisationClosed`.
    """
    return await invite(work, new)


@requires(Permission.MEMBER_WRITE)
async def resend_invitation(work: Work, invitation_id: UUID, days: int | None = None) -> Invitation:
    """Send an open or expired invitation again, good for as long again; earlier links are void.

    Raises `InvitationDecided`, `OrganisationClosed`.
    """
    expires_at = expiry(days, work.now)
    invitation, organisation = await _open_in_reach(work, invitation_id)
    check_open(organisation)
    await withdraw(work, Purpose.INVITATION, invitation.id)
    invitation.sendings += 1
    invitation.sent_at, invitation.expires_at = work.now, expires_at
    invitation.token_id = new_id()
    await send(work, invitation, organisation.name)
    note(work, "RESEND_INVITATION", invitation, {"sendings": str(invitation.sendings)})
    return invitation


@requires(Permission.MEMBER_WRITE)
async def withdraw_invitation(work: Work, invitation_id: UUID) -> Invitation:
    """Take an invitation back: its link is void from now on; raises `InvitationDecided`."""
    invitation, _ = await _open_in_reach(work, invitation_id)
    await withdraw(work, Purpose.INVITATION, invitation.id)
    invitation.state, invitation.decided_at = InvitationState.WITHDRAWN, work.now
    note(work, "WITHDRAW_INVITATION", invitation, {})
    return invitation


@requires()
async def accept_invitation(work: Work, keys: OneTimeKeys, token: str) -> Workplace:
    """Join by an invitation, as whoever is signed in; the e-mail must be that of the invitation.

    Raises `InvitationUsed`, `InvitationExpired`, `InvitedByOtherEmail`, `LinkNotValid`,
    `AlreadyMember`, `OrganisationClosed`.
    """
    if work.actor.identity_id is None:
        raise Unauthenticated("only a person accepts an invitation")
    identity_id = work.actor.identity_id
    name, email = await admission.name_and_email(work, identity_id)

    async def who(invitation: Invitation) -> tuple[UUID, str]:
        if work.actor.confined_to not in {None, invitation.tenant_id}:
            raise LinkNotValid
        if invitation.email != email:
            raise InvitedByOtherEmail
        return identity_id, name

    return await admission.admit(work, keys, token, who)


@open_to_everyone
async def join_by_invitation(
    work: Work, keys: OneTimeKeys, token: str, newcomer: Newcomer
) -> Workplace:
    """Join by an invitation without a sign-in: name and password make one.

    The link proves that the mailbox is theirs. Raises `SignInFirst` where its owner has a sign-in,
    `WeakPassword`, and what `accept_invitation` raises.
    """
    name = checked_name(newcomer.name)

    async def who(invitation: Invitation) -> tuple[UUID, str]:
        known = await identities.credentials_of(work, invitation.email)
        if known.identity_id is not None:
            raise SignInFirst
        person = NewPerson(name, invitation.email, newcomer.password)
        identity_id, _ = await identities.identity_for(work, person)
        return identity_id, name

    return await admission.admit(work, keys, token, who)


async def _open_in_reach(work: Work, invitation_id: UUID) -> tuple[Invitation, Organisation]:
    """Lock an invitation that waits; what is out of reach takes the same work as what is not."""
    reach = in_reach(work, Permission.MEMBER_WRITE, Invitation.organisation_id)
    known = select(Invitation.organisation_id).where(Invitation.id == invitation_id, reach)
    organisation_id = await work.session.scalar(known)
    invitation = organisation_id and await locks.invitation(work, invitation_id)
    if not invitation:
        raise NotFound("Invitation").at("invitationId")
    if invitation.state != InvitationState.WAITING:
        raise InvitationDecided(invitation.state.lower())
    organisation = await organisation_in_reach(
        work, Permission.MEMBER_WRITE, invitation.organisation_id
    )
    return invitation, organisation
