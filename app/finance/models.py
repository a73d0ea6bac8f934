"""Tables of money: amounts are in the row's currency, rounded to its exponent."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.tables import AMOUNT, PERCENT, QUANTITY, Identified, Table, belongs_to, one_of


class PaymentMethod(StrEnum):
    """How money came (R3-25)."""

    BANK_TRANSFER = "BANK_TRANSFER"
    CASH = "CASH"
    CARD = "CARD"
    WALLET = "WALLET"


class LedgerAccount(StrEnum):
    """The seller's accounts that trade moves money between; DEPOSIT is owed for containers."""

    RECEIVABLE = "RECEIVABLE"
    ADVANCE = "ADVANCE"
    REVENUE = "REVENUE"
    TAX = "TAX"
    CASH = "CASH"
    DEPOSIT = "DEPOSIT"


class Invoice(Identified, Table):
    """What a buyer owes a seller for one source document; `paid` is what payments cover of it.

    `deposits` for containers stand beside net and tax.
    """

    __tablename__ = "invoice"
    __table_args__ = (
        belongs_to("seller_id", "organisation"),
        belongs_to("buyer_id", "organisation"),
        belongs_to("relationship_id", "trading_relationship"),
        UniqueConstraint("tenant_id", "seller_id", "number"),
        UniqueConstraint("tenant_id", "source_id"),
        CheckConstraint("paid >= 0 AND paid <= total", name="paid"),
        CheckConstraint("total = net + tax + deposits", name="total"),
        CheckConstraint("deposits >= 0", name="deposits"),
        Index(None, "tenant_id", "buyer_id"),
        Index(None, "tenant_id", "relationship_id"),
    )

    seller_id: Mapped[UUID]
    buyer_id: Mapped[UUID]
    relationship_id: Mapped[UUID]
    number: Mapped[int]
    source_kind: Mapped[str]
    source_id: Mapped[UUID]
    currency: Mapped[str]
    net: Mapped[Decimal] = mapped_column(AMOUNT)
    tax: Mapped[Decimal] = mapped_column(AMOUNT)
    deposits: Mapped[Decimal] = mapped_column(AMOUNT, default=Decimal(0))
    total: Mapped[Decimal] = mapped_column(AMOUNT)
    paid: Mapped[Decimal] = mapped_column(AMOUNT, default=Decimal(0))
    issued_at: Mapped[datetime]


class InvoiceLine(Identified, Table):
    """One line of an invoice: pieces delivered, their share of the stored quote (Our rule 11).

    `deposit` is what their containers are held for, beside net and tax (domain.md (d) 13).
    """

    __tablename__ = "invoice_line"
    __table_args__ = (
        belongs_to("invoice_id", "invoice"),
        belongs_to("sku_id", "sku"),
        CheckConstraint("deposit >= 0", name="deposit"),
        Index(None, "tenant_id", "invoice_id"),
    )

    invoice_id: Mapped[UUID]
    source_line_id: Mapped[UUID]
    position: Mapped[int]
    sku_id: Mapped[UUID]
    quantity: Mapped[Decimal] = mapped_column(QUANTITY)
    net: Mapped[Decimal] = mapped_column(AMOUNT)
    tax: Mapped[Decimal] = mapped_column(AMOUNT)
    tax_rate_percent: Mapped[Decimal] = mapped_column(PERCENT)
    deposit: Mapped[Decimal] = mapped_column(AMOUNT, default=Decimal(0))


class Payment(Identified, Table):
    """Money that came in for a source document; `unallocated` is what no invoice has taken yet."""

    __tablename__ = "payment"
    __table_args__ = (
        belongs_to("relationship_id", "trading_relationship"),
        one_of("method", PaymentMethod),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("unallocated >= 0 AND unallocated <= amount", name="unallocated"),
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
    recorded_by_membership_id: Mapped[UUID | None]


class LedgerEntry(Identified, Table):
    """One side of a posting in the seller's books; the entries of a posting sum to zero.

    Positive is debit, negative is credit. Entries are never changed and never deleted.
    """

    __tablename__ = "ledger_entry"
    __table_args__ = (
        belongs_to("relationship_id", "trading_relationship"),
        one_of("account", LedgerAccount),
        Index(None, "tenant_id", "posting_id"),
        Index(None, "tenant_id", "relationship_id", "account"),
    )

    posting_id: Mapped[UUID]
    relationship_id: Mapped[UUID]
    account: Mapped[str]
    currency: Mapped[str]
    amount: Mapped[Decimal] = mapped_column(AMOUNT)
    source_kind: Mapped[str]
    source_id: Mapped[UUID]
    posted_at: Mapped[datetime]
