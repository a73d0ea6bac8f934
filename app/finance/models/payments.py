"""Money that came in, and which invoices it covers."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db.tables import AMOUNT, Identified, Table, belongs_to, one_of


class PaymentMethod(StrEnum):
    """How money came (R3-25); PREPAID_BALANCE is taken from what the buyer had paid ahead."""

    BANK_TRANSFER = "BANK_TRANSFER"
    CASH = "CASH"
    CARD = "CARD"
    WALLET = "WALLET"
    ONLINE = "ONLINE"
    PREPAID_BALANCE = "PREPAID_BALANCE"


class Payment(Identified, Table):
    """Money that came in for a source: an order, or a relationship and no order in particular.

    `unallocated` is what no invoice has taken yet: the buyer's credit. One that was reversed stays,
    and counts for nothing. `received_on` is the day it came, where it is not that of `received_at`.
    """

    __tablename__ = "payment"
    __table_args__ = (
        belongs_to("relationship_id", "trading_relationship"),
        one_of("method", PaymentMethod),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("unallocated >= 0 AND unallocated <= amount", name="unallocated"),
        CheckConstraint("reversed_at IS NULL OR unallocated = 0", name="reversed"),
        Index(None, "tenant_id", "source_id"),
        Index(None, "tenant_id", "relationship_id"),
    )

    relationship_id: Mapped[UUID]
    source_kind: Mapped[str]
    source_id: Mapped[UUID]
    method: Mapped[str]
    currency: Mapped[str]
    amount: Mapped[Decimal] = mapped_column(AMOUNT)
    unallocated: Mapped[Decimal] = mapped_column(AMOUNT)
    reference: Mapped[str]
    received_at: Mapped[datetime]
    received_on: Mapped[date | None]
    recorded_by_membership_id: Mapped[UUID | None]
    reversed_at: Mapped[datetime | None]
    reversed_by_membership_id: Mapped[UUID | None]
    reversal_reason: Mapped[str | None]


class InvoiceAllocation(Identified, Table):
    """So much of a payment, or of a credit note, covers an invoice; below zero, it does no more.

    Rows are never changed and never deleted.
    """

    __tablename__ = "invoice_allocation"
    __table_args__ = (
        belongs_to("invoice_id", "invoice"),
        belongs_to("payment_id", "payment"),
        belongs_to("credit_note_id", "credit_note"),
        CheckConstraint("amount <> 0", name="amount"),
        CheckConstraint("payment_id IS NOT NULL OR credit_note_id IS NOT NULL", name="one_source"),
        Index(None, "tenant_id", "invoice_id"),
        Index(None, "tenant_id", "payment_id"),
        Index(None, "tenant_id", "credit_note_id"),
    )

    invoice_id: Mapped[UUID]
    payment_id: Mapped[UUID | None]
    credit_note_id: Mapped[UUID | None]
    amount: Mapped[Decimal] = mapped_column(AMOUNT)
    allocated_at: Mapped[datetime]
