"""Tables of goods on their way between own warehouses."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db.tables import QUANTITY, Identified, Table, TenantOwned, belongs_to


class StockTransfer(Identified, Table):
    """Goods of an organisation on their way from one of its warehouses to another (R3-47).

    Until `received_at` they lie in neither, and nobody can be promised them.
    """

    __tablename__ = "stock_transfer"
    __table_args__ = (
        belongs_to("organisation_id", "organisation"),
        belongs_to("from_warehouse_id", "warehouse"),
        belongs_to("to_warehouse_id", "warehouse"),
        Index(None, "tenant_id", "organisation_id", "id"),
    )

    organisation_id: Mapped[UUID]
    from_warehouse_id: Mapped[UUID]
    to_warehouse_id: Mapped[UUID]
    note: Mapped[str]
    sent_at: Mapped[datetime]
    sent_by_membership_id: Mapped[UUID | None]
    received_at: Mapped[datetime | None]
    received_by_membership_id: Mapped[UUID | None]


class StockTransferLine(TenantOwned, Table):
    """What was sent of a lot, in pieces, what of it was received, and why not as much."""

    __tablename__ = "stock_transfer_line"
    __table_args__ = (
        belongs_to("transfer_id", "stock_transfer"),
        belongs_to("lot_id", "stock_lot"),
        belongs_to("sku_id", "sku"),
        CheckConstraint("sent > 0 AND received >= 0", name="pieces"),
        CheckConstraint("received = sent OR reason IS NOT NULL", name="explained"),
    )

    transfer_id: Mapped[UUID] = mapped_column(primary_key=True)
    lot_id: Mapped[UUID] = mapped_column(primary_key=True)
    sku_id: Mapped[UUID]
    sent: Mapped[Decimal] = mapped_column(QUANTITY)
    received: Mapped[Decimal | None] = mapped_column(QUANTITY)
    reason: Mapped[str | None]
