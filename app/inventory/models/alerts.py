"""Tables of when stock calls for somebody."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.tables import QUANTITY, Identified, Table, belongs_to, one_of
from app.inventory.rules.alerts import AlertAction, AlertKind


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
