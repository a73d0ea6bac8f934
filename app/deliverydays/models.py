"""The table of delivery calendars."""

from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.revisions import Revised
from app.db.tables import Identified, Table, belongs_to


class DeliveryCalendar(Identified, Table):
    """When a seller delivers: to one customer, in a territory, or everywhere else.

    `weekdays` are numbers from Monday's 1, `holidays` days in ISO 8601; the cut-off strikes
    `lead_days` before the delivery, so many minutes after midnight in the zone.
    """

    __tablename__ = "delivery_calendar"
    revised = Revised.PARTIES
    __table_args__ = (
        belongs_to("seller_id", "organisation"),
        belongs_to("relationship_id", "trading_relationship"),
        belongs_to("territory_id", "territory"),
        CheckConstraint("relationship_id IS NULL OR territory_id IS NULL", name="one_audience"),
        CheckConstraint("cut_off_minute >= 0 AND cut_off_minute < 1440", name="cut_off_minute"),
        CheckConstraint("lead_days >= 0", name="lead_days"),
        UniqueConstraint(
            "tenant_id",
            "seller_id",
            "relationship_id",
            "territory_id",
            name="uq_delivery_calendar_audience",
            postgresql_nulls_not_distinct=True,
        ),
        Index(None, "tenant_id", "relationship_id"),
    )

    seller_id: Mapped[UUID]
    relationship_id: Mapped[UUID | None]
    territory_id: Mapped[UUID | None]
    weekdays: Mapped[list[Any]]
    holidays: Mapped[list[Any]]
    cut_off_minute: Mapped[int]
    lead_days: Mapped[int] = mapped_column(default=1)
    time_zone: Mapped[str]
