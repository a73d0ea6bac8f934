"""Price lists and their entries on two time axes: when a price counts, and when it was known.

`valid_from` and `valid_until` say for which price instants a row answers; `known_from` and
`known_until` from when to when it was what the seller had written down. A row is never rewritten
and never deleted: what changes is closed at `known_until` and written anew, so that a price can be
asked for any instant as it was known at any instant.
"""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.revisions import Revised
from app.db.tables import AMOUNT, PERCENT, QUANTITY, Identified, Table, belongs_to, one_of
from app.kernel.quantity import PackagingLevel
from app.organisations.models import SalesChannel
from app.pricing.rules import BreakType, Combination, ContractRule, PriceKind
from app.pricing.rules.basis import BreakBasis
from app.pricing.rules.change import BandAudience, ChangeSetStatus, OutsideBand
from app.pricing.rules.guards import GuardKind

LIST_KINDS = (
    PriceKind.CONTRACT,
    PriceKind.BUYER,
    PriceKind.LEVEL,
    PriceKind.GROUP,
    PriceKind.TERRITORY,
    PriceKind.CHANNEL,
    PriceKind.BASE,
)
"""The kinds that a list can have; the other kinds of the waterfall are made from lists."""

_SCOPE = "sku_id IS NULL OR (brand_id IS NULL AND category_id IS NULL)"
_VALIDITY = "valid_until IS NULL OR valid_until > valid_from"
_KNOWN = "known_until IS NULL OR known_until >= known_from"


class PriceList(Identified, Table):
    """A seller's prices for some of its buyers; what can change of it stands in its terms."""

    __tablename__ = "price_list"
    revised = Revised.PRICES
    __table_args__ = (
        belongs_to("seller_id", "organisation"),
        belongs_to("level_id", "customer_level"),
        belongs_to("relationship_id", "trading_relationship"),
        belongs_to("group_id", "customer_group"),
        belongs_to("territory_id", "territory"),
        one_of("kind", LIST_KINDS),
        one_of("sales_channel", SalesChannel),
        CheckConstraint("(kind = 'LEVEL') = (level_id IS NOT NULL)", name="level"),
        CheckConstraint(
            "(kind IN ('CONTRACT', 'BUYER')) = (relationship_id IS NOT NULL)", name="relationship"
        ),
        CheckConstraint("(kind = 'GROUP') = (group_id IS NOT NULL)", name="group"),
        CheckConstraint("(kind = 'TERRITORY') = (territory_id IS NOT NULL)", name="territory"),
        CheckConstraint("(kind = 'CHANNEL') = (sales_channel IS NOT NULL)", name="channel"),
        Index(None, "tenant_id", "seller_id", "currency"),
    )

    seller_id: Mapped[UUID]
    kind: Mapped[str]
    level_id: Mapped[UUID | None]
    relationship_id: Mapped[UUID | None]
    group_id: Mapped[UUID | None]
    territory_id: Mapped[UUID | None]
    sales_channel: Mapped[str | None]
    name: Mapped[str]
    currency: Mapped[str]
    is_tax_inclusive: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]


