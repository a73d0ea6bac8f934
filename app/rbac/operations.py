"""What packages above may ask of rbac, unguarded."""

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.work import Work
from app.kernel.actor import Scope
from app.rbac.built_in import BUILT_IN_ROLES
from app.rbac.models import Effect, Membership, MembershipRole, Role, RoleGrant
from app.rbac.permissions import Permission
from app.rbac.policy import Grant, PolicyCache, compile_grants


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
    grants = compile_grants(tenant_id, roles, await _policy_rows(session, roles))
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
    rows = await work.session.execute(select(Role.code, Role.id).where(Role.code.is_not(None)))
    return {code: role_id for code, role_id in rows if code}


async def add_membership(
    work: Work,
    identity_id: UUID,
    organisation_id: UUID,
    name: str,
    email: str,
    roles: Iterable[UUID],
) -> Membership:
    """Let an identity work in an organisation with the given roles."""
    membership = Membership(
        identity_id=identity_id,
        organisation_id=organisation_id,
        name=name,
        email=email,
        joined_at=work.now,
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
        Membership.organisation_id.in_(organisation_ids), Membership.ended_at.is_(None)
    )
    if permission is not None:
        holders = (
            select(MembershipRole.membership_id)
            .join(RoleGrant, RoleGrant.role_id == MembershipRole.role_id)
            .where(RoleGrant.permission == permission, RoleGrant.effect == Effect.ALLOW)
        )
        statement = statement.where(Membership.id.in_(holders))
    return list((await work.session.scalars(statement.order_by(Membership.id))).all())


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
