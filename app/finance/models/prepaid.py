"""What a buyer has paid ahead, and how it came and went."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db.tables import AMOUNT, Identified, Table, TenantOwned, belongs_to, one_of


class PrepaidCause(StrEnum):
    """Why a prepaid balance moved; REFUND is of a payment from it that was reversed."""

    TOP_UP = "TOP_UP"
    ORDER = "ORDER"
    REFUND = "REFUND"
    PAY_OUT = "PAY_OUT"


class PrepaidAccount(TenantOwned, Table):
    """What the buyer of a relationship has paid ahead and not used; it never falls below zero."""

    __tablename__ = "prepaid_account"
    __table_args__ = (
        belongs_to("relationship_id", "trading_relationship"),
        CheckConstraint("balance >= 0", name="balance"),
    )

    relationship_id: Mapped[UUID] = mapped_column(primary_key=True)
    currency: Mapped[str]
    balance: Mapped[Decimal] = mapped_column(AMOUNT)
    changed_at: Mapped[datetime]


class PrepaidMovement(Identified, Table):
    """One movement of a prepaid balance, and the balance after it; rows are never changed."""

    __tablename__ = "prepaid_movement"
    __table_args__ = (
        belongs_to("relationship_id", "trading_relationship"),
        one_of("cause", PrepaidCause),
        CheckConstraint("amount <> 0", name="amount"),
        CheckConstraint("balance >= 0", name="balance"),
        Index(None, "tenant_id", "relationship_id", "id"),
    )

    relationship_id: Mapped[UUID]
    cause: Mapped[str]
    amount: Mapped[Decimal] = mapped_column(AMOUNT)
    balance: Mapped[Decimal] = mapped_column(AMOUNT)
    currency: Mapped[str]
    source_id: Mapped[UUID | None]
    reference: Mapped[str]
    moved_at: Mapped[datetime]
    moved_by_membership_id: Mapped[UUID | None]
