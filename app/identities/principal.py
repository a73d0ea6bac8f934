"""From an access token to the actor, read afresh in every transaction (F3)."""

from typing import Any, cast
from uuid import UUID

from sqlalchemy import and_, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from app.db.driver import send
from app.db.revisions import note_revisions, revisions_in
from app.db.tables import table_of
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
from app.tenants.operations import remember

ANONYMOUS = Actor(None, None, None, None, "anonymous")

_SESSION = select(Identity.id, Identity.name, Identity.is_system_admin).join(
    SignInSession, SignInSession.identity_id == Identity.id
)
_member_t, _tenant_t = table_of(Membership).c, table_of(Tenant).c
_sign_in_t, _held_t, _role_t = (
    table_of(SignInSession).c,
    table_of(MembershipRole).c,
    table_of(Role).c,
)
# Every request begins with this: it is built once, and so names its tenant itself.
_MEMBER = (
    select(
        _member_t.organisation_id,
        _member_t.name.label("member_name"),
        func.coalesce(func.array_agg(_held_t.role_id).filter(_held_t.role_id.is_not(None)), []),
        func.coalesce(func.array_agg(_role_t.name).filter(_role_t.name.is_not(None)), []),
        revisions_in(_member_t.tenant_id),
        *_tenant_t,
    )
    .select_from(
        table_of(Membership)
        .join(table_of(Tenant), _tenant_t.id == _member_t.tenant_id)
        .join(table_of(SignInSession), _sign_in_t.identity_id == _member_t.identity_id)
        .outerjoin(
            table_of(MembershipRole),
            and_(
                _held_t.tenant_id == _member_t.tenant_id,
                _held_t.membership_id == _member_t.id,
            ),
        )
        .outerjoin(
            table_of(Role),
            and_(_role_t.tenant_id == _held_t.tenant_id, _role_t.id == _held_t.role_id),
        )
    )
    .where(
        _member_t.tenant_id == bindparam("tenant"),
        _member_t.id == bindparam("membership"),
        _member_t.identity_id == bindparam("identity"),
        _member_t.ended_at.is_(None),
        _sign_in_t.id == bindparam("sign_in"),
        _sign_in_t.ended_at.is_(None),
    )
    .group_by(_member_t.tenant_id, _member_t.id, _tenant_t.id)
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
        "tenant": tenant_id,
        "membership": membership_id,
        "identity": claims.identity_id,
        "sign_in": claims.session_id,
    }
    connection = cast("AsyncConnection", session.bind)
    found = await send(connection, _MEMBER, asked)
    if not found:
        raise Unauthenticated("the sign-in or the membership has ended")
    cells: tuple[Any, ...] = found[0]
    organisation_id, name, role_ids, role_names, revisions, *settings = cells
    note_revisions(session, revisions)
    tenant = remember(session, settings)
    if tenant.status != TenantStatus.ACTIVE:
        raise Unauthenticated("this network is suspended")
    version = tenant.policy_version
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
