"""Organisations, their ancestry, trading relationships and customer levels."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db.revisions import Revised
from app.db.tables import AMOUNT, PERCENT, Identified, Table, TenantOwned, belongs_to, one_of


class OrganisationKind(StrEnum):
    """The organisation's usual place in the chain; every kind may buy and sell."""

    BRAND = "BRAND"
    DISTRIBUTOR = "DISTRIBUTOR"
    SUB_DISTRIBUTOR = "SUB_DISTRIBUTOR"
    AGENT = "AGENT"
    RETAILER = "RETAILER"


class OrganisationStatus(StrEnum):
    """Whether the organisation trades; what is PREPARED does so once it is activated."""

    PREPARED = "PREPARED"
    ACTIVE = "ACTIVE"
    CLOSED = "CLOSED"


class MoveState(StrEnum):
    """Where the move of a branch stands; only a planned one can still change."""

    PLANNED = "PLANNED"
    DONE = "DONE"
    CANCELLED = "CANCELLED"
    REFUSED = "REFUSED"


class PaymentTerms(StrEnum):
    """How a buyer pays (Our rule 8)."""

    PREPAID = "PREPAID"
    ON_ACCOUNT = "ON_ACCOUNT"


class PaymentWay(StrEnum):
    """How an order is to be paid (R3-25): before goods, on account, or at the door.

    PREPAID_BALANCE, BANK_TRANSFER and ONLINE are paid before the order is confirmed, ON_ACCOUNT
    within the credit limit, CASH_ON_DELIVERY with the signature.
    """

    PREPAID_BALANCE = "PREPAID_BALANCE"
    ON_ACCOUNT = "ON_ACCOUNT"
    BANK_TRANSFER = "BANK_TRANSFER"
    CASH_ON_DELIVERY = "CASH_ON_DELIVERY"
    ONLINE = "ONLINE"


class PaymentGate(StrEnum):
    """When a prepaid order must be paid (R4-26 against R0-31)."""

    BEFORE_REVIEW = "BEFORE_REVIEW"
    AFTER_APPROVAL = "AFTER_APPROVAL"


class PriceInstant(StrEnum):
    """Which moment decides the price (Our rule 7, P17)."""

    ORDER = "ORDER"
    REQUESTED_DELIVERY = "REQUESTED_DELIVERY"


class ShortagePolicy(StrEnum):
    """What becomes of a quantity that stock cannot cover (Our rule 10)."""

    BACKORDER = "BACKORDER"
    SHORT_CLOSE = "SHORT_CLOSE"


class ShownStock(StrEnum):
    """What a buyer may know of the seller's stock.

    EXACT: how many pieces it could have. BANDED: in which of the seller's bands their number is.
    YES_NO: whether there are any. NONE: nothing.
    """

    EXACT = "EXACT"
    BANDED = "BANDED"
    YES_NO = "YES_NO"
    NONE = "NONE"


class UpstreamVisibility(StrEnum):
    """What organisations above the seller see of this relationship's trade (F2)."""

    NOTHING = "NOTHING"
    ORDERS = "ORDERS"


class SalesChannel(StrEnum):
    """Through which kind of trade a buyer sells on."""

    GENERAL_TRADE = "GENERAL_TRADE"
    MODERN_TRADE = "MODERN_TRADE"
    HORECA = "HORECA"
    WHOLESALE = "WHOLESALE"
    ECOMMERCE = "ECOMMERCE"


class Organisation(Identified, Table):
    """A node of the network's tree: it buys from the ones above and sells to the ones below.

    With `needs_price_approval` no price changes before a second person approved it (R3-53). One
    that is PREPARED trades from `activates_at` on, by the clock alone (R3-6).
    """

    __tablename__ = "organisation"
    revised = Revised.PARTIES
    __table_args__ = (
        belongs_to("parent_id", "organisation"),
        one_of("kind", OrganisationKind),
        one_of("status", OrganisationStatus),
        Index(None, "tenant_id", "parent_id"),
    )

    parent_id: Mapped[UUID | None]
    kind: Mapped[str]
    name: Mapped[str]
    status: Mapped[str] = mapped_column(default=OrganisationStatus.ACTIVE)
    activates_at: Mapped[datetime | None]
    city: Mapped[str] = mapped_column(default="")
    region: Mapped[str] = mapped_column(default="")
    country: Mapped[str] = mapped_column(default="")
    standard_margin_percent: Mapped[Decimal | None]
    needs_price_approval: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]


class OrganisationAncestry(TenantOwned, Table):
    """Every pair of an organisation and one above it, itself included at distance 0.

    One that came above by a move stands there `since` then, and sees nothing of the time before;
    none means from the beginning.
    """

    __tablename__ = "organisation_ancestry"
    revised = Revised.PARTIES
    __table_args__ = (
        belongs_to("ancestor_id", "organisation"),
        belongs_to("descendant_id", "organisation"),
        Index(None, "tenant_id", "descendant_id"),
    )

    ancestor_id: Mapped[UUID] = mapped_column(primary_key=True)
    descendant_id: Mapped[UUID] = mapped_column(primary_key=True)
    distance: Mapped[int]
    since: Mapped[datetime | None]