class PriceListTerms(Identified, Table):
    """What a list says beside its prices, for an interval of price instants, as known for a time.

    With a `parent_id` the list derives from another of the same seller: every price of the parent
    times `percent` (100 leaves it), plus `amount_added`, rounded half up to a `multiple`, then
    held between `floor` and `ceiling`, all per unit of the parent's row (Our rule 3). A list that
    `is_inheritable` prices for sellers further down whose relationship inherits.
    """

    __tablename__ = "price_list_terms"
    revised = Revised.PRICES
    __table_args__ = (
        belongs_to("price_list_id", "price_list"),
        belongs_to("parent_id", "price_list"),
        one_of("combination", Combination),
        one_of("contract_rule", ContractRule),
        one_of("break_type", BreakType),
        one_of("break_basis", BreakBasis),
        CheckConstraint(_VALIDITY, name="validity"),
        CheckConstraint(_KNOWN, name="known"),
        CheckConstraint("percent >= 0", name="percent"),
        CheckConstraint("multiple > 0", name="multiple"),
        CheckConstraint("floor >= 0", name="floor"),
        CheckConstraint("ceiling >= floor", name="ceiling"),
        CheckConstraint(
            "break_type <> 'GRADUATED' OR break_basis IN ('LINE', 'SKU')", name="graduated"
        ),
        Index(None, "tenant_id", "price_list_id"),
        Index(None, "tenant_id", "parent_id"),
    )

    price_list_id: Mapped[UUID]
    priority: Mapped[int] = mapped_column(default=0)
    combination: Mapped[str] = mapped_column(default=Combination.BY_BREAK)
    contract_rule: Mapped[str] = mapped_column(default=ContractRule.CONTRACT_WINS)
    break_type: Mapped[str] = mapped_column(default=BreakType.ALL_UNITS)
    break_basis: Mapped[str] = mapped_column(default=BreakBasis.SKU)
    is_promotable: Mapped[bool] = mapped_column(default=True)
    is_inheritable: Mapped[bool] = mapped_column(default=False)
    parent_id: Mapped[UUID | None]
    percent: Mapped[Decimal] = mapped_column(PERCENT, default=Decimal(100))
    amount_added: Mapped[Decimal] = mapped_column(AMOUNT, default=Decimal(0))
    multiple: Mapped[Decimal | None] = mapped_column(AMOUNT)
    floor: Mapped[Decimal | None] = mapped_column(AMOUNT)
    ceiling: Mapped[Decimal | None] = mapped_column(AMOUNT)
    valid_from: Mapped[datetime]
    valid_until: Mapped[datetime | None]
    known_from: Mapped[datetime]
    known_until: Mapped[datetime | None]


class PriceEntry(Identified, Table):
    """One rung of a ladder: from a quantity in pieces on, an amount a packaging unit or a percent.

    It is for a SKU, or for a brand and category, or a category with all below it, or, when all
    three are empty, for everything. `percent_of_list` is of the seller's base price (P1). Rows
    of one key may overlap in time: the later start wins.
    """

    __tablename__ = "price_entry"
    revised = Revised.PRICES
    __table_args__ = (
        belongs_to("price_list_id", "price_list"),
        belongs_to("sku_id", "sku"),
        belongs_to("brand_id", "brand"),
        belongs_to("category_id", "category"),
        one_of("packaging_level", PackagingLevel),
        CheckConstraint("(amount IS NULL) <> (percent_of_list IS NULL)", name="amount_or_percent"),
        CheckConstraint("amount >= 0", name="amount"),
        CheckConstraint("percent_of_list >= 0", name="percent_of_list"),
        CheckConstraint("from_quantity >= 0", name="from_quantity"),
        CheckConstraint("amount IS NULL OR sku_id IS NOT NULL", name="amount_of_sku"),
        CheckConstraint(_SCOPE, name="scope"),
        CheckConstraint(_VALIDITY, name="validity"),
        CheckConstraint(_KNOWN, name="known"),
        # No more than these: a large change spends most of its time on keeping them.
        Index(None, "tenant_id", "price_list_id", "sku_id"),
        Index(None, "tenant_id", "change_set_id", postgresql_where=text("known_until IS NULL")),
    )

    price_list_id: Mapped[UUID]
    sku_id: Mapped[UUID | None]
    brand_id: Mapped[UUID | None]
    category_id: Mapped[UUID | None]
    packaging_level: Mapped[str | None]
    from_quantity: Mapped[Decimal] = mapped_column(QUANTITY, default=Decimal(0))
    amount: Mapped[Decimal | None] = mapped_column(AMOUNT)
    percent_of_list: Mapped[Decimal | None] = mapped_column(PERCENT)
    valid_from: Mapped[datetime]
    valid_until: Mapped[datetime | None]
    known_from: Mapped[datetime]
    known_until: Mapped[datetime | None]
    # No foreign key: nobody types it, it is copied from the set that is being carried out, and
    # checking it for each of many rows would take as long as writing them.
    change_set_id: Mapped[UUID | None]


