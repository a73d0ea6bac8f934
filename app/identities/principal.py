"""From an access token to the actor, read afresh in every transaction (F3)."""

from typing import cast
from uuid import UUID

from sqlalchemy import and_, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from app.db.revisions import note_revisions, revisions_in
from app.db.work import Identify
from app.identities.models import Identity, SignInSession
from app.identities.tokens import AccessClaims
from app.kernel.actor import Actor, Scope
from app.kernel.errors import Unauthenticated
from app.rbac.models import Membership, MembershipRole, Role
from app.rbac.operations import grants_of
from app.rbac.permissions import Permission
from app.rbac.policy import PolicyCache
from app.tenants.models import Tenant, TenantStatus

ANONYMOUS = Actor(None, None, None, None, "anonymous")

_SESSION = select(Identity.id, Identity.name, Identity.is_system_admin).join(
    SignInSession, SignInSession.identity_id == Identity.id
)
_member_of, _tenant, _sign_in = (
    Membership.__table__.c,
    Tenant.__table__.c,
    SignInSession.__table__.c,
)
_held, _role = MembershipRole.__table__.c, Role.__table__.c
# Built once, of plain tables: every request begins with it.
_MEMBER = (
    select(
        _member_of.organisation_id,
        _member_of.name,
        _tenant.status,
        _tenant.policy_version,
        func.coalesce(func.array_agg(_held.role_id).filter(_held.role_id.is_not(None)), []),
        func.coalesce(func.array_agg(_role.name).filter(_role.name.is_not(None)), []),
        revisions_in(_member_of.tenant_id),
    )
    .join_from(Membership.__table__, Tenant.__table__, _tenant.id == _member_of.tenant_id)
    .join(SignInSession.__table__, _sign_in.identity_id == _member_of.identity_id)
    .outerjoin(
        MembershipRole.__table__,
        and_(_held.tenant_id == _member_of.tenant_id, _held.membership_id == _member_of.id),
    )
    .outerjoin(Role.__table__, and_(_role.tenant_id == _held.tenant_id, _role.id == _held.role_id))
    .where(
        _member_of.ended_at.is_(None),
        _sign_in.ended_at.is_(None),
        _member_of.tenant_id == bindparam("tenant_id"),
        _member_of.id == bindparam("membership_id"),
        _member_of.identity_id == bindparam("identity_id"),
        _sign_in.id == bindparam("session_id"),
    )
    .group_by(
        _member_of.tenant_id,
        _member_of.organisation_id,
        _member_of.name,
        _tenant.status,
        _tenant.policy_version,
    )
)


def bearer(claims: AccessClaims | None, cache: PolicyCache) -> Identify:
    """Return how to identify the bearer of a token, or nobody when there is none."""

    async def identify(session: AsyncSession) -> Actor:
        if claims is None:
            return ANONYMOUS
        if claims.tenant_id is None or claims.membership_id is None:
            return await _person(session, claims)
        return await _member(session, claims, claims.tenant_id, claims.membership_id, cache)

    return identify


async def _person(session: AsyncSession, claims: AccessClaims) -> Actor:
    row = (
        await session.execute(
            _SESSION.where(
                SignInSession.id == claims.session_id,
                SignInSession.ended_at.is_(None),
                Identity.id == claims.identity_id,
            )
        )
    ).first()
    if row is None:
        raise Unauthenticated("the sign-in has ended")
    _, name, is_system_admin = row
    grants = {Permission.TENANT_MANAGE.value: Scope.TENANT} if is_system_admin else {}
    return Actor(None, claims.identity_id, None, None, name, grants, session_id=claims.session_id)


async def _member(
    session: AsyncSession,
    claims: AccessClaims,
    tenant_id: UUID,
    membership_id: UUID,
    cache: PolicyCache,
) -> Actor:
    asked = {
        "tenant_id": tenant_id,
        "membership_id": membership_id,
        "identity_id": claims.identity_id,
        "session_id": claims.session_id,
    }
    connection = cast("AsyncConnection", session.bind)
    row = (await connection.execute(_MEMBER, asked)).first()
    if row is None:
        raise Unauthenticated("the sign-in or the membership has ended")
    organisation_id, name, status, version, role_ids, role_names, revisions = row
    note_revisions(session, revisions)
    if status != TenantStatus.ACTIVE:
        raise Unauthenticated("this network is suspended")
    grants = await grants_of(session, cache, tenant_id, version, frozenset(role_ids))
    return Actor(
        tenant_id,
        claims.identity_id,
        membership_id,
        organisation_id,
        name,
        grants,
        tuple(sorted(role_names)),
        claims.session_id,
    )
