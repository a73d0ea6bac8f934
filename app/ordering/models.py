"""Tables of what people mean to order."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.tables import QUANTITY, Identified, Table, TenantOwned, belongs_to, one_of
from app.kernel.quantity import PackagingLevel
from app.ordering.rules.words import CartPurpose, CartSharing, RequestState


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


class OrderRequest(Identified, Table):
    """A cart that a buyer asks its seller's rep to order (R3-49); both see it and work in it.

    Its lines stand in the saved cart `cart_id`.
    """

    __tablename__ = "order_request"
    __table_args__ = (
        belongs_to("cart_id", "saved_cart"),
        belongs_to("relationship_id", "trading_relationship"),
        belongs_to("seller_id", "organisation"),
        belongs_to("buyer_id", "organisation"),
        belongs_to("sent_by_membership_id", "membership"),
        belongs_to("decided_by_membership_id", "membership"),
        belongs_to("order_id", "orders"),
        one_of("state", RequestState),
        Index(
            "uq_order_request_open",
            "tenant_id",
            "cart_id",
            unique=True,
            postgresql_where=text("state = 'SENT'"),
        ),
        Index(None, "tenant_id", "relationship_id", "id"),
    )

    cart_id: Mapped[UUID]
    relationship_id: Mapped[UUID]
    seller_id: Mapped[UUID]
    buyer_id: Mapped[UUID]
    state: Mapped[str]
    note: Mapped[str]
    requested_delivery_on: Mapped[date | None]
    sent_by_membership_id: Mapped[UUID]
    sent_by_name: Mapped[str]
    sent_at: Mapped[datetime]
    decided_by_membership_id: Mapped[UUID | None]
    decided_by_name: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    order_id: Mapped[UUID | None]
