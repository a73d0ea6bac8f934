"""What buyers have said of statements of their account."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db.tables import AMOUNT, Identified, Table, belongs_to, one_of


class StatementVerdict(StrEnum):
    """What the buyer says of a statement: that it is right, or what is wrong with it."""

    CONFIRMED = "CONFIRMED"
    DISPUTED = "DISPUTED"


class StatementAnswer(Identified, Table):
    """What the buyer said of its account over some days, and the figures that it saw (R3-27).

    From `since` up to the day before `until`. Rows are never changed: the latest one counts.
    """

    __tablename__ = "statement_answer"
    __table_args__ = (
        belongs_to("relationship_id", "trading_relationship"),
        one_of("verdict", StatementVerdict),
        CheckConstraint("closing = opening + charged - credited", name="closing"),
        CheckConstraint("since < until", name="days"),
        Index(None, "tenant_id", "relationship_id", "since"),
    )

    relationship_id: Mapped[UUID]
    currency: Mapped[str]
    since: Mapped[date]
    until: Mapped[date]
    opening: Mapped[Decimal] = mapped_column(AMOUNT)
    charged: Mapped[Decimal] = mapped_column(AMOUNT)
    credited: Mapped[Decimal] = mapped_column(AMOUNT)
    closing: Mapped[Decimal] = mapped_column(AMOUNT)
    verdict: Mapped[str]
    words: Mapped[str]
    answered_at: Mapped[datetime]
    answered_by_membership_id: Mapped[UUID | None]
    answered_by_name: Mapped[str]
