"""Tables of stock: balances are the sums of moves, kept in the same transaction (F7)."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.tables import QUANTITY, Identified, Table, TenantOwned, belongs_to, one_of
from app.inventory.rules.statuses import StockStatus


class MoveCause(StrEnum):
    """Why stock changed."""

    RECEIPT = "RECEIPT"
    ADJUSTMENT = "ADJUSTMENT"
    SHIPMENT = "SHIPMENT"
    RETURN_TO_WAREHOUSE = "RETURN_TO_WAREHOUSE"
    TRANSFER = "TRANSFER"


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
