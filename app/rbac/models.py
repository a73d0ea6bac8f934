"""Roles, what they grant, and who holds them in which organisation."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.tables import Identified, Table, TenantOwned, belongs_to, one_of
from app.kernel.actor import Scope
from app.rbac.rules import Effect


class Role(Identified, Table):
    """A set of grants with a name; built-in roles carry a code and never change.

    A tenant's own role belongs to the organisation that made it. Nobody new is given a retired one;
    whoever holds it keeps it.
    """

    __tablename__ = "role"
    __table_args__ = (
        belongs_to("organisation_id", "organisation"),
        UniqueConstraint("tenant_id", "code"),
        Index(
            "uq_role_organisation_name",
            "tenant_id",
            "organisation_id",
            text("lower(name)"),
            unique=True,
        ),
    )

    organisation_id: Mapped[UUID | None]
    code: Mapped[str | None]
    name: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class RoleGrant(TenantOwned, Table):
    """One permission of a role, in a scope."""

    __tablename__ = "role_grant"
    __table_args__ = (
        belongs_to("role_id", "role", on_delete="CASCADE"),
        one_of("scope", Scope),
        one_of("effect", Effect),
    )

    role_id: Mapped[UUID] = mapped_column(primary_key=True)
    permission: Mapped[str] = mapped_column(primary_key=True)
    scope: Mapped[str]
    effect: Mapped[str] = mapped_column(default=Effect.ALLOW)


class Membership(Identified, Table):
    """That a person works in an organisation; ended, never deleted, so that history keeps names.

    That of an API key has the key's prefix and no e-mail: it is nobody's to sign in to. Whose link
    was followed, or who came by one, has proved that the e-mail is theirs at `email_proven_at`.
    """

    __tablename__ = "membership"
    __table_args__ = (
        belongs_to("organisation_id", "organisation"),
        Index(
            "uq_membership_open",
            "tenant_id",
            "identity_id",
            "organisation_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(None, "tenant_id", "organisation_id"),
    )

    identity_id: Mapped[UUID]
    organisation_id: Mapped[UUID]
    name: Mapped[str]
    email: Mapped[str]
    joined_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    key_prefix: Mapped[str | None]
    email_proven_at: Mapped[datetime | None]


class MembershipRole(TenantOwned, Table):
    """A role that a membership holds; it counts from an instant until another, if there are any.

    What counts no more stays until another assignment takes its place.
    """

    __tablename__ = "membership_role"
    __table_args__ = (
        belongs_to("membership_id", "membership"),
        belongs_to("role_id", "role"),
        Index(None, "tenant_id", "role_id"),
    )

    membership_id: Mapped[UUID] = mapped_column(primary_key=True)
    role_id: Mapped[UUID] = mapped_column(primary_key=True)
    valid_from: Mapped[datetime | None]
    valid_until: Mapped[datetime | None]
