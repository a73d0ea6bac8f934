"""From an access token to the actor, read afresh in every transaction (F3)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    DateTime,
    FromClause,
    Select,
    Text,
    Uuid,
    and_,
    bindparam,
    column,
    func,
    null,
    or_,
    select,
    table,
)
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from app.db.driver import send
from app.db.revisions import note_revisions, revisions_in
from app.db.tables import table_of
from app.db.work import Identify, instant_of
from app.identities.models import ApiKey, Identity, SignInSession
from app.identities.tokens import AccessClaims
from app.kernel.actor import Actor, Scope
from app.kernel.errors import Unauthenticated
from app.rbac.assignments import counts_at
from app.rbac.models import Membership, MembershipRole, Role
from app.rbac.operations import grants_of
from app.rbac.permissions import Permission
from app.rbac.policy import PolicyCache
from app.tenants.models import Tenant, TenantStatus
from app.tenants.operations import remember

ANONYMOUS = Actor(None, None, None, None, "anonymous")

_SESSION = select(
    Identity.id, Identity.name, Identity.is_system_admin, SignInSession.only_tenant_id
).join(SignInSession, SignInSession.identity_id == Identity.id)
_member_t, _tenant_t = table_of(Membership).c, table_of(Tenant).c
_sign_in_t, _held_t, _role_t = (
    table_of(SignInSession).c,
    table_of(MembershipRole).c,
    table_of(Role).c,
)
_key_t = table_of(ApiKey).c
# Organisations stand above identities: of their table only this much is known here.
_organisation = table(
    "organisation",
    column("tenant_id", Uuid()),
    column("id", Uuid()),
    column("status", Text()),
    column("activates_at", DateTime(timezone=True)),
)
_own_t = _organisation.c
_HOLDERS = (
    table_of(Membership)
    .join(table_of(Tenant), _tenant_t.id == _member_t.tenant_id)
    .join(
        _organisation,
        and_(
            _own_t.tenant_id == _member_t.tenant_id,
            _own_t.id == _member_t.organisation_id,
        ),
    )
)


def _member_in(
    holders: FromClause,
    *is_theirs: ColumnElement[bool],
    answered_by: ColumnElement[Any] | None = None,
    confined_to: ColumnElement[Any] | None = None,
) -> Select[Any]:
    """Select who a membership is, of which identity, with its roles and its tenant's settings."""
    answering = [each for each in (answered_by, confined_to) if each is not None]
    held = and_(
        _held_t.tenant_id == _member_t.tenant_id,
        _held_t.membership_id == _member_t.id,
        counts_at(_held_t, bindparam("now", type_=DateTime(timezone=True))),
    )
    role = and_(_role_t.tenant_id == _held_t.tenant_id, _role_t.id == _held_t.role_id)
    return (
        select(
            _member_t.identity_id,
            _member_t.organisation_id,
            _member_t.name.label("member_name"),
            _member_t.email_proven_at,
            func.coalesce(func.array_agg(_held_t.role_id).filter(_held_t.role_id.is_not(None)), []),
            func.coalesce(func.array_agg(_role_t.name).filter(_role_t.name.is_not(None)), []),
            revisions_in(_member_t.tenant_id),
            null() if answered_by is None else answered_by,
            null() if confined_to is None else confined_to,
            *_tenant_t,
        )
        .select_from(
            holders.outerjoin(table_of(MembershipRole), held).outerjoin(table_of(Role), role)
        )
        .where(
            _member_t.tenant_id == bindparam("tenant"),
            _member_t.id == bindparam("membership"),
            _member_t.ended_at.is_(None),
            # Nobody acts in what is prepared only (R3-6).
            or_(
                _own_t.status != "PREPARED",
                _own_t.activates_at <= bindparam("now", type_=DateTime(timezone=True)),
            ),
            *is_theirs,
        )
        .group_by(_member_t.tenant_id, _member_t.id, _tenant_t.id, *answering)
    )


