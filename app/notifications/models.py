"""Tables of what was told to whom."""

from datetime import datetime, time
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Time, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.tables import Identified, Table, TenantOwned, belongs_to, one_of
from app.notifications.habits import EmailTiming
from app.notifications.languages import Language


class EmailStatus(StrEnum):
    """Where a notification's e-mail stands; one that waits goes out with others, in a digest."""

    NOT_SENT = "NOT_SENT"
    WAITING = "WAITING"
    NOT_WANTED = "NOT_WANTED"
    SENT = "SENT"


class NotificationSetting(TenantOwned, Table):
    """In which language a person is told, and when by e-mail; empty is as for who chose nothing."""

    __tablename__ = "notification_setting"
    __table_args__ = (
        belongs_to("membership_id", "membership"),
        one_of("language", Language),
        CheckConstraint(
            "(quiet_begin IS NULL) = (quiet_end IS NULL) AND quiet_begin <> quiet_end",
            name="quiet_hours",
        ),
    )

    membership_id: Mapped[UUID] = mapped_column(primary_key=True)
    time_zone: Mapped[str | None]
    quiet_begin: Mapped[time | None] = mapped_column(Time())
    quiet_end: Mapped[time | None] = mapped_column(Time())
    digest_at: Mapped[time | None] = mapped_column(Time())
    language: Mapped[str | None]


class NotificationTemplate(Identified, Table):
    """What an organisation says of a kind in a language instead of the built-in words.

    Its own people are told so, and from the top of the network everybody whose own has none.
    """

    __tablename__ = "notification_template"
    __table_args__ = (
        belongs_to("organisation_id", "organisation"),
        one_of("language", Language),
        CheckConstraint("title <> '' AND text <> ''", name="words"),
        UniqueConstraint("tenant_id", "organisation_id", "kind", "language"),
    )

    organisation_id: Mapped[UUID]
    kind: Mapped[str]
    language: Mapped[str]
    title: Mapped[str]
    text: Mapped[str]
    changed_at: Mapped[datetime]


class NotificationChoice(TenantOwned, Table):
    """How a person wants to be told of a kind: in the app or not, by e-mail and when."""

    __tablename__ = "notification_choice"
    __table_args__ = (
        belongs_to("membership_id", "membership"),
        one_of("email", EmailTiming),
    )

    membership_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    is_shown: Mapped[bool]
    email: Mapped[str]


class NotificationDigest(Identified, Table):
    """One e-mail of several notifications to one person."""

    __tablename__ = "notification_digest"
    __table_args__ = (
        belongs_to("membership_id", "membership"),
        Index(None, "tenant_id", "membership_id"),
    )

    membership_id: Mapped[UUID]
    gathered_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]


class Notification(Identified, Table):
    """One thing told to one person, once for each event and kind."""

    __tablename__ = "notification"
    __table_args__ = (
        belongs_to("membership_id", "membership"),
        belongs_to("digest_id", "notification_digest"),
        one_of("email_status", EmailStatus),
        UniqueConstraint("tenant_id", "membership_id", "event_id"),
        Index(None, "tenant_id", "membership_id", "created_at", "id"),
        Index(None, "tenant_id", "digest_id", postgresql_where=text("digest_id IS NOT NULL")),
        Index(
            "ix_notification_waiting",
            "tenant_id",
            "email_due_at",
            postgresql_where=text("email_due_at IS NOT NULL AND digest_id IS NULL"),
        ),
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
    email_due_at: Mapped[datetime | None]
    digest_id: Mapped[UUID | None]
    is_shown: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
