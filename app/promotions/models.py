"""Trade schemes and their versions, what they have given, coupons, points and membership tiers."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.revisions import Revised
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
from app.promotions.rules.words import (
    BenefitKind,
    BenefitStatus,
    PointsCause,
    SchemeKind,
    SchemeStatus,
)

_VALIDITY = "valid_until IS NULL OR valid_until > valid_from"


class TradeScheme(Identified, Table):
    """A promotion of one seller (R3-16..R3-19); what it says stands in its versions."""

    __tablename__ = "trade_scheme"
    revised = Revised.SCHEMES
    __table_args__ = (
        belongs_to("seller_id", "organisation"),
        belongs_to("created_by_membership_id", "membership"),
        one_of("kind", SchemeKind),
        one_of("status", SchemeStatus),
        UniqueConstraint("tenant_id", "seller_id", "name"),
        Index(None, "tenant_id", "seller_id", "status"),
    )

    seller_id: Mapped[UUID]
    name: Mapped[str]
    kind: Mapped[str] = mapped_column(default=SchemeKind.SECONDARY)
    status: Mapped[str] = mapped_column(default=SchemeStatus.DRAFT)
    created_by_membership_id: Mapped[UUID | None]
    created_at: Mapped[datetime]
    activated_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class TradeSchemeVersion(Identified, Table):
    """What a scheme says for an interval of price instants, as it was known for a time.

    `terms` hold `SchemeTerms`. Rows are closed at `known_until` and written anew, never rewritten.
    """

    __tablename__ = "trade_scheme_version"
    revised = Revised.SCHEMES
    __table_args__ = (
        belongs_to("scheme_id", "trade_scheme"),
        UniqueConstraint("tenant_id", "scheme_id", "number"),
        CheckConstraint(_VALIDITY, name="validity"),
        CheckConstraint("known_until IS NULL OR known_until >= known_from", name="known"),
    )

    scheme_id: Mapped[UUID]
    number: Mapped[int]
    terms: Mapped[dict[str, Any]]
    valid_from: Mapped[datetime]
    valid_until: Mapped[datetime | None]
    known_from: Mapped[datetime]
    known_until: Mapped[datetime | None]


class SchemeBudget(TenantOwned, Table):
    """What a scheme may give in all and has given: money in its currency, goods in base units.

    Counted with one conditional update (Our rule 5); the constraints stand behind it. A scheme
    without limits in all has none: nobody waits for a count that stops nothing.
    """

    __tablename__ = "scheme_budget"
    __table_args__ = (
        belongs_to("scheme_id", "trade_scheme"),
        CheckConstraint("money_used >= 0 AND goods_used >= 0 AND uses >= 0", name="used"),
        CheckConstraint("money_used <= money_limit", name="money"),
        CheckConstraint("goods_used <= goods_limit", name="goods"),
        CheckConstraint("uses <= uses_limit", name="uses"),
    )

    scheme_id: Mapped[UUID] = mapped_column(primary_key=True)
    money_limit: Mapped[Decimal | None] = mapped_column(AMOUNT)
    money_used: Mapped[Decimal] = mapped_column(AMOUNT, default=Decimal(0))
    goods_limit: Mapped[Decimal | None] = mapped_column(QUANTITY)
    goods_used: Mapped[Decimal] = mapped_column(QUANTITY, default=Decimal(0))
    uses_limit: Mapped[int | None]
    uses: Mapped[int] = mapped_column(default=0)


class SchemeStanding(TenantOwned, Table):
    """What one buyer has got of a scheme and has bought under it, in the scheme's currency."""

    __tablename__ = "scheme_standing"
    __table_args__ = (
        belongs_to("scheme_id", "trade_scheme"),
        belongs_to("relationship_id", "trading_relationship"),
        CheckConstraint("money >= 0 AND goods >= 0 AND uses >= 0", name="used"),
        Index(None, "tenant_id", "relationship_id"),
    )

    scheme_id: Mapped[UUID] = mapped_column(primary_key=True)
    relationship_id: Mapped[UUID] = mapped_column(primary_key=True)
    uses: Mapped[int] = mapped_column(default=0)
    money: Mapped[Decimal] = mapped_column(AMOUNT, default=Decimal(0))
    goods: Mapped[Decimal] = mapped_column(QUANTITY, default=Decimal(0))
    purchased_amount: Mapped[Decimal] = mapped_column(AMOUNT, default=Decimal(0))
    purchased_quantity: Mapped[Decimal] = mapped_column(QUANTITY, default=Decimal(0))


