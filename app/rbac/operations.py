"""What packages above may ask of rbac, unguarded."""

from collections.abc import AsyncGenerator, Collection, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    delete,
    exists,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.db.work import Work
from app.kernel.actor import Scope
from app.kernel.ids import new_id
from app.rbac.assignments import assignments_of, counts_at
from app.rbac.built_in import BUILT_IN_ROLES
from app.rbac.errors import LastAdministrator, RoleNameTaken
from app.rbac.models import Membership, MembershipRole, Role, RoleGrant
from app.rbac.permissions import Permission
from app.rbac.policy import Grant, PolicyCache, compile_grants
from app.rbac.rules import Effect, Right, free_name


async def grants_of(
    session: AsyncSession,
    cache: PolicyCache,
    tenant_id: UUID,
    version: int,
    roles: frozenset[UUID],
) -> Mapping[str, Scope]:
    """Return a role set's permissions with their widest scope; one statement, none when cached."""
    known = cache.get(tenant_id, version, roles)
    if known is not None:
        return known
    grants = compile_grants(roles, await _policy_rows(session, roles))
    cache.put(tenant_id, version, roles, grants)
    return grants


async def create_built_in_roles(work: Work) -> dict[str, UUID]:
    """Give a new tenant its built-in roles; returns their ids by code."""
    roles = [
        Role(code=role.code, name=role.name, description=role.description, created_at=work.now)
        for role in BUILT_IN_ROLES
    ]
    await work.save(*roles)
    grants = [
        {"role_id": role.id, "permission": permission, "scope": scope, "effect": Effect.ALLOW}
        for role, built_in in zip(roles, BUILT_IN_ROLES, strict=True)
        for permission, scope in built_in.grants.items()
    ]
    await work.insert(RoleGrant, grants)
    return {role.code: role.id for role in roles if role.code}


async def built_in_role_ids(work: Work) -> dict[str, UUID]:
    """Return the ids of the tenant's built-in roles by code."""
    rows = await work.session.execute(
        select(Role.code, Role.id).where(Role.organisation_id.is_(None))
    )
    return {code: role_id for code, role_id in rows if code}


async def add_membership(  # noqa: PLR0913, PLR0917  # a membership has these parts
    work: Work,
    identity_id: UUID,
    organisation_id: UUID,
    name: str,
    email: str,
    roles: Iterable[UUID],
    *,
    is_email_proven: bool = False,
) -> Membership:
    """Let an identity work in an organisation with the given roles."""
    membership = Membership(
        identity_id=identity_id,
        organisation_id=organisation_id,
        name=name,
        email=email,
        joined_at=work.now,
        email_proven_at=work.now if is_email_proven else None,
    )
    await work.save(membership)
    rows = [{"membership_id": membership.id, "role_id": role} for role in roles]
    await work.insert(MembershipRole, rows)
    return membership


async def people_of(
    work: Work, organisation_ids: Collection[UUID], permission: Permission | None = None
) -> list[UUID]:
    """Return the memberships of organisations, or those of them who hold a permission, by id."""
    statement = select(Membership.id).where(
        Membership.organisation_id.in_(organisation_ids),
        Membership.ended_at.is_(None),
        Membership.key_prefix.is_(None),
    )
    if permission is not None:
        statement = statement.where(
            Membership.id.in_(_granted(work, permission, Effect.ALLOW)),
            Membership.id.not_in(_granted(work, permission, Effect.DENY)),
        )
    return list((await work.session.scalars(statement.order_by(Membership.id))).all())


def reaches(
    work: Work,
    permission: Permission,
    near: Mapping[Scope, ColumnElement[bool]],
) -> ColumnElement[bool]:
    """Select memberships whose permission reaches a thing of their organisation.

    `near` says for narrow scopes whom they reach it for, such as those that it is assigned to; in
    all others it is reached.
    """
    narrow = (Scope.OWN, Scope.ASSIGNED)
    granted = (
        _granted(work, permission, Effect.ALLOW)
        .where(
            or_(
                RoleGrant.scope.not_in(narrow),
                *(and_(RoleGrant.scope == scope, is_near) for scope, is_near in near.items()),
            )
        )
        .correlate(Membership)
    )
    denied = _granted(work, permission, Effect.DENY)
    return and_(Membership.id.in_(granted), Membership.id.not_in(denied))


