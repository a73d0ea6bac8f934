"""Tables of assortments: what is in them, and to whom they are given."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.assortments.rules import AssortmentPurpose
from app.db.revisions import Revised
from app.db.tables import Identified, Table, belongs_to, one_of


class Assortment(Identified, Table):
    """A seller's list of goods: all that it sells to some buyers, or what they must sell."""

    __tablename__ = "assortment"
    revised = Revised.PARTIES
    __table_args__ = (
        belongs_to("seller_id", "organisation"),
        one_of("purpose", AssortmentPurpose),
        UniqueConstraint("tenant_id", "seller_id", "name"),
    )

    seller_id: Mapped[UUID]
    name: Mapped[str]
    purpose: Mapped[str]
    created_at: Mapped[datetime]


class AssortmentGoods(Identified, Table):
    """A SKU, a brand, or a category with all below it, that is in an assortment."""

    __tablename__ = "assortment_goods"
    revised = Revised.PARTIES
    __table_args__ = (
        belongs_to("assortment_id", "assortment"),
        belongs_to("sku_id", "sku"),
        belongs_to("brand_id", "brand"),
        belongs_to("category_id", "category"),
        CheckConstraint("num_nonnulls(sku_id, brand_id, category_id) = 1", name="one_kind"),
        UniqueConstraint(
            "tenant_id",
            "assortment_id",
            "sku_id",
            "brand_id",
            "category_id",
            name="uq_assortment_goods_once",
            postgresql_nulls_not_distinct=True,
        ),
    )

    assortment_id: Mapped[UUID]
    sku_id: Mapped[UUID | None]
    brand_id: Mapped[UUID | None]
    category_id: Mapped[UUID | None]


class AssortmentAudience(Identified, Table):
    """To whom an assortment is given, and for how long: one customer, a level, or a group."""

    __tablename__ = "assortment_audience"
    revised = Revised.PARTIES
    __table_args__ = (
        belongs_to("assortment_id", "assortment"),
        belongs_to("relationship_id", "trading_relationship"),
        belongs_to("level_id", "customer_level"),
        belongs_to("group_id", "customer_group"),
        CheckConstraint(
            "num_nonnulls(relationship_id, level_id, group_id) = 1", name="one_audience"
        ),
        CheckConstraint("valid_until IS NULL OR valid_until > valid_from", name="validity"),
        UniqueConstraint(
            "tenant_id",
            "assortment_id",
            "relationship_id",
            "level_id",
            "group_id",
            name="uq_assortment_audience_once",
            postgresql_nulls_not_distinct=True,
        ),
        Index(None, "tenant_id", "relationship_id"),
        Index(None, "tenant_id", "level_id"),
        Index(None, "tenant_id", "group_id"),
    )

    assortment_id: Mapped[UUID]
    relationship_id: Mapped[UUID | None]
    level_id: Mapped[UUID | None]
    group_id: Mapped[UUID | None]
    valid_from: Mapped[datetime]
    valid_until: Mapped[datetime | None] = mapped_column(default=None)
