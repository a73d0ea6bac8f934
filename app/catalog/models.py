"""Tables of what can be traded."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint, text
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
from app.kernel.quantity import PackagingLevel


class ListingStatus(StrEnum):
    """Whether a product can be ordered (R3-7, R3-8)."""

    DRAFT = "DRAFT"
    LISTED = "LISTED"
    DELISTED = "DELISTED"


class Brand(Identified, Table):
    """A brand under which products are sold."""

    __tablename__ = "brand"
    revised = Revised.CATALOGUE
    __table_args__ = (UniqueConstraint("tenant_id", "name"),)

    name: Mapped[str]


class Category(Identified, Table):
    """A node of the tenant's tree of product categories (R0-9).

    The organisation that made it changes it; of those of a release before, whoever stands at the
    top of the network. Into a retired one no product goes any more.
    """

    __tablename__ = "category"
    revised = Revised.CATALOGUE
    __table_args__ = (
        belongs_to("parent_id", "category"),
        belongs_to("made_by_organisation_id", "organisation"),
        UniqueConstraint("tenant_id", "parent_id", "name", postgresql_nulls_not_distinct=True),
    )

    parent_id: Mapped[UUID | None]
    name: Mapped[str]
    language: Mapped[str | None]
    made_by_organisation_id: Mapped[UUID | None]
    retired_at: Mapped[datetime | None]


class CategoryName(TenantOwned, Table):
    """What a category is called in another language."""

    __tablename__ = "category_name"
    revised = Revised.CATALOGUE
    __table_args__ = (belongs_to("category_id", "category"),)

    category_id: Mapped[UUID] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]


class CategoryAncestry(TenantOwned, Table):
    """Every pair of a category and one above it, itself included at distance 0."""

    __tablename__ = "category_ancestry"
    revised = Revised.CATALOGUE
    __table_args__ = (
        belongs_to("ancestor_id", "category"),
        belongs_to("descendant_id", "category"),
        Index(None, "tenant_id", "descendant_id"),
    )

    ancestor_id: Mapped[UUID] = mapped_column(primary_key=True)
    descendant_id: Mapped[UUID] = mapped_column(primary_key=True)
    distance: Mapped[int]


class TaxCategory(Identified, Table):
    """A rate of value-added tax in percent (13 means 13 %)."""

    __tablename__ = "tax_category"
    revised = Revised.CATALOGUE
    __table_args__ = (
        UniqueConstraint("tenant_id", "name"),
        CheckConstraint("rate_percent >= 0 AND rate_percent <= 100", name="rate_percent"),
    )

    name: Mapped[str]
    rate_percent: Mapped[Decimal] = mapped_column(PERCENT)


class Product(Identified, Table):
    """Something the network trades; the owner, usually the brand, keeps its data (R3-9).

    `language` is that of its name and description, where that was told. `indexed_as` is the name
    under which its search terms were written; none, or another than its name, where a server of
    the release before wrote since (decision 37).
    """

    __tablename__ = "product"
    revised = Revised.CATALOGUE
    __table_args__ = (
        belongs_to("owner_id", "organisation"),
        belongs_to("brand_id", "brand"),
        belongs_to("category_id", "category"),
        one_of("status", ListingStatus),
        Index(None, "tenant_id", "status", "name", "id"),
        Index(None, "tenant_id", "category_id"),
        Index(
            "ix_product_unindexed",
            "tenant_id",
            "id",
            postgresql_where=text("indexed_as IS DISTINCT FROM name"),
        ),
    )

    owner_id: Mapped[UUID]
    brand_id: Mapped[UUID]
    category_id: Mapped[UUID]
    name: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    language: Mapped[str | None]
    status: Mapped[str] = mapped_column(default=ListingStatus.DRAFT)
    created_at: Mapped[datetime]
    listed_at: Mapped[datetime | None]
    indexed_as: Mapped[str | None]


class ProductText(TenantOwned, Table):
    """A product's name and description in another language; it is found by that name too."""

    __tablename__ = "product_text"
    revised = Revised.CATALOGUE
    __table_args__ = (belongs_to("product_id", "product"),)

    product_id: Mapped[UUID] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    description: Mapped[str]


class ProductImage(Identified, Table):
    """A picture of a product and its thumbnail; of those of a product the first is the main one.

    `alt` says what it shows to who cannot see it, in the language of the product.
    """

    __tablename__ = "product_image"
    __table_args__ = (
        belongs_to("product_id", "product"),
        belongs_to("file_id", "stored_file"),
        belongs_to("thumbnail_id", "stored_file"),
        Index(None, "tenant_id", "product_id"),
        Index(None, "tenant_id", "file_id"),
        Index(None, "tenant_id", "thumbnail_id"),
    )

    product_id: Mapped[UUID]
    file_id: Mapped[UUID]
    thumbnail_id: Mapped[UUID]
    place: Mapped[int]
    alt: Mapped[str]


class ProductImageText(TenantOwned, Table):
    """What an image shows, said in another language."""

    __tablename__ = "product_image_text"
    __table_args__ = (belongs_to("image_id", "product_image", on_delete="CASCADE"),)

    image_id: Mapped[UUID] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(primary_key=True)
    alt: Mapped[str]