class GrantedBenefit(Identified, Table):
    """What one version of a scheme gave to one order's revision, and who will be claimed for it.

    Money is in the order's currency, goods in base units. Given back with a cancelled order.
    """

    __tablename__ = "granted_benefit"
    __table_args__ = (
        belongs_to("scheme_id", "trade_scheme"),
        belongs_to("version_id", "trade_scheme_version"),
        belongs_to("order_id", "orders"),
        belongs_to("relationship_id", "trading_relationship"),
        belongs_to("goods_sku_id", "sku"),
        belongs_to("funder_id", "organisation"),
        one_of("benefit", BenefitKind),
        one_of("status", BenefitStatus),
        CheckConstraint("money >= 0 AND goods >= 0 AND points >= 0", name="given"),
        Index(None, "tenant_id", "order_id"),
        Index(None, "tenant_id", "scheme_id", "relationship_id"),
        Index(None, "tenant_id", "funder_id", "granted_at"),
    )

    scheme_id: Mapped[UUID]
    version_id: Mapped[UUID]
    order_id: Mapped[UUID]
    revision: Mapped[int]
    relationship_id: Mapped[UUID]
    benefit: Mapped[str]
    currency: Mapped[str]
    money: Mapped[Decimal] = mapped_column(AMOUNT, default=Decimal(0))
    goods: Mapped[Decimal] = mapped_column(QUANTITY, default=Decimal(0))
    goods_sku_id: Mapped[UUID | None]
    points: Mapped[int] = mapped_column(default=0)
    rebate: Mapped[Decimal] = mapped_column(AMOUNT, default=Decimal(0))
    qualifying_amount: Mapped[Decimal] = mapped_column(AMOUNT, default=Decimal(0))
    qualifying_quantity: Mapped[Decimal] = mapped_column(QUANTITY, default=Decimal(0))
    funder_id: Mapped[UUID | None]
    funded_percent: Mapped[Decimal] = mapped_column(PERCENT, default=Decimal(0))
    funded_money: Mapped[Decimal] = mapped_column(AMOUNT, default=Decimal(0))
    is_claimable: Mapped[bool] = mapped_column(default=False)
    status: Mapped[str] = mapped_column(default=BenefitStatus.GRANTED)
    granted_at: Mapped[datetime]
    given_back_at: Mapped[datetime | None]


class CountedOrder(TenantOwned, Table):
    """That an order counts towards its buyer's standing, with all that must go back with it.

    `net` is in `currency`; `points_taken` says how many points came from which lot, by lot id.
    """

    __tablename__ = "counted_order"
    __table_args__ = (
        belongs_to("order_id", "orders"),
        belongs_to("relationship_id", "trading_relationship"),
        one_of("status", BenefitStatus),
        CheckConstraint("points_redeemed >= 0", name="points_redeemed"),
        Index(None, "tenant_id", "relationship_id", "counted_at"),
    )

    order_id: Mapped[UUID] = mapped_column(primary_key=True)
    revision: Mapped[int]
    relationship_id: Mapped[UUID]
    currency: Mapped[str]
    net: Mapped[Decimal] = mapped_column(AMOUNT)
    points_redeemed: Mapped[int] = mapped_column(default=0)
    points_taken: Mapped[dict[str, Any]] = mapped_column(default=dict)
    status: Mapped[str] = mapped_column(default=BenefitStatus.GRANTED)
    counted_at: Mapped[datetime]
    given_back_at: Mapped[datetime | None]
    points_earned_at: Mapped[datetime | None]


