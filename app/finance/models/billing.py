"""Invoices, credit notes, and what stands on them of the two parties."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db.tables import (
    AMOUNT,
    PERCENT,
    QUANTITY,
    Identified,
    Table,
    TenantOwned,
    belongs_to,
    one_of,
)


class PaperLanguage(StrEnum):
    """The language in which an organisation gets invoices and credit notes."""

    EN = "EN"
    ZH = "ZH"


class CreditCause(StrEnum):
    """Why goods that were billed are credited; SHORT were never in the delivery."""

    LOST = "LOST"
    REFUSED = "REFUSED"
    SHORT = "SHORT"
    DAMAGED = "DAMAGED"


class BillingDetails(TenantOwned, Table):
    """What an organisation has on invoices of itself; empty where it said nothing.

    Its documents are dated in `time_zone`, else in the network's. Its packages are numbered under
    `gs1_company_prefix`, where it has one.
    """

    __tablename__ = "billing_details"
    __table_args__ = (
        belongs_to("organisation_id", "organisation"),
        one_of("language", PaperLanguage),
    )

    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    legal_name: Mapped[str]
    tax_number: Mapped[str]
    street: Mapped[str]
    postal_code: Mapped[str]
    city: Mapped[str]
    region: Mapped[str]
    country: Mapped[str]
    bank_account: Mapped[str]
    language: Mapped[str]
    time_zone: Mapped[str | None]
    gs1_company_prefix: Mapped[str | None]
    changed_at: Mapped[datetime]


class Invoice(Identified, Table):
    """What a buyer owes a seller for one source document.

    `paid` is what payments and credit notes cover of it. `deposits` for containers stand beside
    net and tax. Numbers count up within the `year` of the issue; year 0 has those from before years
    were told apart, which know no dates and no parties either. People are told once that it is
    overdue.
    """

    __tablename__ = "invoice"
    __table_args__ = (
        belongs_to("seller_id", "organisation"),
        belongs_to("buyer_id", "organisation"),
        belongs_to("relationship_id", "trading_relationship"),
        UniqueConstraint("tenant_id", "source_id"),
        CheckConstraint("paid >= 0 AND paid <= total", name="paid"),
        CheckConstraint("total = net + tax + deposits", name="total"),
        CheckConstraint("deposits >= 0", name="deposits"),
        Index(
            "uq_invoice_tenant_id_seller_id_year_number",
            "tenant_id",
            "seller_id",
            "year",
            "number",
            unique=True,
        ),
        Index(None, "tenant_id", "buyer_id"),
        Index(None, "tenant_id", "relationship_id"),
        Index(
            "ix_invoice_untold",
            "tenant_id",
            "due_on",
            postgresql_where=text("paid < total AND overdue_told_at IS NULL"),
        ),
    )

    seller_id: Mapped[UUID]
    buyer_id: Mapped[UUID]
    relationship_id: Mapped[UUID]
    year: Mapped[int]
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
    issued_on: Mapped[date | None]
    due_on: Mapped[date | None]
    overdue_told_at: Mapped[datetime | None]
    seller_details: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    buyer_details: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))


class InvoiceLine(Identified, Table):
    """One line of an invoice: pieces delivered, their share of the stored quote (Our rule 11).

    `deposit` is what their containers are held for, beside net and tax (domain.md (d) 13). `title`
    is what the goods were called then.
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
    title: Mapped[str] = mapped_column(default="")


class CreditNote(Identified, Table):
    """What a seller takes back of an invoice, in a series of its own; its parties are the same.

    It covers what is open of the invoice first; `unallocated` is the rest, the buyer's credit.
    """

    __tablename__ = "credit_note"
    __table_args__ = (
        belongs_to("seller_id", "organisation"),
        belongs_to("buyer_id", "organisation"),
        belongs_to("relationship_id", "trading_relationship"),
        belongs_to("invoice_id", "invoice"),
        UniqueConstraint("tenant_id", "seller_id", "year", "number"),
        CheckConstraint("total = net + tax + deposits", name="total"),
        CheckConstraint("unallocated >= 0 AND unallocated <= total", name="unallocated"),
        Index(None, "tenant_id", "buyer_id"),
        Index(None, "tenant_id", "relationship_id"),
        Index(None, "tenant_id", "invoice_id"),
    )

    seller_id: Mapped[UUID]
    buyer_id: Mapped[UUID]
    relationship_id: Mapped[UUID]
    invoice_id: Mapped[UUID]
    year: Mapped[int]
    number: Mapped[int]
    currency: Mapped[str]
    net: Mapped[Decimal] = mapped_column(AMOUNT)
    tax: Mapped[Decimal] = mapped_column(AMOUNT)
    deposits: Mapped[Decimal] = mapped_column(AMOUNT)
    total: Mapped[Decimal] = mapped_column(AMOUNT)
    unallocated: Mapped[Decimal] = mapped_column(AMOUNT)
    reason: Mapped[str]
    issued_at: Mapped[datetime]
    issued_on: Mapped[date]


class CreditNoteLine(Identified, Table):
    """Pieces of one line of the invoice that are credited, at the share of what was billed."""

    __tablename__ = "credit_note_line"
    __table_args__ = (
        belongs_to("credit_note_id", "credit_note"),
        belongs_to("invoice_line_id", "invoice_line"),
        one_of("cause", CreditCause),
        CheckConstraint("quantity > 0", name="quantity"),
        Index(None, "tenant_id", "credit_note_id"),
        Index(None, "tenant_id", "invoice_line_id"),
    )

    credit_note_id: Mapped[UUID]
    invoice_line_id: Mapped[UUID]
    position: Mapped[int]
    cause: Mapped[str]
    quantity: Mapped[Decimal] = mapped_column(QUANTITY)
    net: Mapped[Decimal] = mapped_column(AMOUNT)
    tax: Mapped[Decimal] = mapped_column(AMOUNT)
    deposit: Mapped[Decimal] = mapped_column(AMOUNT)