class PriceChangeSet(Identified, Table):
    """A price change that four eyes see: drafted by one person, approved by another.

    `effective_from` and `effective_until` are for rows that do not name their own interval.
    """

    __tablename__ = "price_change_set"
    __table_args__ = (
        belongs_to("seller_id", "organisation"),
        belongs_to("created_by_membership_id", "membership"),
        belongs_to("changed_by_membership_id", "membership"),
        belongs_to("submitted_by_membership_id", "membership"),
        belongs_to("decided_by_membership_id", "membership"),
        one_of("status", ChangeSetStatus),
        CheckConstraint(
            "effective_until IS NULL OR effective_until > effective_from", name="validity"
        ),
        Index(None, "tenant_id", "seller_id", "created_at", "id"),
    )

    seller_id: Mapped[UUID]
    name: Mapped[str]
    status: Mapped[str] = mapped_column(default=ChangeSetStatus.DRAFT)
    effective_from: Mapped[datetime]
    effective_until: Mapped[datetime | None]
    created_by_membership_id: Mapped[UUID | None]
    created_at: Mapped[datetime]
    changed_by_membership_id: Mapped[UUID | None]
    submitted_by_membership_id: Mapped[UUID | None]
    submitted_at: Mapped[datetime | None]
    decided_by_membership_id: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    rolled_back_at: Mapped[datetime | None]


class PriceChangeRow(Identified, Table):
    """One price that a change set sets, or takes away; `position` counts from 1."""

    __tablename__ = "price_change_row"
    __table_args__ = (
        belongs_to("change_set_id", "price_change_set"),
        belongs_to("price_list_id", "price_list"),
        belongs_to("sku_id", "sku"),
        belongs_to("brand_id", "brand"),
        belongs_to("category_id", "category"),
        one_of("packaging_level", PackagingLevel),
        CheckConstraint(
            "is_removed = (amount IS NULL AND percent_of_list IS NULL)", name="removed_or_priced"
        ),
        CheckConstraint("amount IS NULL OR percent_of_list IS NULL", name="amount_or_percent"),
        CheckConstraint("amount >= 0", name="amount"),
        CheckConstraint("percent_of_list >= 0", name="percent_of_list"),
        CheckConstraint("from_quantity >= 0", name="from_quantity"),
        CheckConstraint("amount IS NULL OR sku_id IS NOT NULL", name="amount_of_sku"),
        CheckConstraint(_SCOPE, name="scope"),
        CheckConstraint(_VALIDITY, name="validity"),
        Index(None, "tenant_id", "change_set_id", "position"),
        Index(None, "tenant_id", "price_list_id", "sku_id"),
    )

    change_set_id: Mapped[UUID]
    position: Mapped[int]
    price_list_id: Mapped[UUID]
    sku_id: Mapped[UUID | None]
    brand_id: Mapped[UUID | None]
    category_id: Mapped[UUID | None]
    packaging_level: Mapped[str | None]
    from_quantity: Mapped[Decimal] = mapped_column(QUANTITY, default=Decimal(0))
    amount: Mapped[Decimal | None] = mapped_column(AMOUNT)
    percent_of_list: Mapped[Decimal | None] = mapped_column(PERCENT)
    is_removed: Mapped[bool] = mapped_column(default=False)
    valid_from: Mapped[datetime]
    valid_until: Mapped[datetime | None]