class FormerAncestry(TenantOwned, Table):
    """That one organisation stood so far above another until a move; nobody changes it."""

    __tablename__ = "former_ancestry"
    revised = Revised.PARTIES
    __table_args__ = (
        belongs_to("ancestor_id", "organisation"),
        belongs_to("descendant_id", "organisation"),
        Index(None, "tenant_id", "descendant_id"),
    )

    ancestor_id: Mapped[UUID] = mapped_column(primary_key=True)
    descendant_id: Mapped[UUID] = mapped_column(primary_key=True)
    until: Mapped[datetime] = mapped_column(primary_key=True)
    distance: Mapped[int]
    since: Mapped[datetime | None]


class OrganisationMove(Identified, Table):
    """That a branch moves, or moved, under another parent, and who wanted it so.

    It happens in the first minute from `effective_at` on. `terms` are those of the relationship to
    be opened. A move that was refused when its time came keeps the reason in words.
    """

    __tablename__ = "organisation_move"
    __table_args__ = (
        belongs_to("organisation_id", "organisation"),
        belongs_to("former_parent_id", "organisation"),
        belongs_to("new_parent_id", "organisation"),
        belongs_to("asked_by_organisation_id", "organisation"),
        belongs_to("asked_by_membership_id", "membership"),
        one_of("state", MoveState),
        Index(
            "uq_organisation_move_planned",
            "tenant_id",
            "organisation_id",
            "asked_by_organisation_id",
            unique=True,
            postgresql_where=text("state = 'PLANNED'"),
        ),
        Index(
            "ix_organisation_move_due",
            "tenant_id",
            "effective_at",
            postgresql_where=text("state = 'PLANNED'"),
        ),
        Index(None, "tenant_id", "asked_by_organisation_id", "id"),
    )

    organisation_id: Mapped[UUID]
    former_parent_id: Mapped[UUID]
    new_parent_id: Mapped[UUID]
    keeps_supplier: Mapped[bool]
    terms: Mapped[dict[str, Any]]
    reason: Mapped[str | None]
    asked_by_organisation_id: Mapped[UUID]
    asked_by_membership_id: Mapped[UUID]
    is_network_wide: Mapped[bool]
    asked_at: Mapped[datetime]
    effective_at: Mapped[datetime]
    state: Mapped[str]
    decided_at: Mapped[datetime | None]
    refusal: Mapped[str | None]


class CustomerLevel(Identified, Table):
    """A seller's class of customers; prices of the parent level apply where its own are silent."""

    __tablename__ = "customer_level"
    revised = Revised.PARTIES
    __table_args__ = (
        belongs_to("seller_id", "organisation"),
        belongs_to("parent_id", "customer_level"),
        UniqueConstraint("tenant_id", "seller_id", "name"),
    )

    seller_id: Mapped[UUID]
    parent_id: Mapped[UUID | None]
    name: Mapped[str]


class CustomerGroup(Identified, Table):
    """A seller's own grouping of customers, whatever their level; a customer may be in many."""

    __tablename__ = "customer_group"
    revised = Revised.PARTIES
    __table_args__ = (
        belongs_to("seller_id", "organisation"),
        UniqueConstraint("tenant_id", "seller_id", "name"),
    )

    seller_id: Mapped[UUID]
    name: Mapped[str]


class CustomerGroupMember(TenantOwned, Table):
    """That a customer, the buyer of a relationship, is in a group of its seller."""

    __tablename__ = "customer_group_member"
    revised = Revised.PARTIES
    __table_args__ = (
        belongs_to("group_id", "customer_group"),
        belongs_to("relationship_id", "trading_relationship"),
        Index(None, "tenant_id", "relationship_id"),
    )

    group_id: Mapped[UUID] = mapped_column(primary_key=True)
    relationship_id: Mapped[UUID] = mapped_column(primary_key=True)
    added_at: Mapped[datetime]


class Territory(Identified, Table):
    """A seller's sales area; prices of the parent area apply where its own are silent."""

    __tablename__ = "territory"
    revised = Revised.PARTIES
    __table_args__ = (
        belongs_to("seller_id", "organisation"),
        belongs_to("parent_id", "territory"),
        UniqueConstraint("tenant_id", "seller_id", "name"),
    )

    seller_id: Mapped[UUID]
    parent_id: Mapped[UUID | None]
    name: Mapped[str]