# Every request begins with this: it is built once, and so names its tenant itself.
_MEMBER = _member_in(
    _HOLDERS.join(table_of(SignInSession), _sign_in_t.identity_id == _member_t.identity_id),
    _member_t.identity_id == bindparam("identity"),
    _sign_in_t.id == bindparam("sign_in"),
    _sign_in_t.ended_at.is_(None),
    func.coalesce(_sign_in_t.only_tenant_id, bindparam("tenant")) == bindparam("tenant"),
    confined_to=_sign_in_t.only_tenant_id,
)
_STANDING = _member_in(_HOLDERS)
_KEY = _member_in(
    _HOLDERS.join(
        table_of(ApiKey), and_(_key_t.tenant_id == _member_t.tenant_id, _key_t.id == _member_t.id)
    ),
    _key_t.key_hash == bindparam("key_hash"),
    _key_t.revoked_at.is_(None),
    _key_t.expires_at > func.now(),
    answered_by=_key_t.made_by_membership_id,
)


def bearer(claims: AccessClaims | None, cache: PolicyCache, address: str | None = None) -> Identify:
    """Return how to identify the bearer of a token, or nobody when there is none.

    `address` is where the request came from, for the audit trail.
    """

    async def identify(session: AsyncSession) -> Actor:
        if claims is None:
            return replace(ANONYMOUS, address=address)
        if claims.tenant_id is None or claims.membership_id is None:
            return replace(await _person(session, claims), address=address)
        membership = claims.tenant_id, claims.membership_id
        if claims.key_hash is not None:
            actor = await _key(session, *membership, claims.key_hash, cache)
            return replace(actor, address=address)
        return replace(await _member(session, claims, *membership, cache), address=address)

    return identify


def standing_in(tenant_id: UUID, membership_id: UUID, cache: PolicyCache) -> Identify:
    """Return how to identify a membership that nobody is signed in to, for what it had set up.

    It has its rights of that moment, and none when it has ended.
    """

    async def identify(session: AsyncSession) -> Actor:
        now = instant_of(session)
        asked = {"tenant": tenant_id, "membership": membership_id, "now": now}
        found = await send(cast("AsyncConnection", session.bind), _STANDING, asked)
        if not found:
            raise Unauthenticated("the membership has ended")
        return await _actor(session, tenant_id, membership_id, cache, found[0])

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
    _, name, is_system_admin, confined_to = row
    runs_platform = is_system_admin and confined_to is None
    grants = {Permission.TENANT_MANAGE.value: Scope.TENANT} if runs_platform else {}
    actor = Actor(None, claims.identity_id, None, None, name, grants, session_id=claims.session_id)
    return replace(actor, confined_to=confined_to)


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
        "now": instant_of(session),
    }
    connection = cast("AsyncConnection", session.bind)
    found = await send(connection, _MEMBER, asked)
    if not found:
        raise Unauthenticated("the sign-in or the membership has ended")
    actor = await _actor(session, tenant_id, membership_id, cache, found[0], is_person=True)
    return replace(actor, session_id=claims.session_id)


async def _key(
    session: AsyncSession,
    tenant_id: UUID,
    key_id: UUID,
    key_hash: str,
    cache: PolicyCache,
) -> Actor:
    asked = {
        "tenant": tenant_id,
        "membership": key_id,
        "key_hash": key_hash,
        "now": instant_of(session),
    }
    found = await send(cast("AsyncConnection", session.bind), _KEY, asked)
    if not found:
        raise Unauthenticated("the API key has expired or was revoked")
    return await _actor(session, tenant_id, key_id, cache, found[0])


async def _actor(  # noqa: PLR0913  # who it is takes this much
    session: AsyncSession,
    tenant_id: UUID,
    membership_id: UUID,
    cache: PolicyCache,
    cells: Sequence[Any],
    *,
    is_person: bool = False,
) -> Actor:
    identity_id, organisation_id, name, proven_at, role_ids, role_names, revisions, *more = cells
    maker, confined_to, *settings = more
    note_revisions(session, revisions)
    tenant = remember(session, settings)
    if tenant.status != TenantStatus.ACTIVE:
        raise Unauthenticated("this network is suspended")
    if is_person and proven_at is None and tenant.requires_proven_email:
        raise Unauthenticated("this network asks for proof of your e-mail address")
    version = tenant.policy_version
    grants = await grants_of(session, cache, tenant_id, version, frozenset(role_ids))
    roles = tuple(sorted(role_names))
    actor = Actor(tenant_id, identity_id, membership_id, organisation_id, name, grants, roles)
    return replace(actor, answered_by=maker, confined_to=confined_to)