class Coupon(Identified, Table):
    """A code that lets a scheme speak: for anyone, or for one buyer only (R0-52).

    Codes are a seller's own; `batch_id` groups those that were issued together.
    """

    __tablename__ = "coupon"
    __table_args__ = (
        belongs_to("scheme_id", "trade_scheme"),
        belongs_to("seller_id", "organisation"),
        belongs_to("relationship_id", "trading_relationship"),
        UniqueConstraint("tenant_id", "seller_id", "code"),
        CheckConstraint(_VALIDITY, name="validity"),
        CheckConstraint("uses >= 0 AND uses <= uses_limit", name="uses"),
        Index(None, "tenant_id", "scheme_id"),
        Index(None, "tenant_id", "relationship_id"),
    )

    seller_id: Mapped[UUID]
    scheme_id: Mapped[UUID]
    batch_id: Mapped[UUID]
    relationship_id: Mapped[UUID | None]
    code: Mapped[str]
    uses_limit: Mapped[int] = mapped_column(default=1)
    uses: Mapped[int] = mapped_column(default=0)
    valid_from: Mapped[datetime]
    valid_until: Mapped[datetime | None]
    issued_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class CouponUse(TenantOwned, Table):
    """That an order used a coupon; given back with a cancelled order."""

    __tablename__ = "coupon_use"
    __table_args__ = (
        belongs_to("coupon_id", "coupon"),
        belongs_to("order_id", "orders"),
        one_of("status", BenefitStatus),
        Index(None, "tenant_id", "order_id"),
    )

    coupon_id: Mapped[UUID] = mapped_column(primary_key=True)
    order_id: Mapped[UUID] = mapped_column(primary_key=True)
    revision: Mapped[int]
    status: Mapped[str] = mapped_column(default=BenefitStatus.GRANTED)
    used_at: Mapped[datetime]


class PointsProgramme(TenantOwned, Table):
    """What a seller's points are worth and how long they last (R0-51).

    `value_per_point` is in `currency`; without `days_valid` points do not expire.
    """

    __tablename__ = "points_programme"
    __table_args__ = (
        belongs_to("seller_id", "organisation"),
        CheckConstraint("value_per_point > 0", name="value_per_point"),
        CheckConstraint("days_valid > 0", name="days_valid"),
    )

    seller_id: Mapped[UUID] = mapped_column(primary_key=True)
    currency: Mapped[str]
    value_per_point: Mapped[Decimal] = mapped_column(AMOUNT)
    days_valid: Mapped[int | None]
    changed_at: Mapped[datetime]


class MembershipTier(Identified, Table):
    """A class of long-term buyers that spend earns (R0-53); its benefits are schemes for it.

    Reached with net purchases of `threshold`, in `currency`, within the last 365 days.
    """

    __tablename__ = "membership_tier"
    __table_args__ = (
        belongs_to("seller_id", "organisation"),
        UniqueConstraint("tenant_id", "seller_id", "name"),
        CheckConstraint("threshold >= 0", name="threshold"),
    )

    seller_id: Mapped[UUID]
    name: Mapped[str]
    currency: Mapped[str]
    threshold: Mapped[Decimal] = mapped_column(AMOUNT)
    created_at: Mapped[datetime]


class BuyerStanding(TenantOwned, Table):
    """How a buyer stands with a seller: orders placed, points, membership tier."""

    __tablename__ = "buyer_standing"
    __table_args__ = (
        belongs_to("relationship_id", "trading_relationship"),
        belongs_to("membership_tier_id", "membership_tier"),
        CheckConstraint("points >= 0", name="points"),
        CheckConstraint("orders_placed >= 0", name="orders_placed"),
    )

    relationship_id: Mapped[UUID] = mapped_column(primary_key=True)
    orders_placed: Mapped[int] = mapped_column(default=0)
    points: Mapped[int] = mapped_column(default=0)
    purchased_amount: Mapped[Decimal] = mapped_column(AMOUNT, default=Decimal(0))
    membership_tier_id: Mapped[UUID | None]
    changed_at: Mapped[datetime]


class PointsLot(Identified, Table):
    """Points earned together; the first to expire are spent first."""

    __tablename__ = "points_lot"
    __table_args__ = (
        belongs_to("relationship_id", "trading_relationship"),
        belongs_to("order_id", "orders"),
        CheckConstraint("remaining >= 0 AND remaining <= points", name="remaining"),
        Index(None, "tenant_id", "relationship_id", "expires_at"),
        Index(None, "tenant_id", "order_id"),
    )

    relationship_id: Mapped[UUID]
    order_id: Mapped[UUID | None]
    points: Mapped[int]
    remaining: Mapped[int]
    earned_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]


class PointsEntry(Identified, Table):
    """One movement of points; the balance is their sum. Append-only."""

    __tablename__ = "points_entry"
    __table_args__ = (
        belongs_to("relationship_id", "trading_relationship"),
        belongs_to("order_id", "orders"),
        one_of("cause", PointsCause),
        Index(None, "tenant_id", "relationship_id", "recorded_at"),
        Index(None, "tenant_id", "order_id"),
    )

    relationship_id: Mapped[UUID]
    order_id: Mapped[UUID | None]
    cause: Mapped[str]
    points: Mapped[int]
    reason: Mapped[str] = mapped_column(default="")
    recorded_at: Mapped[datetime]
