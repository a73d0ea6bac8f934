"""Tables of what people mean to order."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db.tables import QUANTITY, Identified, Table, TenantOwned, belongs_to, one_of
from app.kernel.quantity import PackagingLevel
from app.ordering.rules.words import CartPurpose, CartSharing


class SavedCart(Identified, Table):
    """A cart, list or template in one relationship, kept under a name.

    `organisation_id` is its maker's, on whichever side of the relationship that stands.
    """

    __tablename__ = "saved_cart"
    __table_args__ = (
        belongs_to("relationship_id", "trading_relationship"),
        belongs_to("organisation_id", "organisation"),
        belongs_to("membership_id", "membership"),
        one_of("purpose", CartPurpose),
        one_of("sharing", CartSharing),
        Index(None, "tenant_id", "relationship_id", "id"),
    )

    relationship_id: Mapped[UUID]
    organisation_id: Mapped[UUID]
    membership_id: Mapped[UUID]
    name: Mapped[str]
    purpose: Mapped[str]
    sharing: Mapped[str]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class SavedCartLine(TenantOwned, Table):
    """A quantity of a SKU in a saved cart, in packaging units."""

    __tablename__ = "saved_cart_line"
    __table_args__ = (
        belongs_to("cart_id", "saved_cart", on_delete="CASCADE"),
        belongs_to("sku_id", "sku"),
        one_of("packaging_level", PackagingLevel),
        CheckConstraint("quantity > 0", name="quantity"),
    )

    cart_id: Mapped[UUID] = mapped_column(primary_key=True)
    sku_id: Mapped[UUID] = mapped_column(primary_key=True)
    packaging_level: Mapped[str] = mapped_column(primary_key=True)
    quantity: Mapped[Decimal] = mapped_column(QUANTITY)
    added_at: Mapped[datetime]
