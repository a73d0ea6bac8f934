"""Make, clone and change an organisation's own roles (R3-32, R3-33)."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from app.audit.operations import record
from app.db.work import Work
from app.kernel.errors import Invalid
from app.kernel.ids import new_id
from app.people.operations import organisation_in_reach, own_role, role_in_reach
from app.rbac import operations as rbac
from app.rbac.guard import requires
from app.rbac.models import Membership, Role
from app.rbac.permissions import Permission
from app.rbac.rules import Right, check_held, check_rights, gained
from app.tenants.operations import raise_policy_version

LONGEST_NAME = 100


@requires(Permission.ROLE_WRITE)
async def create_role(
    work: Work, organisation_id: UUID, name: str, description: str, rights: Sequence[Right]
) -> Role:
    """Make a role that can be assigned in the organisation and below it.

    Raises `GrantBeyondOwn`, `RoleNameTaken`, `ScopeNotAllowed`.
    """
    check_rights(rights)
    await raise_policy_version(work)
    return await _made(work, organisation_id, name, description, rights)


@requires(Permission.ROLE_WRITE)
async def clone_role(
    work: Work, role_id: UUID, organisation_id: UUID, name: str, description: str | None
) -> Role:
    """Make a role of an organisation that grants what another one does, a built-in one too.

    Without a description it has the other one's. They have nothing in common afterwards. Raises
    `GrantBeyondOwn`, `RoleNameTaken`, and `NotFound` for a role that one may not read.
    """
    await raise_policy_version(work)
    origin = await role_in_reach(work, Permission.ROLE_WRITE, role_id)
    rights = (await rbac.rights_of(work, [role_id]))[role_id]
    text = origin.description if description is None else description
    return await _made(work, organisation_id, name, text, rights, origin=role_id)


async def _made(  # noqa: PLR0913, PLR0917  # a role has these parts
    work: Work,
    organisation_id: UUID,
    name: str,
    description: str,
    rights: Sequence[Right],
    origin: UUID | None = None,
) -> Role:
    await organisation_in_reach(work, Permission.ROLE_WRITE, organisation_id)
    elsewhere = organisation_id != work.actor.organisation_id
    check_held(work.actor, gained([], rights), elsewhere=elsewhere)
    role = Role(
        id=new_id(),
        organisation_id=organisation_id,
        name=_checked(name),
        description=description,
        created_at=work.now,
    )
    await rbac.check_role_name(work, role.name, organisation_id, role.id)
    await work.save(role)
    await rbac.set_rights(work, role.id, rights)
    shown = _shown(role, rights) | ({"cloned_from": str(origin)} if origin else {})
    record(work, "CREATE_ROLE", "role", role.id, after=shown)
    return role


@requires(Permission.ROLE_WRITE)
async def change_role(
    work: Work, role_id: UUID, name: str, description: str, rights: Sequence[Right]
) -> Role:
    """Replace a role's name and rights, for all who hold it, from their next request on.

    Raises `BuiltInRoleFixed`, `GrantBeyondOwn`, `LastAdministrator`, `RoleNameTaken`,
    `ScopeNotAllowed`.
    """
    check_rights(rights)
    await raise_policy_version(work)
    role, owner = await own_role(work, role_id)
    before = (await rbac.rights_of(work, [role_id]))[role_id]
    elsewhere = await _counts_elsewhere(work, role_id, owner)
    check_held(work.actor, gained(before, rights), elsewhere=elsewhere)
    await rbac.check_role_name(work, _checked(name), owner, role_id)
    was = _shown(role, before)
    holders = Membership.organisation_id.in_(rbac.holders_of(role_id))
    async with rbac.keeping_an_administrator(work, holders):
        role.name, role.description = _checked(name), description
        await rbac.set_rights(work, role_id, rights)
    record(work, "CHANGE_ROLE", "role", role_id, before=was, after=_shown(role, rights))
    return role


async def _counts_elsewhere(work: Work, role_id: UUID, owner: UUID) -> bool:
    statement = rbac.holders_of(role_id).where(
        Membership.organisation_id != work.actor.organisation_id
    )
    held_elsewhere = (await work.session.execute(statement.limit(1))).first() is not None
    return held_elsewhere or owner != work.actor.organisation_id


def _checked(name: str) -> str:
    if not 1 <= len(name.strip()) <= LONGEST_NAME:
        raise Invalid("name", f"must have 1 to {LONGEST_NAME} characters")
    return name.strip()


def _shown(role: Role, rights: Iterable[Right]) -> dict[str, object]:
    grants = sorted([right.permission, right.scope, right.effect] for right in rights)
    return {"name": role.name, "description": role.description, "grants": grants}
