"""Where an organisation takes goods in, and when."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.tables import Identified, Table, belongs_to


class DeliveryAddress(Identified, Table):
    """A place at which an organisation takes goods in; given up, never deleted.

    `windows` are weekdays with the local times between which goods are taken, none means at any
    time; on `closed_days` none are taken.
    """

    __tablename__ = "delivery_address"
    __table_args__ = (
        belongs_to("organisation_id", "organisation"),
        Index(
            "uq_delivery_address_label",
            "tenant_id",
            "organisation_id",
            "label",
            unique=True,
            postgresql_where=text("given_up_at IS NULL"),
        ),
        Index(
            "uq_delivery_address_default",
            "tenant_id",
            "organisation_id",
            unique=True,
            postgresql_where=text("is_default AND given_up_at IS NULL"),
        ),
    )

    organisation_id: Mapped[UUID]
    label: Mapped[str]
    contact_name: Mapped[str]
    telephone: Mapped[str]
    street: Mapped[str]
    city: Mapped[str]
    region: Mapped[str]
    postal_code: Mapped[str]
    country: Mapped[str]
    time_zone: Mapped[str]
    windows: Mapped[list[Any]]
    closed_days: Mapped[list[Any]]
    is_default: Mapped[bool] = mapped_column(default=False)
    added_at: Mapped[datetime]
    given_up_at: Mapped[datetime | None]