class SearchTerm(TenantOwned, Table):
    """A term by which a product is found, read by equality and by its beginning (decision 37)."""

    __tablename__ = "search_term"
    __table_args__ = (
        belongs_to("product_id", "product"),
        Index(None, "tenant_id", "product_id"),
    )

    term: Mapped[str] = mapped_column(Text(collation="C"), primary_key=True)
    product_id: Mapped[UUID] = mapped_column(primary_key=True)


class Sku(Identified, Table):
    """The thing that is counted: a product in one size; its piece is the base unit.

    `owner_id` is its product's, and stands here for the key: a code is its owner's own. It is
    empty only where a server of the release before has written since (decision 30).
    """

    __tablename__ = "sku"
    revised = Revised.CATALOGUE
    __table_args__ = (
        belongs_to("product_id", "product"),
        belongs_to("tax_category_id", "tax_category"),
        Index("uq_sku_owner_code", "tenant_id", "owner_id", "code", unique=True),
        Index("ix_sku_code", "tenant_id", "code", "id"),
        Index(None, "tenant_id", "product_id"),
        CheckConstraint("shelf_life_days > 0", name="shelf_life_days"),
    )

    product_id: Mapped[UUID]
    owner_id: Mapped[UUID | None]
    tax_category_id: Mapped[UUID]
    code: Mapped[str]
    name: Mapped[str]
    shelf_life_days: Mapped[int | None]


class SkuText(TenantOwned, Table):
    """A SKU's name in a language in which its product has a text."""

    __tablename__ = "sku_text"
    revised = Revised.CATALOGUE
    __table_args__ = (belongs_to("sku_id", "sku"),)

    sku_id: Mapped[UUID] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]


class ReturnableContainer(Identified, Table):
    """A bottle, crate or keg that comes back; `deposit` is for one of it, in `currency` (P13)."""

    __tablename__ = "returnable_container"
    revised = Revised.CATALOGUE
    __table_args__ = (
        UniqueConstraint("tenant_id", "name"),
        CheckConstraint("deposit >= 0", name="deposit"),
    )

    name: Mapped[str]
    deposit: Mapped[Decimal] = mapped_column(AMOUNT)
    currency: Mapped[str]


class SkuPackaging(TenantOwned, Table):
    """How many pieces one piece, inner, case or pallet of a SKU holds: an exact factor.

    Each packaging unit of a level, and of every level within it, stands in one `container_id`: a
    case of 24 bottles has its crate and 24 bottles. `owner_id` is its SKU's: a GTIN names one pack
    of each owner's, as what others call by it may not be known (decision 30).
    """

    __tablename__ = "sku_packaging"
    revised = Revised.CATALOGUE
    __table_args__ = (
        belongs_to("sku_id", "sku"),
        belongs_to("container_id", "returnable_container"),
        one_of("level", PackagingLevel),
        CheckConstraint("factor > 0", name="factor"),
        CheckConstraint("level <> 'PIECE' OR factor = 1", name="piece_is_base"),
        Index("uq_sku_packaging_owner_gtin", "tenant_id", "owner_id", "gtin", unique=True),
    )

    sku_id: Mapped[UUID] = mapped_column(primary_key=True)
    level: Mapped[str] = mapped_column(primary_key=True)
    factor: Mapped[Decimal] = mapped_column(QUANTITY)
    owner_id: Mapped[UUID | None]
    gtin: Mapped[str | None]
    container_id: Mapped[UUID | None]


class QuantityRule(Identified, Table):
    """In which quantities a seller sells a SKU: to one buyer, to a level, or to everybody.

    Limits are pieces in one order, over all lines of the SKU; the narrowest rule alone binds.
    """

    __tablename__ = "quantity_rule"
    revised = Revised.CATALOGUE
    __table_args__ = (
        belongs_to("seller_id", "organisation"),
        belongs_to("sku_id", "sku"),
        belongs_to("level_id", "customer_level"),
        belongs_to("relationship_id", "trading_relationship"),
        CheckConstraint("minimum > 0", name="minimum"),
        CheckConstraint("maximum > 0", name="maximum"),
        CheckConstraint("multiple > 0", name="multiple"),
        CheckConstraint("level_id IS NULL OR relationship_id IS NULL", name="one_audience"),
        UniqueConstraint(
            "tenant_id",
            "seller_id",
            "sku_id",
            "level_id",
            "relationship_id",
            name="uq_quantity_rule_audience",
            postgresql_nulls_not_distinct=True,
        ),
        Index(None, "tenant_id", "sku_id"),
    )

    seller_id: Mapped[UUID]
    sku_id: Mapped[UUID]
    level_id: Mapped[UUID | None]
    relationship_id: Mapped[UUID | None]
    minimum: Mapped[Decimal | None] = mapped_column(QUANTITY)
    maximum: Mapped[Decimal | None] = mapped_column(QUANTITY)
    multiple: Mapped[Decimal | None] = mapped_column(QUANTITY)


class SkuSubstitute(TenantOwned, Table):
    """That a SKU is offered where another is short; `place` counts from 0, the best first."""

    __tablename__ = "sku_substitute"
    __table_args__ = (
        belongs_to("sku_id", "sku"),
        belongs_to("substitute_id", "sku"),
        CheckConstraint("sku_id <> substitute_id", name="another"),
    )

    sku_id: Mapped[UUID] = mapped_column(primary_key=True)
    substitute_id: Mapped[UUID] = mapped_column(primary_key=True)
    place: Mapped[int]
