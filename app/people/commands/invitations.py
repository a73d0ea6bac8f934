"""Invite people by e-mail into an organisation with roles, and what becomes of it (R3-6, R3-31)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.audit.operations import record
from app.db.outbox import DomainEvent
from app.db.work import Work
from app.identities import operations as identities
from app.identities.errors import AlreadyMember
from app.identities.letters import NewLetter, post
from app.identities.one_time_tokens import OneTimeKeys, Purpose, issue, withdraw
from app.identities.operations import NewPerson
from app.identities.rules import checked_email
from app.kernel.errors import NotFound, Unauthenticated
from app.kernel.ids import new_id
from app.organisations.errors import OrganisationClosed
from app.organisations.models import Organisation, OrganisationStatus
from app.organisations.rules import checked_name
from app.people import admission, locks
from app.people.errors import (
    AlreadyInvited,
    InvitationDecided,
    InvitedByOtherEmail,
    LinkNotValid,
    SignInFirst,
)
from app.people.models import Invitation, InvitationRole
from app.people.operations import Workplace, check_exchange, in_reach, organisation_in_reach
from app.people.rules import InvitationState, expiry
from app.rbac.guard import open_to_everyone, requires
from app.rbac.models import Membership
from app.rbac.permissions import Permission
from app.tenants.operations import raise_policy_version

PAGE = "invitation"


@dataclass(frozen=True, slots=True)
class NewInvitation:
    """Whom to invite where, with which roles; good for so many days, the usual number unless said.

    The name is how the letter calls the person, who may choose another.
    """

    organisation_id: UUID
    name: str
    email: str
    role_ids: Sequence[UUID]
    days: int | None = None


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
    name, email = checked_name(new.name), checked_email(new.email)
    expires_at, roles = expiry(new.days, work.now), list(dict.fromkeys(new.role_ids))
    await raise_policy_version(work)
    organisation = await organisation_in_reach(work, Permission.MEMBER_WRITE, new.organisation_id)
    _check_open(organisation)
    await _check_stranger(work, organisation.id, email)
    await check_exchange(work, organisation.id, removed=[], added=roles)
    invitation = Invitation(
        id=new_id(),
        organisation_id=organisation.id,
        email=email,
        name=name,
        invited_by_membership_id=work.actor.membership_id,
        invited_at=work.now,
        sent_at=work.now,
        token_id=new_id(),
        expires_at=expires_at,
    )
    try:
        await work.save(invitation)
    except IntegrityError:
        raise AlreadyInvited(email) from None
    await work.insert(
        InvitationRole, [{"invitation_id": invitation.id, "role_id": role} for role in roles]
    )
    await _send(work, invitation, organisation.name)
    after = {"name": name, "email": email, "roles": [str(role) for role in roles]}
    _note(work, "INVITE_MEMBER", invitation, after)
    return invitation


@requires(Permission.MEMBER_WRITE)
async def resend_invitation(work: Work, invitation_id: UUID, days: int | None = None) -> Invitation:
    """Send an open or expired invitation again, good for as long again; earlier links are void.

    Raises `InvitationDecided`, `OrganisationClosed`.
    """
    expires_at = expiry(days, work.now)
    invitation, organisation = await _open_in_reach(work, invitation_id)
    _check_open(organisation)
    await withdraw(work, Purpose.INVITATION, invitation.id)
    invitation.sendings += 1
    invitation.sent_at, invitation.expires_at = work.now, expires_at
    invitation.token_id = new_id()
    await _send(work, invitation, organisation.name)
    _note(work, "RESEND_INVITATION", invitation, {"sendings": str(invitation.sendings)})
    return invitation


@requires(Permission.MEMBER_WRITE)
async def withdraw_invitation(work: Work, invitation_id: UUID) -> Invitation:
    """Take an invitation back: its link is void from now on; raises `InvitationDecided`."""
    invitation, _ = await _open_in_reach(work, invitation_id)
    await withdraw(work, Purpose.INVITATION, invitation.id)
    invitation.state, invitation.decided_at = InvitationState.WITHDRAWN, work.now
    _note(work, "WITHDRAW_INVITATION", invitation, {})
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


def _check_open(organisation: Organisation) -> None:
    if organisation.status == OrganisationStatus.CLOSED:
        raise OrganisationClosed(organisation.name)


async def _check_stranger(work: Work, organisation_id: UUID, email: str) -> None:
    """Look among the organisation's own people and invitations, and nowhere else."""
    member = select(Membership.id).where(
        Membership.organisation_id == organisation_id,
        Membership.email == email,
        Membership.ended_at.is_(None),
    )
    if (await work.session.execute(member)).first() is not None:
        raise AlreadyMember(email)
    waiting = select(Invitation.id).where(
        Invitation.organisation_id == organisation_id,
        Invitation.email == email,
        Invitation.state == InvitationState.WAITING,
    )
    if (await work.session.execute(waiting)).first() is not None:
        raise AlreadyInvited(email)


async def _send(work: Work, invitation: Invitation, organisation_name: str) -> None:
    lifetime = invitation.expires_at - work.now
    await issue(
        work,
        Purpose.INVITATION,
        invitation.id,
        lifetime,
        tenant_id=work.tenant_id,
        token_id=invitation.token_id,
    )
    text = (
        f"{work.actor.name} invites you to work for {organisation_name}. Open {{link}} to accept: "
        "sign in there, or choose a name and a password if you have no sign-in yet. The link is "
        f"good once, until {invitation.expires_at:%Y-%m-%d %H:%M} UTC. If you did not expect this, "
        "do nothing."
    )
    await post(
        work,
        NewLetter(
            address=invitation.email,
            name=invitation.name,
            title=f"{organisation_name} invites you",
            text=text,
            lifetime=lifetime,
            page=PAGE,
            purpose=Purpose.INVITATION,
            token_id=invitation.token_id,
            tenant_id=work.tenant_id,
        ),
    )


def _note(work: Work, action: str, invitation: Invitation, after: dict[str, Any]) -> None:
    own = work.actor.organisation_id
    organisation_id = invitation.organisation_id
    record(
        work,
        action,
        "invitation",
        invitation.id,
        after=after,
        on_behalf_of=organisation_id if organisation_id != own else None,
    )
    kind = {
        "INVITE_MEMBER": "member_invited",
        "RESEND_INVITATION": "invitation_sent_again",
        "WITHDRAW_INVITATION": "invitation_withdrawn",
    }[action]
    work.tell(DomainEvent(kind, "invitation", invitation.id, {}))