async def set_roles(
    work: Work, membership_id: UUID, *, kept: Collection[UUID], added: Iterable[UUID]
) -> None:
    """Let a membership hold further roles, and of those that it holds some; two statements.

    What is kept keeps its term.
    """
    await work.session.execute(
        delete(MembershipRole)
        .where(MembershipRole.membership_id == membership_id, MembershipRole.role_id.not_in(kept))
        .execution_options(synchronize_session=False)
    )
    rows = [{"membership_id": membership_id, "role_id": role} for role in added]
    await work.insert(MembershipRole, rows)


async def roles_of(work: Work, memberships: Sequence[UUID]) -> dict[UUID, list[Role]]:
    """Return the roles that count now of many memberships, each by name; one statement."""
    found = await assignments_of(work, memberships)
    return {
        membership_id: [each.role for each in of if each.term.counts_at(work.now)]
        for membership_id, of in found.items()
    }


async def rights_of(work: Work, roles: Iterable[UUID]) -> dict[UUID, list[Right]]:
    """Return the rights of many roles, each in the catalogue's order; one statement."""
    wanted = list(roles)
    rows = await _policy_rows(work.session, frozenset(wanted))
    rights: dict[UUID, list[Right]] = {role: [] for role in wanted}
    for row in sorted(rows, key=lambda row: row.permission):
        right = Right(Permission(row.permission), row.scope, row.effect)
        rights[row.role_id].append(right)
    return rights


def compiled(rights: Mapping[UUID, Iterable[Right]]) -> Mapping[str, Scope]:
    """Return what rights allow together, by role, with the widest scope of each permission."""
    rows = [
        Grant(role_id, right.permission, right.scope, right.effect)
        for role_id, of_role in rights.items()
        for right in of_role
    ]
    return compile_grants(rights, rows)


async def check_administrator_stays(work: Work, membership: Membership) -> None:
    """Refuse that a person, who manages members, ceases to, when nobody else does there."""
    others = await _administrators(
        work,
        and_(
            Membership.organisation_id == membership.organisation_id,
            Membership.id != membership.id,
        ),
    )
    if not others:
        raise LastAdministrator(membership.name)


async def set_rights(work: Work, role_id: UUID, rights: Iterable[Right]) -> None:
    """Replace what a role grants; two statements."""
    await work.session.execute(delete(RoleGrant).where(RoleGrant.role_id == role_id))
    rows = [
        {
            "role_id": role_id,
            "permission": right.permission,
            "scope": right.scope,
            "effect": right.effect,
        }
        for right in rights
    ]
    await work.insert(RoleGrant, rows)


async def check_role_name(work: Work, name: str, organisation_id: UUID, role_id: UUID) -> None:
    """Refuse a name that another role of the organisation, or a built-in one, has."""
    statement = select(Role.id).where(
        func.lower(Role.name) == name.lower(),
        (Role.organisation_id == organisation_id) | Role.organisation_id.is_(None),
        Role.id != role_id,
    )
    if (await work.session.execute(statement)).first() is not None:
        raise RoleNameTaken(name)


async def take_along(
    work: Work, roles: Sequence[Role], owner: UUID, holders: Select[UUID]
) -> list[Role]:
    """Give an organisation copies of others' roles, which `holders` hold from now on instead.

    A copy is called like its original, with a number where the organisation has such a name. Five
    statements.
    """
    names = select(func.lower(Role.name)).where(
        (Role.organisation_id == owner) | Role.organisation_id.is_(None)
    )
    taken = set(await work.session.scalars(names))
    rights = await rights_of(work, [role.id for role in roles])
    copies: dict[UUID, Role] = {}
    for role in roles:
        name = free_name(role.name, taken)
        taken.add(name.lower())
        copies[role.id] = Role(
            id=new_id(),
            organisation_id=owner,
            name=name,
            description=role.description,
            created_at=work.now,
            retired_at=role.retired_at,
        )
    await work.save(*copies.values())
    granted = [
        {
            "role_id": copies[role.id].id,
            "permission": right.permission,
            "scope": right.scope,
            "effect": right.effect,
        }
        for role in roles
        for right in rights[role.id]
    ]
    await work.insert(RoleGrant, granted)
    instead = {key: copy.id for key, copy in copies.items()}
    await work.session.execute(
        update(MembershipRole)
        .where(MembershipRole.role_id.in_(instead), MembershipRole.membership_id.in_(holders))
        .values(role_id=case(instead, value=MembershipRole.role_id))
        .execution_options(synchronize_session=False)
    )
    return list(copies.values())


