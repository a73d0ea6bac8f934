"""Tables of how people and companies come in: invitations, registration links, registrations."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.tables import Identified, Table, TenantOwned, belongs_to, one_of
from app.people.rules import InvitationState, RegistrationState


class Invitation(Identified, Table):
    """That the owner of an e-mail may join an organisation, once (R3-6, R3-31).

    `sendings` counts how often it was sent; only the last token, `token_id`, is good.
    """

    __tablename__ = "invitation"
    __table_args__ = (
        belongs_to("organisation_id", "organisation"),
        belongs_to("invited_by_membership_id", "membership"),
        belongs_to("membership_id", "membership"),
        one_of("state", InvitationState),
        CheckConstraint("sendings > 0", name="sendings"),
        Index(
            "uq_invitation_waiting",
            "tenant_id",
            "organisation_id",
            "email",
            unique=True,
            postgresql_where=text("state = 'WAITING'"),
        ),
        Index(None, "tenant_id", "organisation_id", "id"),
    )

    organisation_id: Mapped[UUID]
    email: Mapped[str]
    name: Mapped[str]
    state: Mapped[str] = mapped_column(default=InvitationState.WAITING)
    invited_by_membership_id: Mapped[UUID]
    invited_at: Mapped[datetime]
    sendings: Mapped[int] = mapped_column(default=1)
    sent_at: Mapped[datetime]
    token_id: Mapped[UUID]
    expires_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    membership_id: Mapped[UUID | None]


class InvitationRole(TenantOwned, Table):
    """A role that whoever accepts an invitation will hold."""

    __tablename__ = "invitation_role"
    __table_args__ = (
        belongs_to("invitation_id", "invitation"),
        belongs_to("role_id", "role"),
        Index(None, "tenant_id", "role_id"),
    )

    invitation_id: Mapped[UUID] = mapped_column(primary_key=True)
    role_id: Mapped[UUID] = mapped_column(primary_key=True)


class RegistrationLink(Identified, Table):
    """That companies may ask a seller to become its customers, so many a day, until it is closed.

    Whoever has the link can: it stands behind `token_id`.
    """

    __tablename__ = "registration_link"
    __table_args__ = (
        belongs_to("seller_id", "organisation"),
        belongs_to("opened_by_membership_id", "membership"),
        CheckConstraint("most_a_day > 0", name="most_a_day"),
        Index(None, "tenant_id", "seller_id", "id"),
    )

    seller_id: Mapped[UUID]
    label: Mapped[str]
    most_a_day: Mapped[int]
    token_id: Mapped[UUID]
    opened_by_membership_id: Mapped[UUID]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class Registration(Identified, Table):
    """A company that asks to become a seller's customer (R1-8); the seller decides.

    Its seller learns of it once the e-mail is proven; `identity_id` is then that of its owner.
    """

    __tablename__ = "registration"
    __table_args__ = (
        belongs_to("link_id", "registration_link"),
        belongs_to("seller_id", "organisation"),
        belongs_to("organisation_id", "organisation"),
        one_of("state", RegistrationState),
        Index(
            "uq_registration_waiting",
            "tenant_id",
            "seller_id",
            "email",
            unique=True,
            postgresql_where=text("state = 'WAITING'"),
        ),
        Index(None, "tenant_id", "seller_id", "id"),
        Index(None, "tenant_id", "link_id", "asked_at"),
    )

    link_id: Mapped[UUID]
    seller_id: Mapped[UUID]
    company_name: Mapped[str]
    tax_number: Mapped[str]
    street: Mapped[str]
    city: Mapped[str]
    region: Mapped[str]
    country: Mapped[str]
    contact_name: Mapped[str]
    telephone: Mapped[str]
    email: Mapped[str]
    state: Mapped[str] = mapped_column(default=RegistrationState.UNCONFIRMED)
    asked_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    identity_id: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    organisation_id: Mapped[UUID | None]
