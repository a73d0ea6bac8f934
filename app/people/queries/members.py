"""Who works where, with which roles."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from app.db.keyset import keyset
from app.db.work import Work
from app.kernel.errors import NotFound
from app.kernel.paging import Page, PageRequest, page_of
from app.people.operations import in_reach, organisation_in_reach, visible_roles
from app.rbac import operations as rbac
from app.rbac.assignments import Assignment, assignments_of
from app.rbac.guard import requires
from app.rbac.models import Membership, Role
from app.rbac.permissions import Permission
from app.rbac.rules import Right


@requires(Permission.MEMBER_READ)
async def members(work: Work, organisation_id: UUID, request: PageRequest) -> Page[Membership]:
    """Return an organisation's open memberships, by name (R3-31); raises `NotFound`."""
    await organisation_in_reach(work, Permission.MEMBER_READ, organisation_id)
    statement = select(Membership).where(
        Membership.organisation_id == organisation_id,
        Membership.ended_at.is_(None),
        Membership.key_prefix.is_(None),
    )
    ordered = keyset(statement, request, Membership.name, Membership.id)
    rows = (await work.session.scalars(ordered)).all()
    return page_of(rows, request, lambda member: (member.name, str(member.id)))


@requires(Permission.MEMBER_READ)
async def memberships_by_id(work: Work, ids: Sequence[UUID]) -> list[Membership | None]:
    """Return memberships in the order asked for, ended ones too; none for those out of reach."""
    statement = select(Membership).where(
        Membership.id.in_(ids), in_reach(work, Permission.MEMBER_READ, Membership.organisation_id)
    )
    known = {member.id: member for member in await work.session.scalars(statement)}
    return [known.get(item) for item in ids]


@requires(Permission.MEMBER_READ)
async def roles_of_members(work: Work, ids: Sequence[UUID]) -> list[list[Role]]:
    """Return the roles of memberships in reach, in the order asked for; one statement more."""
    seen = [item.id for item in await memberships_by_id(work, ids) if item is not None]
    held = await rbac.roles_of(work, seen)
    return [held.get(item, []) for item in ids]


@requires(Permission.MEMBER_READ)
async def assignments_of_member(work: Work, membership_id: UUID) -> list[Assignment]:
    """Return what somebody in reach holds or will hold, by name; raises `NotFound`."""
    if (await memberships_by_id(work, [membership_id]))[0] is None:
        raise NotFound("Membership")
    found = (await assignments_of(work, [membership_id]))[membership_id]
    return [each for each in found if not each.term.is_over_at(work.now)]


@requires(Permission.ROLE_READ)
async def roles(work: Work, request: PageRequest, *, is_retired: bool | None = None) -> Page[Role]:
    """Return the built-in roles and those of organisations in reach, by name (R3-32)."""
    statement = select(Role).where(visible_roles(work, Permission.ROLE_READ))
    if is_retired is not None:
        statement = statement.where(Role.retired_at.is_not(None) == is_retired)
    ordered = keyset(statement, request, Role.name, Role.id)
    rows = (await work.session.scalars(ordered)).all()
    return page_of(rows, request, lambda role: (role.name, str(role.id)))


@requires(Permission.ROLE_READ)
async def role(work: Work, role_id: UUID) -> Role:
    """Return one role in reach; raises `NotFound`."""
    (found,) = await roles_by_id(work, [role_id])
    if found is None:
        raise NotFound("Role")
    return found


@requires(Permission.ROLE_READ)
async def roles_by_id(work: Work, ids: Sequence[UUID]) -> list[Role | None]:
    """Return roles in the order asked for; none for those out of reach."""
    statement = select(Role).where(Role.id.in_(ids), visible_roles(work, Permission.ROLE_READ))
    known = {role.id: role for role in await work.session.scalars(statement)}
    return [known.get(item) for item in ids]


@requires(Permission.ROLE_READ)
async def rights_of_roles(work: Work, ids: Sequence[UUID]) -> list[list[Right]]:
    """Return what roles in reach grant, in the order asked for."""
    seen = [role.id for role in await roles_by_id(work, ids) if role is not None]
    rights = await rbac.rights_of(work, seen)
    return [rights.get(item, []) for item in ids]
