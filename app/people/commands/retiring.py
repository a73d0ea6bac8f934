"""Retire roles, take them up again, and give their holders others instead (R3-32)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Row, or_, select

from app.audit.operations import record
from app.db.work import Work
from app.kernel.errors import Invalid
from app.organisations.models import Organisation, OrganisationAncestry
from app.people.operations import in_reach, own_role, role_in_reach
from app.rbac import assignments
from app.rbac import operations as rbac
from app.rbac.errors import GrantBeyondOwn, RoleOutOfPlace, RoleRetired
from app.rbac.guard import requires
from app.rbac.models import Membership, MembershipRole, Role
from app.rbac.permissions import Permission
from app.rbac.rules import check_held, swapped
from app.tenants.operations import raise_policy_version


@dataclass(frozen=True, slots=True)
class Replaced:
    """A role that was replaced, and how many people hold the other one instead."""

    role: Role
    replacement: Role
    members: int


@requires(Permission.ROLE_WRITE)
async def retire_role(work: Work, role_id: UUID, reason: str | None) -> Role:
    """Let nobody new hold a role; whoever holds it keeps it. Repeated, it changes nothing.

    Raises `BuiltInRoleFixed`.
    """
    await raise_policy_version(work)
    role, _ = await own_role(work, role_id)
    if role.retired_at is None:
        role.retired_at = work.now
        record(work, "RETIRE_ROLE", "role", role_id, after={"name": role.name}, reason=reason)
    return role


@requires(Permission.ROLE_WRITE)
async def reinstate_role(work: Work, role_id: UUID, reason: str | None) -> Role:
    """Let a retired role be given again; raises `BuiltInRoleFixed`."""
    await raise_policy_version(work)
    role, _ = await own_role(work, role_id)
    if role.retired_at is not None:
        role.retired_at = None
        record(work, "REINSTATE_ROLE", "role", role_id, after={"name": role.name}, reason=reason)
    return role


@requires(Permission.MEMBER_WRITE)
async def replace_role(
    work: Work, role_id: UUID, replacement_id: UUID, reason: str | None
) -> Replaced:
    """Give everybody in reach who holds a role another one instead, all of them or nobody.

    Raises `GrantBeyondOwn`, `LastAdministrator`, `RoleOutOfPlace`, `RoleRetired`.
    """
    if role_id == replacement_id:
        raise Invalid("replacementRoleId", "must be another role")
    await raise_policy_version(work)
    role = await role_in_reach(work, Permission.MEMBER_WRITE, role_id)
    replacement = await role_in_reach(work, Permission.MEMBER_WRITE, replacement_id)
    if replacement.retired_at is not None:
        raise RoleRetired(replacement.name).at("replacementRoleId")
    holders = await _holders(work, role_id)
    places = {organisation_id for _, organisation_id, _ in holders}
    await _check_place(work, replacement, holders)
    await _check_gain(work, role_id, replacement_id, places)
    members = [membership_id for membership_id, _, _ in holders]
    before = await rbac.roles_of(work, members)
    async with rbac.keeping_an_administrator(work, Membership.organisation_id.in_(places)):
        await assignments.exchange_role(work, members, role_id, replacement_id)
    _note(work, before, role_id, replacement_id, reason)
    return Replaced(role, replacement, len(members))


async def _holders(work: Work, role_id: UUID) -> Sequence[Row[UUID, UUID, str]]:
    statement = (
        select(Membership.id, Membership.organisation_id, Organisation.name)
        .join(MembershipRole, MembershipRole.membership_id == Membership.id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(
            MembershipRole.role_id == role_id,
            or_(MembershipRole.valid_until.is_(None), MembershipRole.valid_until > work.now),
            Membership.ended_at.is_(None),
            in_reach(work, Permission.MEMBER_WRITE, Membership.organisation_id),
        )
        .order_by(Membership.id)
    )
    return (await work.session.execute(statement)).all()


async def _check_place(
    work: Work, replacement: Role, holders: Iterable[Row[UUID, UUID, str]]
) -> None:
    if replacement.organisation_id is None:
        return
    below = select(OrganisationAncestry.descendant_id).where(
        OrganisationAncestry.ancestor_id == replacement.organisation_id
    )
    fits = set(await work.session.scalars(below))
    for _, organisation_id, name in holders:
        if organisation_id not in fits:
            raise RoleOutOfPlace(replacement.name, name)


async def _check_gain(
    work: Work, role_id: UUID, replacement_id: UUID, places: Iterable[UUID]
) -> None:
    rights = await rbac.rights_of(work, [role_id, replacement_id])
    elsewhere = any(place != work.actor.organisation_id for place in places)
    gains = swapped(rights[role_id], rights[replacement_id])
    try:
        check_held(work.actor, gains, elsewhere=elsewhere)
    except GrantBeyondOwn as beyond:
        raise beyond.at("replacementRoleId") from None


def _note(
    work: Work,
    before: Mapping[UUID, Sequence[Role]],
    role_id: UUID,
    replacement_id: UUID,
    reason: str | None,
) -> None:
    for membership_id, roles in before.items():
        held = [str(role.id) for role in roles]
        kept = [each for each in held if each not in {str(role_id), str(replacement_id)}]
        was, now = {"roles": held}, {"roles": [*kept, str(replacement_id)]}
        record(
            work, "ASSIGN_ROLES", "membership", membership_id, before=was, after=now, reason=reason
        )
        given = [] if str(replacement_id) in held else [replacement_id]
        assignments.note_exchange(work, membership_id, given=given, taken=[role_id], reason=reason)
