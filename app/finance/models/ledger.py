"""The double-entry books: who may be owed what, entry by entry."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db.tables import AMOUNT, Identified, Table, belongs_to, one_of


class LedgerAccount(StrEnum):
    """The seller's accounts that trade moves money between.

    DEPOSIT is owed for containers, PREPAID is what buyers have paid ahead into their balances.
    """

    RECEIVABLE = "RECEIVABLE"
    ADVANCE = "ADVANCE"
    REVENUE = "REVENUE"
    TAX = "TAX"
    CASH = "CASH"
    DEPOSIT = "DEPOSIT"
    PREPAID = "PREPAID"


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
