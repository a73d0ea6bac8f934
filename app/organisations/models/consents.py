"""That an organisation lets a permission of one above reach down to it."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.tables import Identified, Table, belongs_to, one_of


class ConsentState(StrEnum):
    """Where a consent stands; only an accepted one lets anything reach down."""

    OFFERED = "OFFERED"
    ACCEPTED = "ACCEPTED"
    REFUSED = "REFUSED"
    WITHDRAWN = "WITHDRAWN"


class ConsentedRight(StrEnum):
    """Which permissions can reach down by consent; the value is the permission's own name."""

    STOCK_READ = "STOCK_READ"


class BranchConsent(Identified, Table):
    """That the organisation `above` would have a permission reach down to the one `below`.

    Names are those of the instant of asking. Below decides, either withdraws; `answer` is what
    was said last. One that is accepted counts while the two stand as they stood then: a branch
    that moves away ends it, and coming back does not revive it.
    """

    __tablename__ = "branch_consent"
    __table_args__ = (
        belongs_to("above_id", "organisation"),
        belongs_to("below_id", "organisation"),
        belongs_to("offered_by_membership_id", "membership"),
        belongs_to("decided_by_membership_id", "membership"),
        belongs_to("withdrawn_by_membership_id", "membership"),
        one_of("permission", ConsentedRight),
        one_of("state", ConsentState),
        Index(
            "uq_branch_consent_open",
            "tenant_id",
            "above_id",
            "below_id",
            "permission",
            unique=True,
            postgresql_where=text("state IN ('OFFERED', 'ACCEPTED')"),
        ),
        Index(None, "tenant_id", "above_id", "id"),
        Index(None, "tenant_id", "below_id", "id"),
    )

    above_id: Mapped[UUID]
    below_id: Mapped[UUID]
    above_name: Mapped[str]
    below_name: Mapped[str]
    permission: Mapped[str]
    note: Mapped[str]
    offered_by_membership_id: Mapped[UUID]
    offered_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default=ConsentState.OFFERED)
    decided_by_membership_id: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    withdrawn_by_membership_id: Mapped[UUID | None]
    withdrawn_at: Mapped[datetime | None]
    answer: Mapped[str | None]
