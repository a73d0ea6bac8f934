"""Price lists and their entries; old versions stay: an order's price must be explainable."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db.tables import AMOUNT, PERCENT, QUANTITY, Identified, Table, belongs_to, one_of
from app.kernel.quantity import PackagingLevel
from app.pricing.rules import BreakType, Combination, ContractRule, PriceKind

LIST_KINDS = (PriceKind.CONTRACT, PriceKind.BUYER, PriceKind.LEVEL, PriceKind.BASE)
"""The kinds that a list can have; the other kinds of the waterfall stand on no list yet."""


class PriceList(Identified, Table):
    """A seller's prices for some of its buyers, valid for a half-open interval in UTC."""

    __tablename__ = "price_list"
    __table_args__ = (
        belongs_to("seller_id", "organisation"),
        belongs_to("level_id", "customer_level"),
        belongs_to("relationship_id", "trading_relationship"),
        one_of("kind", LIST_KINDS),
        one_of("combination", Combination),
        one_of("contract_rule", ContractRule),
        one_of("break_type", BreakType),
        CheckConstraint("(kind = 'LEVEL') = (level_id IS NOT NULL)", name="level"),
        CheckConstraint(
            "(kind IN ('CONTRACT', 'BUYER')) = (relationship_id IS NOT NULL)", name="relationship"
        ),
        CheckConstraint("valid_until IS NULL OR valid_until > valid_from", name="validity"),
        Index(None, "tenant_id", "seller_id", "currency"),
    )

    seller_id: Mapped[UUID]
    kind: Mapped[str]
    level_id: Mapped[UUID | None]
    relationship_id: Mapped[UUID | None]
    name: Mapped[str]
    currency: Mapped[str]
    priority: Mapped[int] = mapped_column(default=0)
    is_tax_inclusive: Mapped[bool] = mapped_column(default=False)
    combination: Mapped[str] = mapped_column(default=Combination.BY_BREAK)
    contract_rule: Mapped[str] = mapped_column(default=ContractRule.CONTRACT_WINS)
    break_type: Mapped[str] = mapped_column(default=BreakType.ALL_UNITS)
    valid_from: Mapped[datetime]
    valid_until: Mapped[datetime | None]
    created_at: Mapped[datetime]


class PriceEntry(Identified, Table):
    """One rung of a ladder: from a quantity in pieces on, an amount a packaging unit or a percent.

    It is for a SKU, or for a brand and category, or a category with all below it, or, when all
    three are empty, for everything. `percent_of_list` is of the seller's base price (P1).
    """

    __tablename__ = "price_entry"
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
        CheckConstraint(
            "sku_id IS NULL OR (brand_id IS NULL AND category_id IS NULL)", name="scope"
        ),
        CheckConstraint("valid_until IS NULL OR valid_until > valid_from", name="validity"),
        Index(None, "tenant_id", "price_list_id", "sku_id"),
        Index(None, "tenant_id", "sku_id"),
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
    created_at: Mapped[datetime]
