"""Inviting somebody by e-mail: the letter, its link, and what the trail says of both."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.audit.operations import record
from app.db.outbox import DomainEvent
from app.db.work import Work
from app.identities.errors import AlreadyMember
from app.identities.letters import NewLetter, post
from app.identities.one_time_tokens import Purpose, issue
from app.identities.rules import checked_email
from app.kernel.ids import new_id
from app.organisations.errors import OrganisationClosed
from app.organisations.models import Organisation, OrganisationStatus
from app.organisations.rules import checked_name
from app.people.errors import AlreadyInvited
from app.people.models import Invitation, InvitationRole
from app.people.operations import check_exchange, organisation_in_reach
from app.people.rules import InvitationState, expiry
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


async def invite(work: Work, new: NewInvitation) -> Invitation:
    """Invite the owner of an e-mail address, for whoever has MEMBER_WRITE there.

    Raises what `invite_member` raises.
    """
    name, email = checked_name(new.name), checked_email(new.email)
    expires_at, roles = expiry(new.days, work.now), list(dict.fromkeys(new.role_ids))
    await raise_policy_version(work)
    organisation = await organisation_in_reach(work, Permission.MEMBER_WRITE, new.organisation_id)
    check_open(organisation)
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
    await send(work, invitation, organisation.name)
    after = {"name": name, "email": email, "roles": [str(role) for role in roles]}
    note(work, "INVITE_MEMBER", invitation, after)
    return invitation


def check_open(organisation: Organisation) -> None:
    """Raise `OrganisationClosed` for one that trades no more."""
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


async def send(work: Work, invitation: Invitation, organisation_name: str) -> None:
    """Issue the link of an invitation and post it."""
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


def note(work: Work, action: str, invitation: Invitation, after: dict[str, Any]) -> None:
    """Let the trail and whoever listens know what became of an invitation."""
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
