"""Tables of what was told to whom."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.tables import Identified, Table, belongs_to, one_of


class EmailStatus(StrEnum):
    """Where a notification's e-mail stands."""

    NOT_SENT = "NOT_SENT"
    SENT = "SENT"


class Notification(Identified, Table):
    """One thing told to one person, once for each event and kind."""

    __tablename__ = "notification"
    __table_args__ = (
        belongs_to("membership_id", "membership"),
        one_of("email_status", EmailStatus),
        UniqueConstraint("tenant_id", "membership_id", "event_id"),
        Index(None, "tenant_id", "membership_id", "created_at", "id"),
    )

    membership_id: Mapped[UUID]
    event_id: Mapped[UUID]
    kind: Mapped[str]
    title: Mapped[str]
    text: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[UUID]
    data: Mapped[dict[str, Any]]
    email_status: Mapped[str] = mapped_column(default=EmailStatus.NOT_SENT)
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