def holders_of(role_id: UUID):  # noqa: ANN201  # a select, typed by SQLAlchemy
    """Select the organisations in which somebody holds a role."""
    return (
        select(Membership.organisation_id)
        .join(MembershipRole, MembershipRole.membership_id == Membership.id)
        .where(MembershipRole.role_id == role_id, Membership.ended_at.is_(None))
    )


@asynccontextmanager
async def keeping_an_administrator(
    work: Work, organisations: ColumnElement[bool]
) -> AsyncGenerator[None, None]:
    """Refuse what happens inside if it leaves an organisation without anybody to manage members.

    Organisations that had nobody before are managed from above, and stay out of it. Whose role ends
    by itself is nobody to count on. Two statements.
    """
    before = await _administrators(work, organisations)
    yield
    await work.session.flush()
    after = await _administrators(work, organisations)
    for organisation_id, name in before.items():
        if organisation_id not in after:
            raise LastAdministrator(name)


async def _administrators(work: Work, organisations: ColumnElement[bool]) -> dict[UUID, str]:
    allowed, denied = aliased(RoleGrant), aliased(RoleGrant)
    held, also_held = aliased(MembershipRole), aliased(MembershipRole)
    narrowest = Permission.MEMBER_WRITE.scopes[0]
    takes_all = [scope for scope in Scope if narrowest.covers(scope)]
    is_denied = exists().where(
        also_held.tenant_id == work.tenant_id,
        denied.tenant_id == work.tenant_id,
        also_held.membership_id == Membership.id,
        denied.role_id == also_held.role_id,
        denied.permission == Permission.MEMBER_WRITE,
        denied.effect == Effect.DENY,
        denied.scope.in_(takes_all),
    )
    rows = await work.session.execute(
        select(Membership.organisation_id, func.min(Membership.name))
        .join(held, held.membership_id == Membership.id)
        .join(allowed, allowed.role_id == held.role_id)
        .where(
            organisations,
            Membership.ended_at.is_(None),
            Membership.key_prefix.is_(None),
            held.valid_until.is_(None),
            counts_at(held, work.now),
            allowed.permission == Permission.MEMBER_WRITE,
            allowed.effect == Effect.ALLOW,
            ~is_denied,
        )
        .group_by(Membership.organisation_id)
    )
    return {row[0]: row[1] for row in rows}


async def _policy_rows(session: AsyncSession, roles: frozenset[UUID]) -> list[Grant]:
    rows = await session.execute(
        select(RoleGrant.role_id, RoleGrant.permission, RoleGrant.scope, RoleGrant.effect).where(
            RoleGrant.role_id.in_(roles)
        )
    )
    return [
        Grant(role_id, permission, Scope(scope), Effect(effect))
        for role_id, permission, scope, effect in rows
    ]


def is_at_work() -> ColumnElement[bool]:
    """Hold memberships to those of people who work there now."""
    return and_(Membership.ended_at.is_(None), Membership.key_prefix.is_(None))


def granted_to(
    work: Work, permission: Permission, scopes: Collection[Scope]
) -> ColumnElement[bool]:
    """Hold memberships to those whose roles grant a permission as far as one of the scopes."""
    allowed = _granted(work, permission, Effect.ALLOW).where(RoleGrant.scope.in_(scopes))
    return and_(
        Membership.id.in_(allowed), Membership.id.not_in(_granted(work, permission, Effect.DENY))
    )


def _granted(work: Work, permission: Permission, effect: Effect):  # noqa: ANN202  # a select, typed by SQLAlchemy
    return (
        select(MembershipRole.membership_id)
        .join(RoleGrant, RoleGrant.role_id == MembershipRole.role_id)
        .where(
            RoleGrant.permission == permission,
            RoleGrant.effect == effect,
            counts_at(MembershipRole, work.now),
        )
    )