class TradingRelationship(Identified, Table):
    """That a buyer buys from a seller, and on which terms; a customer *is* its buyer end.

    `credit_limit` is in `currency`; none means no credit, unless `is_credit_unlimited` says so.
    `cash_discount_percent` is taken off the invoice for the payment term. With `inherits_prices`
    what the seller has no price for costs what the nearest organisation above it asks.
    An order waits `payment_days` once payment is asked for, or for ever. What was signed for
    counts as received after `automatic_receipt_days`, none means never (R4-26, R3-62). In a
    shortage shared by priority, who has the higher `allocation_priority` comes first. One that is
    `ended_by_closing` takes no order, not even one from before its end that comes late. Orders are
    paid in one of `payment_ways`, the first unless they say; none means as `payment_terms` say.
    With `settles_at_receipt` what was received is billed at once (R3-63). With `end_is_planned` it
    is to be told when `valid_until` has come.
    """

    __tablename__ = "trading_relationship"
    revised = Revised.PARTIES
    __table_args__ = (
        belongs_to("seller_id", "organisation"),
        belongs_to("buyer_id", "organisation"),
        belongs_to("level_id", "customer_level"),
        belongs_to("territory_id", "territory"),
        one_of("sales_channel", SalesChannel),
        one_of("payment_terms", PaymentTerms),
        one_of("payment_gate", PaymentGate),
        one_of("price_instant", PriceInstant),
        one_of("shortage_policy", ShortagePolicy),
        one_of("upstream_visibility", UpstreamVisibility),
        one_of("shown_stock", ShownStock),
        CheckConstraint("seller_id <> buyer_id", name="two_parties"),
        CheckConstraint("valid_until IS NULL OR valid_until > valid_from", name="validity"),
        CheckConstraint("credit_limit >= 0", name="credit_limit"),
        CheckConstraint("minimum_order_value >= 0", name="minimum_order_value"),
        CheckConstraint("minimum_shelf_life_days >= 0", name="minimum_shelf_life_days"),
        CheckConstraint(
            "minimum_shelf_life_percent BETWEEN 1 AND 100", name="minimum_shelf_life_percent"
        ),
        CheckConstraint("payment_days > 0", name="payment_days"),
        CheckConstraint(
            "cash_discount_percent >= 0 AND cash_discount_percent <= 100",
            name="cash_discount_percent",
        ),
        CheckConstraint("automatic_receipt_days > 0", name="automatic_receipt_days"),
        Index(
            "uq_trading_relationship_open",
            "tenant_id",
            "seller_id",
            "buyer_id",
            unique=True,
            postgresql_where=text("valid_until IS NULL"),
        ),
        Index(
            "ix_trading_relationship_shown_upstream",
            "tenant_id",
            "seller_id",
            postgresql_where=text("upstream_visibility = 'ORDERS'"),
        ),
        Index(
            "ix_trading_relationship_end_planned",
            "tenant_id",
            "valid_until",
            postgresql_where=text("end_is_planned"),
        ),
        Index(None, "tenant_id", "buyer_id"),
    )

    seller_id: Mapped[UUID]
    buyer_id: Mapped[UUID]
    level_id: Mapped[UUID | None]
    territory_id: Mapped[UUID | None]
    sales_channel: Mapped[str | None]
    currency: Mapped[str]
    payment_terms: Mapped[str] = mapped_column(default=PaymentTerms.PREPAID)
    payment_gate: Mapped[str] = mapped_column(default=PaymentGate.AFTER_APPROVAL)
    credit_limit: Mapped[Decimal | None] = mapped_column(AMOUNT)
    is_credit_unlimited: Mapped[bool] = mapped_column(default=False)
    price_instant: Mapped[str] = mapped_column(default=PriceInstant.ORDER)
    shortage_policy: Mapped[str] = mapped_column(default=ShortagePolicy.BACKORDER)
    needs_review: Mapped[bool] = mapped_column(default=False)
    minimum_order_value: Mapped[Decimal] = mapped_column(AMOUNT, default=Decimal(0))
    minimum_shelf_life_days: Mapped[int] = mapped_column(default=0)
    minimum_shelf_life_percent: Mapped[int | None]
    delivery_days: Mapped[int] = mapped_column(default=2)
    allocation_priority: Mapped[int] = mapped_column(default=0)
    payment_ways: Mapped[list[Any] | None] = mapped_column(JSONB(none_as_null=True))
    payment_days: Mapped[int | None]
    automatic_receipt_days: Mapped[int | None]
    settles_at_receipt: Mapped[bool] = mapped_column(default=False)
    upstream_visibility: Mapped[str] = mapped_column(default=UpstreamVisibility.NOTHING)
    shown_stock: Mapped[str] = mapped_column(default=ShownStock.YES_NO)
    allows_fallback_price: Mapped[bool] = mapped_column(default=False)
    inherits_prices: Mapped[bool] = mapped_column(default=False)
    cash_discount_percent: Mapped[Decimal] = mapped_column(PERCENT, default=Decimal(0))
    valid_from: Mapped[datetime]
    valid_until: Mapped[datetime | None]
    ended_by_closing: Mapped[bool] = mapped_column(default=False)
    end_is_planned: Mapped[bool] = mapped_column(default=False)
