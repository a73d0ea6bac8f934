"""What packages above may ask of identities, unguarded."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import func, select, true, update
from sqlalchemy.dialects.postgresql import insert

from app.db.work import Work
from app.identities import locks
from app.identities.models import Identity, RefreshToken, SignInSession, TenantAccess
from app.identities.passwords import Credentials, hash_password
from app.identities.rules import checked_email, checked_password, shown_device
from app.identities.tokens import AccessClaims, TokenKeys, hash_of, new_refresh_token
from app.kernel.errors import NotFound
from app.kernel.ids import new_id
from app.tenants.models import Tenant, TenantStatus


class EndReason(StrEnum):
    """Why a sign-in ended."""

    ENDED_BY_OWNER = "ENDED_BY_OWNER"
    PASSWORD_CHANGED = "PASSWORD_CHANGED"  # noqa: S105  # a reason, not a password
    SECOND_FACTOR_RESET = "SECOND_FACTOR_RESET"
    PROVIDER_RETIRED = "PROVIDER_RETIRED"
    SIGNED_OUT = "SIGNED_OUT"
    TOKEN_REUSED = "TOKEN_REUSED"  # noqa: S105  # a reason, not a password


@dataclass(frozen=True, slots=True)
class NewPerson:
    """A person to let in, with the password that counts only if the e-mail is new."""

    name: str
    email: str
    initial_password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Tokens:
    """A fresh pair of tokens; `expires_at` is the access token's."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Staff:
    """One who runs the platform, and since when the identity exists."""

    name: str
    email: str
    since: datetime


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A sign-in that goes on; `used_at` is when its tokens were last made anew."""

    id: UUID
    began_at: datetime
    used_at: datetime
    address: str | None
    device: str | None


async def identity_for(work: Work, person: NewPerson) -> tuple[UUID, str]:
    """Return the identity of an e-mail and the address as kept; a new one when there is none.

    The same statement and the same work in both cases, so that nobody learns which it was; the
    password and name of one who exists stay as they are. Raises `Invalid` and `WeakPassword`.
    """
    email, password = checked_email(person.email), checked_password(person.initial_password)
    statement = insert(Identity).values(
        id=new_id(),
        email=email,
        name=person.name,
        password_hash=await hash_password(password),
        is_system_admin=False,
        created_at=work.now,
    )
    # DO UPDATE returns the row in both cases, where DO NOTHING returns the new one only.
    kept = statement.on_conflict_do_update(
        index_elements=["email"], set_={"email": statement.excluded.email}
    ).returning(Identity.id)
    return (await work.session.execute(kept)).scalar_one(), email


async def appoint_system_admin(work: Work, person: NewPerson) -> UUID:
    """Give an e-mail's identity the platform's powers: for the launcher, never for the API."""
    identity_id, _ = await identity_for(work, person)
    await work.session.execute(
        update(Identity).where(Identity.id == identity_id).values(is_system_admin=True)
    )
    return identity_id


async def dismiss_system_admin(work: Work, email: str) -> bool:
    """Take the platform's powers from an e-mail's identity; whether it had them."""
    taken = (
        update(Identity)
        .where(Identity.email == email.strip().lower(), Identity.is_system_admin)
        .values(is_system_admin=False)
        .returning(Identity.id)
    )
    return (await work.session.execute(taken)).first() is not None


async def system_admins(work: Work) -> list[Staff]:
    """Return who runs the platform, by e-mail."""
    statement = (
        select(Identity.name, Identity.email, Identity.created_at)
        .where(Identity.is_system_admin)
        .order_by(Identity.email)
    )
    return [Staff(*row) for row in await work.session.execute(statement)]


async def open_tenant(work: Work, identity_id: UUID) -> None:
    """Note that an identity may have a membership in the work's tenant."""
    access = insert(TenantAccess).values(identity_id=identity_id, tenant_id=work.tenant_id)
    await work.session.execute(access.on_conflict_do_nothing())


async def active_tenants_of(work: Work, identity_id: UUID) -> list[tuple[UUID, str]]:
    """Return id and name of the tenants to look for an identity's memberships in, by name."""
    statement = (
        select(Tenant.id, Tenant.name)
        .join(TenantAccess, TenantAccess.tenant_id == Tenant.id)
        .where(TenantAccess.identity_id == identity_id, Tenant.status == TenantStatus.ACTIVE)
        .order_by(Tenant.name, Tenant.id)
    )
    return [(tenant_id, name) for tenant_id, name in await work.session.execute(statement)]


async def credentials_of(work: Work, email: str) -> Credentials:
    """Return what is known of an e-mail; empty for a stranger's and for what is no e-mail."""
    address = email.strip().lower()
    statement = select(Identity.id, Identity.password_hash).where(Identity.email == address)
    found = (await work.session.execute(statement)).first()
    return Credentials(None, None) if found is None else Credentials(found[0], found[1])


async def person_of(work: Work, email: str) -> tuple[UUID, str] | None:
    """Return the identity and the name of who has an e-mail, as identities keep it."""
    statement = select(Identity.id, Identity.name).where(Identity.email == email)
    found = (await work.session.execute(statement)).first()
    return None if found is None else (found[0], found[1])


async def name_of(work: Work, identity_id: UUID) -> str:
    """Return how a person is called."""
    statement = select(Identity.name).where(Identity.id == identity_id)
    return (await work.session.execute(statement)).scalar_one()


