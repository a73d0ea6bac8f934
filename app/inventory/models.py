"""Tables of stock: balances are the sums of moves, kept in the same transaction (F7)."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.tables import QUANTITY, Identified, Table, TenantOwned, belongs_to, one_of
from app.inventory.rules.alerts import AlertAction, AlertKind
from app.inventory.rules.quotas import QuotaPeriod
from app.inventory.rules.statuses import StockStatus


class MoveCause(StrEnum):
    """Why stock changed."""

    RECEIPT = "RECEIPT"
    ADJUSTMENT = "ADJUSTMENT"
    SHIPMENT = "SHIPMENT"
    RETURN_TO_WAREHOUSE = "RETURN_TO_WAREHOUSE"


class Warehouse(Identified, Table):
    """A place where an organisation keeps stock; a lot expires by the day of `time_zone`."""

    __tablename__ = "warehouse"
    __table_args__ = (
        belongs_to("organisation_id", "organisation"),
        UniqueConstraint("tenant_id", "organisation_id", "name"),
    )

    organisation_id: Mapped[UUID]
    name: Mapped[str]
    region: Mapped[str] = mapped_column(default="")
    time_zone: Mapped[str]
    priority: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]


class StockLot(Identified, Table):
    """Goods of one SKU made together, as one organisation received them."""

    __tablename__ = "stock_lot"
    __table_args__ = (
        belongs_to("organisation_id", "organisation"),
        belongs_to("sku_id", "sku"),
        UniqueConstraint("tenant_id", "organisation_id", "sku_id", "code"),
    )

    organisation_id: Mapped[UUID]
    sku_id: Mapped[UUID]
    code: Mapped[str]
    produced_on: Mapped[date | None]
    expires_on: Mapped[date | None]


class StockBalance(TenantOwned, Table):
    """What lies in a warehouse of a SKU in pieces, and how much is set aside, and `held` back."""

    __tablename__ = "stock_balance"
    __table_args__ = (
        belongs_to("warehouse_id", "warehouse"),
        belongs_to("sku_id", "sku"),
        CheckConstraint("reserved >= 0 AND reserved <= on_hand", name="never_oversold"),
        CheckConstraint("held >= 0 AND reserved + held <= on_hand", name="held"),
    )

    warehouse_id: Mapped[UUID] = mapped_column(primary_key=True)
    sku_id: Mapped[UUID] = mapped_column(primary_key=True)
    on_hand: Mapped[Decimal] = mapped_column(QUANTITY)
    reserved: Mapped[Decimal] = mapped_column(QUANTITY)
    held: Mapped[Decimal] = mapped_column(QUANTITY, default=Decimal(0))


class LotBalance(TenantOwned, Table):
    """What lies in a warehouse of a lot in pieces, how much of it is allocated, or held back."""

    __tablename__ = "lot_balance"
    __table_args__ = (
        belongs_to("warehouse_id", "warehouse"),
        belongs_to("sku_id", "sku"),
        belongs_to("lot_id", "stock_lot"),
        CheckConstraint("allocated >= 0 AND allocated <= on_hand", name="never_oversold"),
        CheckConstraint("blocked >= 0 AND damaged >= 0 AND quarantine >= 0", name="held"),
        CheckConstraint(
            "allocated + blocked + damaged + quarantine <= on_hand", name="held_within_on_hand"
        ),
        Index(None, "tenant_id", "warehouse_id", "sku_id"),
    )

    warehouse_id: Mapped[UUID] = mapped_column(primary_key=True)
    lot_id: Mapped[UUID] = mapped_column(primary_key=True)
    sku_id: Mapped[UUID]
    on_hand: Mapped[Decimal] = mapped_column(QUANTITY)
    allocated: Mapped[Decimal] = mapped_column(QUANTITY)
    blocked: Mapped[Decimal] = mapped_column(QUANTITY, default=Decimal(0))
    damaged: Mapped[Decimal] = mapped_column(QUANTITY, default=Decimal(0))
    quarantine: Mapped[Decimal] = mapped_column(QUANTITY, default=Decimal(0))


class StockStatusChange(Identified, Table):
    """That pieces of a lot got another status, and why; never changed, never deleted (R1-51)."""

    __tablename__ = "stock_status_change"
    __table_args__ = (
        belongs_to("warehouse_id", "warehouse"),
        belongs_to("sku_id", "sku"),
        belongs_to("lot_id", "stock_lot"),
        one_of("from_status", StockStatus),
        one_of("to_status", StockStatus),
        CheckConstraint("quantity > 0", name="quantity"),
        Index(None, "tenant_id", "warehouse_id", "id"),
    )

    warehouse_id: Mapped[UUID]
    sku_id: Mapped[UUID]
    lot_id: Mapped[UUID]
    from_status: Mapped[str]
    to_status: Mapped[str]
    quantity: Mapped[Decimal] = mapped_column(QUANTITY)
    reason: Mapped[str]
    changed_at: Mapped[datetime]
    membership_id: Mapped[UUID | None]


class StockMove(Identified, Table):
    """One change of stock in pieces, positive in and negative out; never changed, never deleted."""

    __tablename__ = "stock_move"
    __table_args__ = (
        belongs_to("warehouse_id", "warehouse"),
        belongs_to("sku_id", "sku"),
        belongs_to("lot_id", "stock_lot"),
        one_of("cause", MoveCause),
        CheckConstraint("quantity <> 0", name="quantity"),
        Index(None, "tenant_id", "warehouse_id", "sku_id", "moved_at"),
        Index(None, "tenant_id", "source_id"),
    )

    warehouse_id: Mapped[UUID]
    sku_id: Mapped[UUID]
    lot_id: Mapped[UUID]
    quantity: Mapped[Decimal] = mapped_column(QUANTITY)
    cause: Mapped[str]
    source_kind: Mapped[str]
    source_id: Mapped[UUID | None]
    moved_at: Mapped[datetime]
    membership_id: Mapped[UUID | None]
    reason: Mapped[str | None]


class Reservation(Identified, Table):
    """Stock of a SKU set aside in a warehouse for one line of a source, in pieces still open."""

    __tablename__ = "reservation"
    __table_args__ = (
        belongs_to("warehouse_id", "warehouse"),
        belongs_to("sku_id", "sku"),
        CheckConstraint("quantity >= 0", name="quantity"),
        Index(None, "tenant_id", "source_id"),
        Index(None, "tenant_id", "warehouse_id", "sku_id"),
    )

    source_id: Mapped[UUID]
    source_line_id: Mapped[UUID]
    warehouse_id: Mapped[UUID]
    sku_id: Mapped[UUID]
    quantity: Mapped[Decimal] = mapped_column(QUANTITY)
    reserved_at: Mapped[datetime]


class Allocation(Identified, Table):
    """The lot that a reservation will be picked from, in pieces still to leave (Our rule 10)."""

    __tablename__ = "allocation"
    __table_args__ = (
        belongs_to("reservation_id", "reservation"),
        belongs_to("lot_id", "stock_lot"),
        CheckConstraint("quantity >= 0", name="quantity"),
        UniqueConstraint("tenant_id", "reservation_id", "lot_id"),
        Index(None, "tenant_id", "lot_id"),
    )

    reservation_id: Mapped[UUID]
    lot_id: Mapped[UUID]
    quantity: Mapped[Decimal] = mapped_column(QUANTITY)


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


class StockThreshold(Identified, Table):
    """When an organisation wants to be alerted: of a SKU, of a category, or of all its goods.

    In one warehouse or in each; in pieces. The most particular one counts: a SKU's before its
    category's, a nearer category before those above it, one warehouse's before every one's.
    Without `expiry_days` the band of the shelf life tells what is near its expiry.
    """

    __tablename__ = "stock_threshold"
    __table_args__ = (
        belongs_to("organisation_id", "organisation"),
        belongs_to("warehouse_id", "warehouse"),
        belongs_to("sku_id", "sku"),
        belongs_to("category_id", "category"),
        CheckConstraint("sku_id IS NULL OR category_id IS NULL", name="goods"),
        CheckConstraint("low >= 0 AND target >= low AND high >= target", name="order"),
        CheckConstraint("expiry_days >= 0", name="expiry_days"),
        UniqueConstraint(
            "tenant_id",
            "organisation_id",
            "warehouse_id",
            "sku_id",
            "category_id",
            name="uq_stock_threshold_goods",
            postgresql_nulls_not_distinct=True,
        ),
    )

    organisation_id: Mapped[UUID]
    warehouse_id: Mapped[UUID | None]
    sku_id: Mapped[UUID | None]
    category_id: Mapped[UUID | None]
    low: Mapped[Decimal | None] = mapped_column(QUANTITY)
    target: Mapped[Decimal | None] = mapped_column(QUANTITY)
    high: Mapped[Decimal | None] = mapped_column(QUANTITY)
    watches_expiry: Mapped[bool] = mapped_column(default=True)
    expiry_days: Mapped[int | None]
    set_at: Mapped[datetime]


class StockAlert(Identified, Table):
    """That stock called for somebody: of a SKU in a warehouse, or of one lot there.

    Open until what it says is so no more; `pieces` and `quantity` follow the stock till then:
    how many there are, and of how many something should be done.
    """

    __tablename__ = "stock_alert"
    __table_args__ = (
        belongs_to("organisation_id", "organisation"),
        belongs_to("warehouse_id", "warehouse"),
        belongs_to("sku_id", "sku"),
        belongs_to("lot_id", "stock_lot"),
        belongs_to("acknowledged_by_membership_id", "membership"),
        one_of("kind", AlertKind),
        one_of("action", AlertAction),
        CheckConstraint("pieces >= 0 AND quantity >= 0", name="pieces"),
        Index(
            "uq_stock_alert_open",
            "tenant_id",
            "organisation_id",
            "warehouse_id",
            "sku_id",
            "lot_id",
            "kind",
            unique=True,
            postgresql_nulls_not_distinct=True,
            postgresql_where=text("mended_at IS NULL"),
        ),
        Index(None, "tenant_id", "organisation_id", "id"),
    )

    organisation_id: Mapped[UUID]
    warehouse_id: Mapped[UUID]
    sku_id: Mapped[UUID]
    lot_id: Mapped[UUID | None]
    kind: Mapped[str]
    action: Mapped[str]
    pieces: Mapped[Decimal] = mapped_column(QUANTITY)
    quantity: Mapped[Decimal] = mapped_column(QUANTITY)
    opened_at: Mapped[datetime]
    mended_at: Mapped[datetime | None]
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by_membership_id: Mapped[UUID | None]
    acknowledged_by_name: Mapped[str | None]
    note: Mapped[str | None]
