"""Tables of webhooks, and of what came of each delivery."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.tables import PLATFORM_SCHEMA, Identified, Table, belongs_to, one_of


class WebhookStatus(StrEnum):
    """ACTIVE hears; OFF was switched off by its people; DISABLED by us, after days of failures."""

    ACTIVE = "ACTIVE"
    OFF = "OFF"
    DISABLED = "DISABLED"


class DeliveryStatus(StrEnum):
    """WAITING is tried again; WITHHELD was refused to whoever set the webhook, by their rights."""

    WAITING = "WAITING"
    DELIVERED = "DELIVERED"
    GIVEN_UP = "GIVEN_UP"
    WITHHELD = "WITHHELD"


class AttemptOutcome(StrEnum):
    """DELIVERED is an answer of 2xx within the time; REFUSED_ADDRESS was not even called."""

    DELIVERED = "DELIVERED"
    BAD_STATUS = "BAD_STATUS"
    TIMED_OUT = "TIMED_OUT"
    NOT_CONNECTED = "NOT_CONNECTED"
    BROKEN_ANSWER = "BROKEN_ANSWER"
    REFUSED_ADDRESS = "REFUSED_ADDRESS"
    TOO_LARGE = "TOO_LARGE"
    WITHHELD = "WITHHELD"


class Webhook(Identified, Table):
    """What an organisation wants to hear of, and where.

    What is shown is what the membership may see that set it last. `since` is from when events
    count; `failures` are those in a row, whatever the event.
    """

    __tablename__ = "webhook"
    __table_args__ = (
        belongs_to("organisation_id", "organisation"),
        belongs_to("membership_id", "membership"),
        one_of("status", WebhookStatus),
        Index(None, "tenant_id", "organisation_id"),
    )

    organisation_id: Mapped[UUID]
    membership_id: Mapped[UUID]
    url: Mapped[str]
    events: Mapped[list[Any]]
    selection: Mapped[str]
    status: Mapped[str] = mapped_column(default=WebhookStatus.ACTIVE)
    since: Mapped[datetime]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    failures: Mapped[int] = mapped_column(default=0)
    failing_since: Mapped[datetime | None]
    resting_until: Mapped[datetime | None]


class WebhookSecret(Identified, Table):
    """That a secret is valid, until it ends; the secret itself stands nowhere."""

    __tablename__ = "webhook_secret"
    __table_args__ = (
        belongs_to("webhook_id", "webhook", on_delete="CASCADE"),
        Index(None, "tenant_id", "webhook_id"),
    )

    webhook_id: Mapped[UUID]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]


class WebhookDelivery(Identified, Table):
    """One event for one webhook; nobody sees it before `sent_at`, when it was last sent.

    `tries` counts since it was last begun; `event_id` is the `webhook-id` of every attempt.
    """

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        belongs_to("webhook_id", "webhook", on_delete="CASCADE"),
        one_of("status", DeliveryStatus),
        UniqueConstraint("tenant_id", "webhook_id", "event_id"),
        Index(
            "ix_webhook_delivery_waiting",
            "tenant_id",
            "webhook_id",
            "next_try_at",
            postgresql_where=text("status = 'WAITING'"),
        ),
        Index(
            "ix_webhook_delivery_before",
            "tenant_id",
            "webhook_id",
            "subject_id",
            "event_id",
            postgresql_where=text("status = 'WAITING'"),
        ),
        Index(None, "tenant_id", "webhook_id", "id"),
    )

    webhook_id: Mapped[UUID]
    event_id: Mapped[UUID]
    event: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[UUID]
    occurred_at: Mapped[datetime]
    status: Mapped[str] = mapped_column(default=DeliveryStatus.WAITING)
    tries: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class WebhookAttempt(Identified, Table):
    """What came of one attempt; `answer` shows to the membership in whose name it was sent."""

    __tablename__ = "webhook_attempt"
    __table_args__ = (
        belongs_to("delivery_id", "webhook_delivery", on_delete="CASCADE"),
        belongs_to("membership_id", "membership"),
        one_of("outcome", AttemptOutcome),
        Index(None, "tenant_id", "delivery_id"),
    )

    delivery_id: Mapped[UUID]
    membership_id: Mapped[UUID]
    at: Mapped[datetime]
    outcome: Mapped[str]
    status_code: Mapped[int | None]
    milliseconds: Mapped[int]
    answer: Mapped[str]


class WebhookLane(Table):
    """That a webhook may have something to send from `due_at` on; it names nothing else.

    Senders lease lanes of all tenants; one lane is one sender's at a time, so order holds. It rests
    when a sender last left its receiver alone, since it fails or asked for it.
    """

    __tablename__ = "webhook_lane"
    __table_args__ = (Index(None, "due_at"), {"schema": PLATFORM_SCHEMA})

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    webhook_id: Mapped[UUID] = mapped_column(primary_key=True)
    due_at: Mapped[datetime]
    lease: Mapped[UUID | None]
    leased_until: Mapped[datetime | None]
    is_resting: Mapped[bool] = mapped_column(default=False)


class WebhookTally(Table):
    """How many attempts came to what, over all networks and since the installation began."""

    __tablename__ = "webhook_tally"
    __table_args__ = ({"schema": PLATFORM_SCHEMA},)

    outcome: Mapped[str] = mapped_column(primary_key=True)
    attempts: Mapped[int] = mapped_column(BigInteger)
