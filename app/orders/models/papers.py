"""Tables of what people say and add to an order: exceptions, notes, attachments."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.tables import (
    Identified,
    Table,
    TenantOwned,
    belongs_to,
    one_of,
)
from app.orders.rules.states import (
    NoteAudience,
)


class OrderException(Identified, Table):
    """Something out of the ordinary about an order that a person must handle (R1-30).

    `explanation` is what its buyer was told of it; who owns it is the seller's own affair.
    """

    __tablename__ = "order_exception"
    __table_args__ = (
        belongs_to("order_id", "orders"),
        belongs_to("shipment_id", "shipment"),
        belongs_to("owner_membership_id", "membership"),
        Index(None, "tenant_id", "order_id"),
        Index(
            "ix_order_exception_open",
            "tenant_id",
            "id",
            postgresql_where=text("closed_at IS NULL"),
        ),
    )

    order_id: Mapped[UUID]
    shipment_id: Mapped[UUID | None]
    kind: Mapped[str]
    note: Mapped[str]
    opened_by_membership_id: Mapped[UUID | None]
    opened_at: Mapped[datetime]
    owner_membership_id: Mapped[UUID | None]
    explanation: Mapped[str | None]
    explained_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    resolution: Mapped[str | None]


class OrderNote(Identified, Table):
    """Something written on an order by one side: for its own people, or for both sides."""

    __tablename__ = "order_note"
    __table_args__ = (
        belongs_to("order_id", "orders"),
        belongs_to("organisation_id", "organisation"),
        belongs_to("membership_id", "membership"),
        one_of("audience", NoteAudience),
        Index(None, "tenant_id", "order_id"),
    )

    order_id: Mapped[UUID]
    organisation_id: Mapped[UUID]
    membership_id: Mapped[UUID]
    author_name: Mapped[str]
    audience: Mapped[str]
    text: Mapped[str]
    written_at: Mapped[datetime]


class OrderAttachment(TenantOwned, Table):
    """A file that a side of an order attached to it; both read it."""

    __tablename__ = "order_attachment"
    __table_args__ = (
        belongs_to("order_id", "orders"),
        belongs_to("file_id", "stored_file"),
        belongs_to("organisation_id", "organisation"),
        belongs_to("membership_id", "membership"),
    )
    order_id: Mapped[UUID] = mapped_column(primary_key=True)
    file_id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID]
    membership_id: Mapped[UUID]
    author_name: Mapped[str]
    attached_at: Mapped[datetime]
