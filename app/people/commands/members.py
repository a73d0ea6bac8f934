"""Add members, give them roles, end their memberships (R3-31, R3-36)."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import select

from app.audit.operations import record
from app.db.work import Work
from app.identities import operations as identities
from app.identities.errors import AlreadyMember
from app.identities.operations import NewPerson
from app.identities.proving import ask_for_proof
from app.kernel.errors import Invalid
from app.organisations.errors import OrganisationClosed
from app.organisations.models import OrganisationStatus
from app.organisations.rules import checked_name
from app.people.operations import check_exchange, membership_in_reach, organisation_in_reach
from app.rbac import assignments
from app.rbac import operations as rbac
from app.rbac.guard import requires
from app.rbac.models import Membership
from app.rbac.permissions import Permission
from app.tenants.operations import raise_policy_version


@requires(Permission.MEMBER_WRITE)
async def add_member(
    work: Work, organisation_id: UUID, person: NewPerson, role_ids: Sequence[UUID]
) -> Membership:
    """Let a person work in an organisation, with an identity of the platform, new or not.

    The answer is the same for both, and an identity that exists keeps its password. A letter with a
    link asks them to prove the address (R0-23). Raises
    `AlreadyMember`, `GrantBeyondOwn`, `OrganisationClosed`, `RoleRetired`, `WeakPassword`.
    """
    if not person.name.strip():
        raise Invalid("name", "must not be empty")
    identity_id, email = await identities.identity_for(work, person)
    await raise_policy_version(work)
    organisation = await organisation_in_reach(work, Permission.MEMBER_WRITE, organisation_id)
    if organisation.status == OrganisationStatus.CLOSED:
        raise OrganisationClosed(organisation.name)
    await _check_newcomer(work, identity_id, organisation_id, email)
    await check_exchange(work, organisation_id, removed=[], added=list(dict.fromkeys(role_ids)))
    await identities.open_tenant(work, identity_id)
    membership = await rbac.add_membership(
        work, identity_id, organisation_id, person.name.strip(), email, dict.fromkeys(role_ids)
    )
    await ask_for_proof(work, membership.id, membership.name, email, organisation.name)
    after = {"name": membership.name, "email": email, "roles": _texts(role_ids)}
    record(work, "ADD_MEMBER", "membership", membership.id, after=after)
    assignments.note_exchange(work, membership.id, given=dict.fromkeys(role_ids))
    return membership


@requires(Permission.MEMBER_WRITE)
async def assign_roles(
    work: Work, membership_id: UUID, role_ids: Sequence[UUID], reason: str | None = None
) -> Membership:
    """Replace the roles of a membership; counts from its next request on.

    What it holds already, or will, keeps its term; what is new counts for ever.

    Raises `GrantBeyondOwn` for what the caller does not hold, `LastAdministrator`, `RoleRetired`.
    """
    await raise_policy_version(work)
    membership = await membership_in_reach(work, Permission.MEMBER_WRITE, membership_id)
    held = list(await assignments.held_by(work, membership_id))
    await check_exchange(
        work,
        membership.organisation_id,
        removed=[role for role in held if role not in role_ids],
        added=[role for role in dict.fromkeys(role_ids) if role not in held],
    )
    here = Membership.organisation_id == membership.organisation_id
    added = [role for role in dict.fromkeys(role_ids) if role not in held]
    kept = [role for role in held if role in role_ids]
    async with rbac.keeping_an_administrator(work, here):
        await rbac.set_roles(work, membership_id, kept=kept, added=added)
    before, after = {"roles": _texts(held)}, {"roles": _texts(role_ids)}
    record(
        work,
        "ASSIGN_ROLES",
        "membership",
        membership_id,
        before=before,
        after=after,
        reason=reason,
    )
    taken = [role for role in held if role not in kept]
    assignments.note_exchange(work, membership_id, given=added, taken=taken, reason=reason)
    return membership


@requires(Permission.MEMBER_WRITE)
async def rename_member(work: Work, membership_id: UUID, name: str) -> Membership:
    """Call a member otherwise from now on, in this organisation; what they did keeps the old name.

    The same name changes nothing. Raises `Invalid` and `NotFound`.
    """
    called = checked_name(name)
    membership = await membership_in_reach(work, Permission.MEMBER_WRITE, membership_id)
    if membership.name != called:
        before, membership.name = {"name": membership.name}, called
        after = {"name": called}
        record(work, "RENAME_MEMBER", "membership", membership_id, before=before, after=after)
    return membership


@requires(Permission.MEMBER_WRITE)
async def end_membership(work: Work, membership_id: UUID) -> Membership:
    """End a membership: its tokens are good for nothing from now on; raises `LastAdministrator`."""
    await raise_policy_version(work)
    membership = await membership_in_reach(work, Permission.MEMBER_WRITE, membership_id)
    here = Membership.organisation_id == membership.organisation_id
    async with rbac.keeping_an_administrator(work, here):
        membership.ended_at = work.now
    record(work, "END_MEMBERSHIP", "membership", membership_id)
    return membership


async def _check_newcomer(work: Work, identity_id: UUID, organisation_id: UUID, email: str) -> None:
    statement = select(Membership.id).where(
        Membership.identity_id == identity_id,
        Membership.organisation_id == organisation_id,
        Membership.ended_at.is_(None),
    )
    if (await work.session.execute(statement)).first() is not None:
        raise AlreadyMember(email)


def _texts(ids: Iterable[UUID]) -> list[str]:
    return [str(item) for item in ids]