class PriceBand(Identified, Table):
    """Within what an organisation, or the buyers below it, may sell: bounded delegation.

    Prices are per piece, or per `packaging_level`, without tax, in `currency`; the margin is
    percent of the selling price over the seller's own purchase price. Retail prices are for the
    shelf. A buyer sees the floor only where `is_floor_visible`.
    """

    __tablename__ = "price_band"
    revised = Revised.PRICES
    __table_args__ = (
        belongs_to("grantor_id", "organisation"),
        belongs_to("relationship_id", "trading_relationship"),
        belongs_to("level_id", "customer_level"),
        belongs_to("sku_id", "sku"),
        belongs_to("category_id", "category"),
        one_of("audience", BandAudience),
        one_of("packaging_level", PackagingLevel),
        one_of("outside", OutsideBand),
        CheckConstraint(
            "(audience = 'RELATIONSHIP') = (relationship_id IS NOT NULL)", name="relationship"
        ),
        CheckConstraint("(audience = 'LEVEL') = (level_id IS NOT NULL)", name="level"),
        CheckConstraint("sku_id IS NULL OR category_id IS NULL", name="scope"),
        CheckConstraint("floor >= 0", name="floor"),
        CheckConstraint("ceiling >= floor", name="ceiling"),
        CheckConstraint("minimum_margin_percent < 100", name="minimum_margin_percent"),
        CheckConstraint("recommended_retail_price >= 0", name="recommended_retail_price"),
        CheckConstraint(
            "maximum_retail_price >= recommended_retail_price", name="maximum_retail_price"
        ),
        CheckConstraint(_VALIDITY, name="validity"),
        Index(None, "tenant_id", "grantor_id", "sku_id"),
        Index(None, "tenant_id", "relationship_id"),
    )

    grantor_id: Mapped[UUID]
    audience: Mapped[str]
    relationship_id: Mapped[UUID | None]
    level_id: Mapped[UUID | None]
    sku_id: Mapped[UUID | None]
    category_id: Mapped[UUID | None]
    currency: Mapped[str]
    packaging_level: Mapped[str | None]
    floor: Mapped[Decimal | None] = mapped_column(AMOUNT)
    ceiling: Mapped[Decimal | None] = mapped_column(AMOUNT)
    minimum_margin_percent: Mapped[Decimal | None] = mapped_column(PERCENT)
    recommended_retail_price: Mapped[Decimal | None] = mapped_column(AMOUNT)
    maximum_retail_price: Mapped[Decimal | None] = mapped_column(AMOUNT)
    outside: Mapped[str] = mapped_column(default=OutsideBand.REFUSE)
    is_floor_visible: Mapped[bool] = mapped_column(default=False)
    valid_from: Mapped[datetime]
    valid_until: Mapped[datetime | None]
    created_at: Mapped[datetime]


class PriceOutsideBand(Identified, Table):
    """A proposed price that a grantor is asked about, as it was when the request was made.

    `granted_limit` is what the grantor's band said: a price per piece without tax, or for a MARGIN
    a percent. It is all of a change set that the grantor gets to see.
    """

    __tablename__ = "price_outside_band"
    __table_args__ = (
        belongs_to("approval_step_id", "approval_step"),
        belongs_to("sku_id", "sku"),
        one_of("packaging_level", PackagingLevel),
        one_of("kind", GuardKind),
        Index(None, "tenant_id", "approval_step_id", "position"),
    )

    approval_step_id: Mapped[UUID]
    position: Mapped[int]
    sku_id: Mapped[UUID]
    packaging_level: Mapped[str | None]
    amount: Mapped[Decimal] = mapped_column(AMOUNT)
    currency: Mapped[str]
    is_tax_inclusive: Mapped[bool]
    begins_at: Mapped[datetime]
    kind: Mapped[str]
    granted_limit: Mapped[Decimal] = mapped_column(AMOUNT)


class DiscountAuthority(Identified, Table):
    """How far a role, or one person, may go below the price by hand, in percent (R3-50).

    A person's own limit counts before those of the roles held; of several roles the highest.
    """

    __tablename__ = "discount_authority"
    __table_args__ = (
        belongs_to("organisation_id", "organisation"),
        belongs_to("role_id", "role"),
        belongs_to("membership_id", "membership"),
        CheckConstraint("(role_id IS NULL) <> (membership_id IS NULL)", name="role_or_person"),
        CheckConstraint("limit_percent >= 0 AND limit_percent <= 100", name="limit_percent"),
        Index(
            "uq_discount_authority_holder",
            "tenant_id",
            "organisation_id",
            "role_id",
            "membership_id",
            unique=True,
            postgresql_nulls_not_distinct=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    organisation_id: Mapped[UUID]
    role_id: Mapped[UUID | None]
    membership_id: Mapped[UUID | None]
    limit_percent: Mapped[Decimal] = mapped_column(PERCENT)
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