async def is_system_admin(work: Work, identity_id: UUID) -> bool:
    """Whether the identity is platform staff."""
    statement = select(Identity.is_system_admin).where(Identity.id == identity_id)
    return (await work.session.execute(statement)).scalar_one()


async def own_credentials(work: Work, identity_id: UUID) -> tuple[Credentials, str]:
    """Return what the present password of an identity is held against, and its e-mail."""
    statement = select(Identity.password_hash, Identity.email).where(Identity.id == identity_id)
    password_hash, email = (await work.session.execute(statement)).one()
    return Credentials(identity_id, password_hash), email


async def set_password(work: Work, identity_id: UUID, password_hash: str) -> tuple[str, str]:
    """Set an identity's password and return its name and e-mail; raises `NotFound`."""
    statement = (
        update(Identity)
        .where(Identity.id == identity_id)
        .values(password_hash=password_hash)
        .returning(Identity.name, Identity.email)
    )
    found = (await work.session.execute(statement)).first()
    if found is None:
        raise NotFound("Identity")
    return found[0], found[1]


async def open_session(
    work: Work, identity_id: UUID, device: str | None = None, only_tenant_id: UUID | None = None
) -> UUID:
    """Begin a sign-in on one device, which is called as it calls itself.

    With `only_tenant_id` it is good in that network alone.
    """
    session = SignInSession(
        id=new_id(),
        identity_id=identity_id,
        created_at=work.now,
        address=work.actor.address,
        device=shown_device(device),
        only_tenant_id=only_tenant_id,
    )
    await work.save(session)
    return session.id


async def open_sessions(work: Work, identity_id: UUID, most: int) -> list[OpenSession]:
    """Return the sign-ins of an identity that can still be refreshed, the newest first."""
    used_at = func.max(RefreshToken.issued_at)
    statement = (
        select(
            SignInSession.id,
            SignInSession.created_at,
            used_at,
            SignInSession.address,
            SignInSession.device,
        )
        .join(RefreshToken, RefreshToken.session_id == SignInSession.id)
        .where(
            SignInSession.identity_id == identity_id,
            SignInSession.ended_at.is_(None),
            RefreshToken.used_at.is_(None),
            RefreshToken.expires_at > work.now,
        )
        .group_by(SignInSession.id)
        .order_by(SignInSession.id.desc())
        .limit(most)
    )
    return [OpenSession(*row) for row in await work.session.execute(statement)]


async def end_own_session(work: Work, identity_id: UUID, session_id: UUID) -> bool:
    """End a sign-in of an identity; whether there is one of it, open or ended."""
    await work.session.execute(
        update(SignInSession)
        .where(
            SignInSession.id == session_id,
            SignInSession.identity_id == identity_id,
            SignInSession.ended_at.is_(None),
        )
        .values(ended_at=work.now, end_reason=EndReason.ENDED_BY_OWNER)
    )
    theirs = select(SignInSession.id).where(
        SignInSession.id == session_id, SignInSession.identity_id == identity_id
    )
    return (await work.session.execute(theirs)).first() is not None


async def end_sessions(
    work: Work, identity_id: UUID, reason: EndReason, *, but: UUID | None = None
) -> int:
    """End all sign-ins of an identity, but for one if told; returns how many there were."""
    ended = await work.session.execute(
        update(SignInSession)
        .where(
            SignInSession.identity_id == identity_id,
            SignInSession.ended_at.is_(None),
            SignInSession.id != but if but else true(),
        )
        .values(ended_at=work.now, end_reason=reason)
        .returning(SignInSession.id)
    )
    return len(ended.all())


async def end_session(work: Work, session_id: UUID, reason: EndReason) -> None:
    """End a sign-in and with it every token made from it; one that has ended stays as it is."""
    await work.session.execute(
        update(SignInSession)
        .where(SignInSession.id == session_id, SignInSession.ended_at.is_(None))
        .values(ended_at=work.now, end_reason=reason)
    )


async def issue_tokens(work: Work, keys: TokenKeys, claims: AccessClaims) -> Tokens:
    """Make an access token of the claims, and a refresh token that is good for one like it."""
    refresh = new_refresh_token()
    await work.save(
        RefreshToken(
            token_hash=hash_of(refresh),
            session_id=claims.session_id,
            tenant_id=claims.tenant_id,
            membership_id=claims.membership_id,
            issued_at=work.now,
            expires_at=work.now + keys.refresh_lifetime,
        )
    )
    return Tokens(keys.sign(claims, work.now), refresh, work.now + keys.access_lifetime)


async def spend_refresh_token(work: Work, token: str) -> tuple[AccessClaims, UUID | None] | None:
    """Use up a refresh token; returns what it stood for and the one network that it is good in.

    None when it is good no more; without a network it is good in all where the person works.

    One that was used before ends its session: either its owner or a thief holds a copy. The caller
    must commit in that case too.
    """
    found = await locks.refresh_token(work, hash_of(token))
    if found is None:
        return None
    spent, session = found
    if spent.used_at is not None:
        await end_session(work, session.id, EndReason.TOKEN_REUSED)
        return None
    if session.ended_at is not None or spent.expires_at <= work.now:
        return None
    spent.used_at = work.now
    claims = AccessClaims(session.identity_id, session.id, spent.tenant_id, spent.membership_id)
    return claims, session.only_tenant_id
