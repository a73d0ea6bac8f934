"""Tables of orders, their lines, quotes and shortages."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db.tables import (
    AMOUNT,
    PERCENT,
    QUANTITY,
    Identified,
    Table,
    TenantOwned,
    belongs_to,
    one_of,
)
from app.kernel.quantity import PackagingLevel
from app.orders.rules.states import (
    ApprovalStatus,
    CreditStatus,
    DeliveryMode,
    FulfilmentStatus,
    InvoiceStatus,
    OrderChannel,
    OrderState,
    PaymentStatus,
    ReviewStatus,
    SettlementStatus,
)

BUYER_REFERENCE_KEY = "uq_orders_buyer_reference"


class Order(Identified, Table):
    """The seller's sales order and the buyer's purchase order: one document.

    Money is in `currency`; `state` is the lifecycle, the other statuses are derived beside it (F8).
    `changed_by` are the memberships who changed or submitted it, besides who placed it.
    `buyer_reference` is the number that the buyer's own system gave it (R1-7).
    """

    __tablename__ = "orders"
    __table_args__ = (
        belongs_to("seller_id", "organisation"),
        belongs_to("buyer_id", "organisation"),
        belongs_to("relationship_id", "trading_relationship"),
        belongs_to("placed_by_membership_id", "membership"),
        UniqueConstraint("tenant_id", "seller_id", "number"),
        one_of("state", OrderState),
        one_of("channel", OrderChannel),
        one_of("delivery_mode", DeliveryMode),
        one_of("approval_status", ApprovalStatus),
        one_of("review_status", ReviewStatus),
        one_of("credit_status", CreditStatus),
        one_of("fulfilment_status", FulfilmentStatus),
        one_of("payment_status", PaymentStatus),
        one_of("invoice_status", InvoiceStatus),
        one_of("settlement_status", SettlementStatus),
        CheckConstraint("total = net + tax + deposits", name="total"),
        CheckConstraint("deposits >= 0", name="deposits"),
        CheckConstraint("paid >= 0", name="paid"),
        Index(None, "tenant_id", "seller_id", "created_at", "id"),
        Index(None, "tenant_id", "buyer_id", "created_at", "id"),
        Index(None, "tenant_id", "relationship_id", "created_at", "id"),
        Index(None, "tenant_id", "placed_by_membership_id", "created_at", "id"),
        Index(None, "tenant_id", "state"),
        Index(
            BUYER_REFERENCE_KEY,
            "tenant_id",
            "buyer_id",
            "seller_id",
            "placed_by_organisation_id",
            "buyer_reference",
            unique=True,
            postgresql_where=text("buyer_reference IS NOT NULL AND state <> 'CANCELLED'"),
        ),
    )

    number: Mapped[str]
    seller_id: Mapped[UUID]
    buyer_id: Mapped[UUID]
    relationship_id: Mapped[UUID]
    state: Mapped[str] = mapped_column(default=OrderState.DRAFT)
    revision: Mapped[int] = mapped_column(default=1)
    channel: Mapped[str]
    delivery_mode: Mapped[str] = mapped_column(default=DeliveryMode.DELIVERY)
    placed_by_membership_id: Mapped[UUID | None]
    placed_by_organisation_id: Mapped[UUID]
    changed_by: Mapped[list[Any] | None]
    currency: Mapped[str]
    net: Mapped[Decimal] = mapped_column(AMOUNT)
    tax: Mapped[Decimal] = mapped_column(AMOUNT)
    deposits: Mapped[Decimal] = mapped_column(AMOUNT, default=Decimal(0))
    total: Mapped[Decimal] = mapped_column(AMOUNT)
    paid: Mapped[Decimal] = mapped_column(AMOUNT, default=Decimal(0))
    price_instant: Mapped[datetime]
    requested_delivery_on: Mapped[date | None]
    expected_ship_on: Mapped[date | None]
    payment_due_at: Mapped[datetime | None]
    payment_way: Mapped[str | None]
    note: Mapped[str] = mapped_column(default="")
    buyer_reference: Mapped[str | None]
    delivery_address: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    coupon_codes: Mapped[list[Any]] = mapped_column(default=list)
    points_to_redeem: Mapped[int] = mapped_column(default=0)
    approval_status: Mapped[str] = mapped_column(default=ApprovalStatus.NOT_REQUIRED)
    review_status: Mapped[str] = mapped_column(default=ReviewStatus.NOT_REQUIRED)
    credit_status: Mapped[str] = mapped_column(default=CreditStatus.NOT_CHECKED)
    fulfilment_status: Mapped[str] = mapped_column(default=FulfilmentStatus.NONE)
    payment_status: Mapped[str] = mapped_column(default=PaymentStatus.UNPAID)
    invoice_status: Mapped[str] = mapped_column(default=InvoiceStatus.NOT_INVOICED)
    settlement_status: Mapped[str] = mapped_column(default=SettlementStatus.OPEN)
    has_open_exception: Mapped[bool] = mapped_column(default=False)
    is_preparing: Mapped[bool] = mapped_column(default=False)
    planned_shipments: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    changed_at: Mapped[datetime]


BUCKETS = (
    "ordered",
    "cancelled",
    "short_closed",
    "unallocated",
    "backordered",
    "allocated",
    "picked",
    "packed",
    "shipped",
    "in_transit",
    "signed",
    "refused",
    "lost",
    "received",
    "missing",
    "returned",
)


class OrderLine(Identified, Table):
    """A SKU in one packaging unit; the buckets are in pieces, each moved only by an event.

    `allocated`, `picked`, `packed` and `shipped` each count everything that came at least so far.
    `missing` was signed for and not found at receipt.
    `refused` goods that are back in the warehouse leave `shipped`, and are allocated or cancelled.
    Amounts are for the whole ordered quantity, in the order's currency. A line `is_free` was added
    by a trade scheme: nobody ordered it, and it costs nothing but perhaps its tax. `deposit` is for
    its containers, beside gross.
    """

    __tablename__ = "order_line"
    __table_args__ = (
        belongs_to("order_id", "orders"),
        belongs_to("sku_id", "sku"),
        belongs_to("discounted_by_membership_id", "membership"),
        one_of("packaging_level", PackagingLevel),
        UniqueConstraint("tenant_id", "order_id", "revision", "position"),
        Index(None, "tenant_id", "sku_id"),
        CheckConstraint(
            "ordered = cancelled + short_closed + unallocated + backordered + allocated",
            name="ordered_is_accounted_for",
        ),
        CheckConstraint("picked <= allocated", name="picked_within_allocated"),
        CheckConstraint("packed <= picked", name="packed_within_picked"),
        CheckConstraint("shipped <= packed", name="shipped_within_packed"),
        CheckConstraint("shipped = in_transit + signed + refused + lost", name="shipped_is_known"),
        CheckConstraint("received + missing <= signed", name="received_within_signed"),
        CheckConstraint("returned <= signed", name="returned_within_signed"),
        *(CheckConstraint(f"{bucket} >= 0", name=bucket) for bucket in BUCKETS),
        CheckConstraint("ordered > 0", name="something_ordered"),
        CheckConstraint("gross = net + tax", name="gross_is_net_and_tax"),
        CheckConstraint("deposit >= 0", name="deposit"),
    )

    order_id: Mapped[UUID]
    revision: Mapped[int]
    position: Mapped[int]
    sku_id: Mapped[UUID]
    packaging_level: Mapped[str]
    unit_factor: Mapped[Decimal] = mapped_column(QUANTITY)
    quantity: Mapped[Decimal] = mapped_column(QUANTITY)
    unit_price: Mapped[Decimal] = mapped_column(AMOUNT)
    net: Mapped[Decimal] = mapped_column(AMOUNT)
    tax: Mapped[Decimal] = mapped_column(AMOUNT)
    gross: Mapped[Decimal] = mapped_column(AMOUNT)
    tax_rate_percent: Mapped[Decimal] = mapped_column(PERCENT)
    is_free: Mapped[bool] = mapped_column(default=False)
    discount_percent: Mapped[Decimal | None] = mapped_column(PERCENT)
    discount_reason: Mapped[str | None]
    discounted_by_membership_id: Mapped[UUID | None]
    discounted_by_name: Mapped[str | None]
    deposit: Mapped[Decimal] = mapped_column(AMOUNT, default=Decimal(0))
    ordered: Mapped[Decimal] = mapped_column(QUANTITY)
    cancelled: Mapped[Decimal] = mapped_column(QUANTITY, default=Decimal(0))
    short_closed: Mapped[Decimal] = mapped_column(QUANTITY, default=Decimal(0))
    unallocated: Mapped[Decimal] = mapped_column(QUANTITY)
    backordered: Mapped[Decimal] = mapped_column(QUANTITY, default=Decimal(0))
    allocated: Mapped[Decimal] = mapped_column(QUANTITY, default=Decimal(0))
    picked: Mapped[Decimal] = mapped_column(QUANTITY, default=Decimal(0))
    packed: Mapped[Decimal] = mapped_column(QUANTITY, default=Decimal(0))
    shipped: Mapped[Decimal] = mapped_column(QUANTITY, default=Decimal(0))
    in_transit: Mapped[Decimal] = mapped_column(QUANTITY, default=Decimal(0))
    signed: Mapped[Decimal] = mapped_column(QUANTITY, default=Decimal(0))
    refused: Mapped[Decimal] = mapped_column(QUANTITY, default=Decimal(0))
    lost: Mapped[Decimal] = mapped_column(QUANTITY, default=Decimal(0))
    received: Mapped[Decimal] = mapped_column(QUANTITY, default=Decimal(0))
    missing: Mapped[Decimal] = mapped_column(QUANTITY, default=Decimal(0))
    returned: Mapped[Decimal] = mapped_column(QUANTITY, default=Decimal(0))


class OrderQuote(TenantOwned, Table):
    """The quote an order revision was placed at, with every step; never priced again (F5)."""

    __tablename__ = "order_quote"
    __table_args__ = (belongs_to("order_id", "orders"),)

    order_id: Mapped[UUID] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    quote: Mapped[dict[str, Any]]
    quoted_at: Mapped[datetime]


class Shortage(Identified, Table):
    """What stock could not cover of a line, in pieces, until goods are set aside (R1-22).

    `supply_line_id` is the line of the seller's own order upstream that will cover it.
    """

    __tablename__ = "shortage"
    __table_args__ = (
        belongs_to("organisation_id", "organisation"),
        belongs_to("order_id", "orders"),
        belongs_to("order_line_id", "order_line"),
        belongs_to("supply_line_id", "order_line"),
        belongs_to("sku_id", "sku"),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("covered >= 0 AND covered <= quantity", name="covered"),
        Index(None, "tenant_id", "organisation_id", "sku_id"),
        Index(None, "tenant_id", "supply_line_id"),
        Index(None, "tenant_id", "order_id"),
    )

    organisation_id: Mapped[UUID]
    order_id: Mapped[UUID]
    order_line_id: Mapped[UUID]
    sku_id: Mapped[UUID]
    quantity: Mapped[Decimal] = mapped_column(QUANTITY)
    covered: Mapped[Decimal] = mapped_column(QUANTITY, default=Decimal(0))
    supply_line_id: Mapped[UUID | None]
    recorded_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
