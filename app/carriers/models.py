"""Tables of carriers, their secrets, what was asked of them and what they reported."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.carriers.rules.messages import ReportedStatus
from app.db.tables import Identified, Table, belongs_to, one_of


class CarrierAdapter(StrEnum):
    """How a carrier is spoken to: MANUAL by people, HTTP by signed requests to its address."""

    MANUAL = "MANUAL"
    HTTP = "HTTP"


class BookingStatus(StrEnum):
    """What came of asking a carrier to take a shipment.

    PENDING: asked, not answered yet. BOOKED: it takes it. REFUSED: it does not. GIVEN_UP: it did
    not answer in time. CANCELLING: it is asked to take it no more. CANCELLED: it does not.
    CANCEL_UNHEARD: it did not answer that in time, and may still come.
    """

    PENDING = "PENDING"
    BOOKED = "BOOKED"
    REFUSED = "REFUSED"
    GIVEN_UP = "GIVEN_UP"
    CANCELLING = "CANCELLING"
    CANCELLED = "CANCELLED"
    CANCEL_UNHEARD = "CANCEL_UNHEARD"


class ReportOutcome(StrEnum):
    """What became of a carrier's report.

    TAKEN: the shipment is where it says. OUT_OF_ORDER: older than what is known, kept beside it.
    NOT_LEFT: the goods are still in the warehouse. ENDED: the shipment had come to its end.
    UNKNOWN_SHIPMENT: it names none that this carrier carries.
    """

    TAKEN = "TAKEN"
    OUT_OF_ORDER = "OUT_OF_ORDER"
    NOT_LEFT = "NOT_LEFT"
    ENDED = "ENDED"
    UNKNOWN_SHIPMENT = "UNKNOWN_SHIPMENT"


class Carrier(Identified, Table):
    """Who carries goods for a seller, and at which address its software is spoken to (R0-11).

    `services` are its service levels, each with a code, a name and the days it takes; `rules` say
    which orders it takes, `agreements` what it has promised and for how much.
    """

    __tablename__ = "carrier"
    __table_args__ = (
        belongs_to("organisation_id", "organisation"),
        one_of("adapter", CarrierAdapter),
        UniqueConstraint("tenant_id", "organisation_id", "name"),
        CheckConstraint("adapter = 'MANUAL' OR url IS NOT NULL", name="http_has_url"),
    )

    organisation_id: Mapped[UUID]
    name: Mapped[str]
    adapter: Mapped[str]
    url: Mapped[str | None]
    tracking_address: Mapped[str]
    services: Mapped[list[Any]]
    rules: Mapped[list[Any]] = mapped_column(default=list)
    agreements: Mapped[list[Any]] = mapped_column(default=list)
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class CarrierSecret(Identified, Table):
    """That a carrier's secrets are valid, until they end; they themselves stand nowhere."""

    __tablename__ = "carrier_secret"
    __table_args__ = (
        belongs_to("carrier_id", "carrier"),
        Index(None, "tenant_id", "carrier_id"),
    )

    carrier_id: Mapped[UUID]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]


class CarrierBooking(Identified, Table):
    """A carrier was asked to take a shipment; its `id` is the key that nothing is doubled by.

    It is asked at `next_try_at`, until `give_up_at`. `reference` is the carrier's own word for it.
    """

    __tablename__ = "carrier_booking"
    __table_args__ = (
        belongs_to("carrier_id", "carrier"),
        belongs_to("shipment_id", "shipment"),
        belongs_to("asked_by_membership_id", "membership"),
        one_of("status", BookingStatus),
        UniqueConstraint("tenant_id", "shipment_id", "carrier_id"),
        CheckConstraint("tries >= 0", name="tries"),
        CheckConstraint(
            "(status IN ('PENDING', 'CANCELLING')) = (next_try_at IS NOT NULL)", name="waits"
        ),
        Index(None, "tenant_id", "carrier_id", "reference"),
        Index(
            "ix_carrier_booking_waiting",
            "tenant_id",
            "next_try_at",
            postgresql_where=text("next_try_at IS NOT NULL"),
        ),
    )

    carrier_id: Mapped[UUID]
    shipment_id: Mapped[UUID]
    asked_by_membership_id: Mapped[UUID | None]
    service: Mapped[str]
    status: Mapped[str] = mapped_column(default=BookingStatus.PENDING)
    asked_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime | None]
    give_up_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    reference: Mapped[str | None]
    problem: Mapped[str] = mapped_column(default="")


class CarrierReport(Identified, Table):
    """What a carrier reported, once a message, and what became of it (R3-24)."""

    __tablename__ = "carrier_report"
    __table_args__ = (
        belongs_to("carrier_id", "carrier"),
        belongs_to("shipment_id", "shipment"),
        one_of("status", ReportedStatus),
        one_of("outcome", ReportOutcome),
        UniqueConstraint("tenant_id", "carrier_id", "message_id"),
        Index(None, "tenant_id", "carrier_id", "id"),
    )

    carrier_id: Mapped[UUID]
    message_id: Mapped[str]
    shipment_id: Mapped[UUID | None]
    named: Mapped[str]
    status: Mapped[str]
    place: Mapped[str]
    note: Mapped[str]
    happened_at: Mapped[datetime]
    received_at: Mapped[datetime]
    outcome: Mapped[str]
