"""Tables of what people mean to order."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.tables import QUANTITY, Identified, Table, TenantOwned, belongs_to, one_of
from app.kernel.quantity import PackagingLevel
from app.ordering.rules.words import (
    CartPurpose,
    CartSharing,
    MissingGoods,
    RequestState,
    RunOutcome,
    StandingState,
)


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


class StandingOrder(Identified, Table):
    """A saved cart that is ordered by itself on some days, with the rights of whoever set it up.

    `weekdays` are numbers from 1, Monday; `at_minute` is one of the clock's day in `time_zone`.
    With `minutes_before_cut_off` it is made that much before the cut-off for the day of delivery at
    the latest. `next_on` is the first day not dealt with yet, and `next_at` when it is looked at
    next; both are empty when none is left.
    """

    __tablename__ = "standing_order"
    __table_args__ = (
        belongs_to("cart_id", "saved_cart"),
        belongs_to("relationship_id", "trading_relationship"),
        belongs_to("organisation_id", "organisation"),
        belongs_to("membership_id", "membership"),
        one_of("state", StandingState),
        one_of("missing_goods", MissingGoods),
        CheckConstraint("every_weeks >= 1", name="every_weeks"),
        CheckConstraint(
            "minutes_before_cut_off IS NULL"
            " OR (minutes_before_cut_off > 0 AND delivery_after_days IS NOT NULL)",
            name="before_cut_off",
        ),
        CheckConstraint("at_minute >= 0 AND at_minute < 1440", name="at_minute"),
        Index(
            "ix_standing_order_due",
            "tenant_id",
            "next_at",
            postgresql_where=text("state = 'ACTIVE'"),
        ),
        Index(None, "tenant_id", "relationship_id", "id"),
    )

    cart_id: Mapped[UUID]
    relationship_id: Mapped[UUID]
    organisation_id: Mapped[UUID]
    membership_id: Mapped[UUID]
    state: Mapped[str]
    weekdays: Mapped[list[Any]]
    every_weeks: Mapped[int]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    time_zone: Mapped[str]
    at_minute: Mapped[int]
    delivery_after_days: Mapped[int | None]
    minutes_before_cut_off: Mapped[int | None]
    allows_substitutes: Mapped[bool] = mapped_column(default=False)
    missing_goods: Mapped[str] = mapped_column(default=MissingGoods.LEAVE_OUT)
    next_on: Mapped[date | None]
    next_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class StandingOrderRun(Identified, Table):
    """What became of a standing order on one of its days: once each, whatever happens."""

    __tablename__ = "standing_order_run"
    __table_args__ = (
        belongs_to("standing_order_id", "standing_order"),
        belongs_to("order_id", "orders"),
        one_of("outcome", RunOutcome),
        UniqueConstraint("tenant_id", "standing_order_id", "due_on"),
    )

    standing_order_id: Mapped[UUID]
    due_on: Mapped[date]
    outcome: Mapped[str]
    order_id: Mapped[UUID | None]
    told: Mapped[str]
    ran_at: Mapped[datetime]
