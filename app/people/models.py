"""Tables of how people and companies come in: invitations, registration links, registrations."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.tables import Identified, Table, TenantOwned, belongs_to, one_of
from app.people.rules import InvitationState


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
