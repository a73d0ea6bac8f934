"""Tables of what bounds who gets stock, whence, and what is told of it."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.tables import QUANTITY, Identified, Table, TenantOwned, belongs_to, one_of
from app.inventory.rules.quotas import QuotaPeriod


class StockQuota(Identified, Table):
    """How many pieces of a SKU a customer may have set aside in a period (domain.md (b) 26).

    It binds one relationship, every customer of a level, or every customer; each has the whole of
    it. It never changes: it ends, and another begins. `starts_on` and `ends_on` are whole days.
    """

    __tablename__ = "stock_quota"
    __table_args__ = (
        belongs_to("organisation_id", "organisation"),
        belongs_to("sku_id", "sku"),
        belongs_to("relationship_id", "trading_relationship"),
        belongs_to("level_id", "customer_level"),
        one_of("period", QuotaPeriod),
        CheckConstraint("pieces >= 0", name="pieces"),
        CheckConstraint("relationship_id IS NULL OR level_id IS NULL", name="binds"),
        CheckConstraint("ends_on >= starts_on", name="days"),
        Index(None, "tenant_id", "organisation_id", "sku_id"),
    )

    organisation_id: Mapped[UUID]
    sku_id: Mapped[UUID]
    relationship_id: Mapped[UUID | None]
    level_id: Mapped[UUID | None]
    pieces: Mapped[Decimal] = mapped_column(QUANTITY)
    period: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class QuotaUse(TenantOwned, Table):
    """What a customer has of a quota in the period that began on a day, of `most` pieces."""

    __tablename__ = "quota_use"
    __table_args__ = (
        belongs_to("quota_id", "stock_quota"),
        belongs_to("relationship_id", "trading_relationship"),
        CheckConstraint("used >= 0 AND used <= most", name="never_exceeded"),
    )

    quota_id: Mapped[UUID] = mapped_column(primary_key=True)
    relationship_id: Mapped[UUID] = mapped_column(primary_key=True)
    starts_on: Mapped[date] = mapped_column(primary_key=True)
    most: Mapped[Decimal] = mapped_column(QUANTITY)
    used: Mapped[Decimal] = mapped_column(QUANTITY)


class QuotaEntry(TenantOwned, Table):
    """Pieces of a source's line that were set aside under a quota, and not given back."""

    __tablename__ = "quota_entry"
    __table_args__ = (
        belongs_to("quota_id", "stock_quota"),
        belongs_to("relationship_id", "trading_relationship"),
        CheckConstraint("pieces >= 0", name="pieces"),
        Index(None, "tenant_id", "source_line_id"),
    )

    quota_id: Mapped[UUID] = mapped_column(primary_key=True)
    source_line_id: Mapped[UUID] = mapped_column(primary_key=True)
    starts_on: Mapped[date] = mapped_column(primary_key=True)
    relationship_id: Mapped[UUID]
    pieces: Mapped[Decimal] = mapped_column(QUANTITY)


class StoredSourcingRule(Identified, Table):
    """From which warehouse a seller serves whom; the first rule that fits decides (R1-21)."""

    __tablename__ = "sourcing_rule"
    __table_args__ = (
        belongs_to("organisation_id", "organisation"),
        belongs_to("warehouse_id", "warehouse"),
        UniqueConstraint("tenant_id", "organisation_id", "position"),
        CheckConstraint("position > 0", name="position"),
    )

    organisation_id: Mapped[UUID]
    position: Mapped[int]
    warehouse_id: Mapped[UUID]
    region: Mapped[str | None]
    delivery_mode: Mapped[str | None]


class StockBand(TenantOwned, Table):
    """What a seller calls so many free pieces and more to buyers to whom it tells no numbers."""

    __tablename__ = "stock_band"
    __table_args__ = (
        belongs_to("organisation_id", "organisation"),
        CheckConstraint("from_pieces >= 0", name="from_pieces"),
    )

    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    from_pieces: Mapped[Decimal] = mapped_column(QUANTITY, primary_key=True)
    name: Mapped[str]
