"""Platform tables of people who sign in; secrets are kept as hashes only."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db.tables import PLATFORM_SCHEMA, Identified, Table, TenantOwned, belongs_to
from app.kernel.ids import new_id


class Identity(Table):
    """A person who can sign in; `email` is stored in lower case."""

    __tablename__ = "identity"
    __table_args__ = ({"schema": PLATFORM_SCHEMA},)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    password_hash: Mapped[str]
    is_system_admin: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]


class TenantAccess(Table):
    """That an identity has, or had, a membership in a tenant: where to look at sign-in."""

    __tablename__ = "tenant_access"
    __table_args__ = ({"schema": PLATFORM_SCHEMA},)

    identity_id: Mapped[UUID] = mapped_column(
        ForeignKey(f"{PLATFORM_SCHEMA}.identity.id"), primary_key=True
    )
    tenant_id: Mapped[UUID] = mapped_column(
        ForeignKey(f"{PLATFORM_SCHEMA}.tenant.id"), primary_key=True
    )


class SignInSession(Table):
    """One sign-in on one device; ending it ends every token made from it.

    What a network's own provider vouches for is good in that network only, `only_tenant_id`.
    """

    __tablename__ = "sign_in_session"
    __table_args__ = (
        Index(None, "identity_id"),
        {"schema": PLATFORM_SCHEMA},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    identity_id: Mapped[UUID] = mapped_column(ForeignKey(f"{PLATFORM_SCHEMA}.identity.id"))
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None]
    address: Mapped[str | None]
    device: Mapped[str | None]
    second_factor_at: Mapped[datetime | None]
    only_tenant_id: Mapped[UUID | None]


class RefreshToken(Table):
    """A token that is good for one refresh; seen twice, it ends its session (reuse detection)."""

    __tablename__ = "refresh_token"
    __table_args__ = (
        Index(None, "session_id"),
        {"schema": PLATFORM_SCHEMA},
    )

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    session_id: Mapped[UUID] = mapped_column(ForeignKey(f"{PLATFORM_SCHEMA}.sign_in_session.id"))
    tenant_id: Mapped[UUID | None]
    membership_id: Mapped[UUID | None]
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class OneTimeToken(Table):
    """That a link which went out by e-mail is good, for what and until when; never the link itself.

    `subject_id` is what it is about: an identity, an invitation. `tenant_id` is the network whose
    business it is, if it is one's.
    """

    __tablename__ = "one_time_token"
    __table_args__ = (
        Index(None, "subject_id"),
        Index(None, "expires_at"),
        {"schema": PLATFORM_SCHEMA},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    purpose: Mapped[str]
    tenant_id: Mapped[UUID | None]
    subject_id: Mapped[UUID]
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Letter(Table):
    """An e-mail of the platform that waits to be sent; removed once a mail server has it.

    `text` has `{link}` where the token's link stands. One about a password is written for every
    address that is asked for, and goes out only where somebody has the address.
    """

    __tablename__ = "letter"
    __table_args__ = ({"schema": PLATFORM_SCHEMA},)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    tenant_id: Mapped[UUID | None]
    kind: Mapped[str]
    address: Mapped[str]
    name: Mapped[str]
    title: Mapped[str]
    text: Mapped[str]
    page: Mapped[str | None]
    purpose: Mapped[str | None]
    token_id: Mapped[UUID | None]
    written_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class SignInAttempts(Table):
    """How many attempts have failed of late, and until when nobody may try.

    `key` is a keyed hash of what is counted: an account at a place, an account, a place. Accounts
    are counted whether they exist or not. At `trusted_at` somebody signed in with it.
    """

    __tablename__ = "sign_in_attempts"
    __table_args__ = (Index(None, "counted_at"), {"schema": PLATFORM_SCHEMA})

    key: Mapped[str] = mapped_column(primary_key=True)
    failures: Mapped[float]
    counted_at: Mapped[datetime]
    closed_until: Mapped[datetime | None]
    trusted_at: Mapped[datetime | None]


class ApiKey(Identified, Table):
    """That software which holds a key may act as a membership made for it, whose id it has.

    What it may do are the rights of that membership's own role. `used_at` is written once an hour.
    """

    __tablename__ = "api_key"
    __table_args__ = (
        belongs_to("id", "membership"),
        belongs_to("organisation_id", "organisation"),
        belongs_to("role_id", "role"),
        belongs_to("made_by_membership_id", "membership"),
        belongs_to("revoked_by_membership_id", "membership"),
        Index(None, "tenant_id", "organisation_id", "id"),
    )

    organisation_id: Mapped[UUID]
    role_id: Mapped[UUID]
    name: Mapped[str]
    prefix: Mapped[str]
    key_hash: Mapped[str]
    made_by_membership_id: Mapped[UUID]
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    revoked_by_membership_id: Mapped[UUID | None]


class SecondFactor(Table):
    """That somebody has an authenticator; its secret is worked out from `enrolment_id`.

    It counts once it is confirmed. A code of a half minute up to `last_step` is used up.
    """

    __tablename__ = "second_factor"
    __table_args__ = ({"schema": PLATFORM_SCHEMA},)

    identity_id: Mapped[UUID] = mapped_column(
        ForeignKey(f"{PLATFORM_SCHEMA}.identity.id"), primary_key=True
    )
    enrolment_id: Mapped[UUID]
    made_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int | None] = mapped_column(BigInteger)


class RecoveryCode(Table):
    """A code to fall back on where the authenticator is lost, kept as a keyed hash; good once."""

    __tablename__ = "recovery_code"
    __table_args__ = ({"schema": PLATFORM_SCHEMA},)

    identity_id: Mapped[UUID] = mapped_column(
        ForeignKey(f"{PLATFORM_SCHEMA}.identity.id"), primary_key=True
    )
    code_hash: Mapped[str] = mapped_column(primary_key=True)
    used_at: Mapped[datetime | None]


class SecondFactorRule(TenantOwned, Table):
    """That whoever holds a role in the network signs in with a second factor."""

    __tablename__ = "second_factor_rule"
    __table_args__ = (belongs_to("role_id", "role"),)

    role_id: Mapped[UUID] = mapped_column(primary_key=True)
    since: Mapped[datetime]


class IdentityProvider(Identified, Table):
    """Who vouches for people of a network by OpenID Connect, from when to when (R0-22).

    `domains` are those of their e-mail addresses. Whoever has the link behind `token_id` may come
    by it. With `role_id`, people of the domains whom nobody knows yet join `organisation_id`.
    """

    __tablename__ = "identity_provider"
    __table_args__ = (
        belongs_to("organisation_id", "organisation"),
        belongs_to("role_id", "role"),
        belongs_to("added_by_membership_id", "membership"),
    )

    name: Mapped[str]
    issuer: Mapped[str]
    client_id: Mapped[str]
    client_secret_sealed: Mapped[str | None]
    domains: Mapped[list[Any]]
    allows_passwords: Mapped[bool]
    trusts_second_factor: Mapped[bool]
    organisation_id: Mapped[UUID | None]
    role_id: Mapped[UUID | None]
    token_id: Mapped[UUID]
    added_by_membership_id: Mapped[UUID]
    added_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]
    refused_at: Mapped[datetime | None]
    refusal: Mapped[str | None]


class ProviderLink(TenantOwned, Table):
    """That whom a provider calls `subject` is a person who works in the network."""

    __tablename__ = "provider_link"
    __table_args__ = (
        belongs_to("provider_id", "identity_provider"),
        Index("uq_provider_link_identity", "tenant_id", "provider_id", "identity_id", unique=True),
    )

    provider_id: Mapped[UUID] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    identity_id: Mapped[UUID]
    linked_at: Mapped[datetime]
