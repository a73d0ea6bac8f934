"""Tables of what stops an order, and of who let it pass."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.tables import (
    Identified,
    Table,
    TenantOwned,
    belongs_to,
    one_of,
)


class HoldKind(StrEnum):
    """What a hold is about."""

    CREDIT = "CREDIT"
    LEGAL = "LEGAL"
    PAYMENT = "PAYMENT"
    QUALITY = "QUALITY"
    OTHER = "OTHER"


class OrderHold(Identified, Table):
    """What keeps an order from going on, or without one all orders of a relationship.

    It counts until `expires_at`, or until it is ended.
    """

    __tablename__ = "order_hold"
    __table_args__ = (
        belongs_to("seller_id", "organisation"),
        belongs_to("relationship_id", "trading_relationship"),
        belongs_to("order_id", "orders"),
        one_of("kind", HoldKind),
        Index(None, "tenant_id", "relationship_id"),
        Index(None, "tenant_id", "seller_id", "id"),
        Index(
            "ix_order_hold_expiring",
            "tenant_id",
            "expires_at",
            postgresql_where=text("ended_at IS NULL AND expires_at IS NOT NULL"),
        ),
    )

    seller_id: Mapped[UUID]
    relationship_id: Mapped[UUID]
    order_id: Mapped[UUID | None]
    kind: Mapped[str]
    reason: Mapped[str]
    set_at: Mapped[datetime]
    set_by_membership_id: Mapped[UUID | None]
    set_by_name: Mapped[str]
    expires_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_by_membership_id: Mapped[UUID | None]
    ended_by_name: Mapped[str | None]
    end_reason: Mapped[str | None]


class HoldOverride(TenantOwned, Table):
    """That one order goes on in spite of a hold: by whom, and why."""

    __tablename__ = "hold_override"
    __table_args__ = (
        belongs_to("hold_id", "order_hold"),
        belongs_to("order_id", "orders"),
    )

    hold_id: Mapped[UUID] = mapped_column(primary_key=True)
    order_id: Mapped[UUID] = mapped_column(primary_key=True)
    by_membership_id: Mapped[UUID | None]
    by_name: Mapped[str]
    reason: Mapped[str]
    at: Mapped[datetime]
