"""The table of closings, planned and done."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.tables import Identified, Table, belongs_to, one_of


class ClosingState(StrEnum):
    """Where the closing of an organisation stands; only a planned one can still change."""

    PLANNED = "PLANNED"
    DONE = "DONE"
    CANCELLED = "CANCELLED"
    REFUSED = "REFUSED"


class OrganisationClosing(Identified, Table):
    """That an organisation closes, or was closed, and who wanted it so.

    It happens in the first minute from `effective_at` on. One that was refused when its time came
    keeps the reason in words.
    """

    __tablename__ = "organisation_closing"
    __table_args__ = (
        belongs_to("organisation_id", "organisation"),
        belongs_to("asked_by_organisation_id", "organisation"),
        belongs_to("asked_by_membership_id", "membership"),
        one_of("state", ClosingState),
        Index(
            "uq_organisation_closing_planned",
            "tenant_id",
            "organisation_id",
            "asked_by_organisation_id",
            unique=True,
            postgresql_where=text("state = 'PLANNED'"),
        ),
        Index(
            "ix_organisation_closing_due",
            "tenant_id",
            "effective_at",
            postgresql_where=text("state = 'PLANNED'"),
        ),
        Index(None, "tenant_id", "asked_by_organisation_id", "id"),
    )

    organisation_id: Mapped[UUID]
    reason: Mapped[str | None]
    asked_by_organisation_id: Mapped[UUID]
    asked_by_membership_id: Mapped[UUID]
    is_network_wide: Mapped[bool]
    asked_at: Mapped[datetime]
    effective_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default=ClosingState.PLANNED)
    decided_at: Mapped[datetime | None]
    refusal: Mapped[str | None]
