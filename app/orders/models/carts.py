"""Tables of carts: what is meant to be ordered."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.tables import (
    QUANTITY,
    Identified,
    Table,
    TenantOwned,
    belongs_to,
    one_of,
)
from app.kernel.quantity import PackagingLevel


class Cart(Identified, Table):
    """What a person means to order from one seller; one a membership and relationship (R0-26)."""

    __tablename__ = "cart"
    __table_args__ = (
        belongs_to("relationship_id", "trading_relationship"),
        belongs_to("membership_id", "membership"),
        UniqueConstraint("tenant_id", "membership_id", "relationship_id"),
    )

    relationship_id: Mapped[UUID]
    membership_id: Mapped[UUID]
    changed_at: Mapped[datetime]


class CartLine(TenantOwned, Table):
    """A quantity of a SKU in a cart, in packaging units."""

    __tablename__ = "cart_line"
    __table_args__ = (
        belongs_to("cart_id", "cart", on_delete="CASCADE"),
        belongs_to("sku_id", "sku"),
        one_of("packaging_level", PackagingLevel),
        CheckConstraint("quantity > 0", name="quantity"),
    )

    cart_id: Mapped[UUID] = mapped_column(primary_key=True)
    sku_id: Mapped[UUID] = mapped_column(primary_key=True)
    packaging_level: Mapped[str] = mapped_column(primary_key=True)
    quantity: Mapped[Decimal] = mapped_column(QUANTITY)
    added_at: Mapped[datetime]
