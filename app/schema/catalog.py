"""The catalogue: products, their SKUs and packs, brands, categories and taxes (R3-7..R3-9)."""
# pyright: reportIncompatibleMethodOverride=false
# Relay types `resolve_nodes` wider than it calls it.

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

import strawberry
from strawberry import relay

from app.catalog import models, queries
from app.catalog.models import ListingStatus
from app.catalog.operations import Sized, TextsIn
from app.kernel.kept import Keeper
from app.kernel.quantity import PackagingLevel
from app.schema.batch import batch, given, in_order, shared
from app.schema.catalog_texts import LocalName, ProductText, all_texts, local, local_names
from app.schema.containers import ReturnableContainer, containers_by_id
from app.schema.context import Info
from app.schema.cost import list_size
from app.schema.organisations import Organisation, organisations_by_id
from app.schema.product_images import ProductImage, images_by_product

for _words in (ListingStatus, PackagingLevel):
    strawberry.enum(_words, description=_words.__doc__)


@strawberry.type
class Brand(relay.Node):
    """A brand under which products are sold."""

    id: relay.NodeID[UUID]
    name: str

    @classmethod
    def of(cls, row: models.Brand) -> "Brand":
        """Show a brand."""
        return cls(id=row.id, name=row.name)

    @classmethod
    async def resolve_nodes(
        cls, *, info: Info, node_ids: Iterable[str], required: bool = False
    ) -> list["Brand | None"]:
        """Load by global id; unknown and foreign ids give null."""
        del required
        return await brands_by_id(info, [UUID(key) for key in node_ids])


@strawberry.type
class Category(relay.Node):
    """A node of the network's tree of product categories (R0-9)."""

    id: relay.NodeID[UUID]
    name: str
    language: str | None
    retired_at: datetime | None
    parent_id: strawberry.Private[UUID | None]

    @shared
    @staticmethod
    async def parent(categories: list["Category"], info: Info) -> list["Category | None"]:
        """The category above, none at the root."""
        return await categories_by_id(info, [category.parent_id for category in categories])

    @batch
    @staticmethod
    async def local_name(
        categories: list["Category"], info: Info, language: str | None = None
    ) -> list[str]:
        """Its name in this language, else in the reader's (Accept-Language), else as it is."""
        shown = await local(info, categories, queries.names_of_categories, language)
        return [each.name for each in shown]

    @list_size(3)
    @batch
    @staticmethod
    async def names(categories: list["Category"], info: Info) -> list[list[LocalName]]:
        """What it is called in other languages, by language."""
        return await local_names(info, categories, queries.names_of_categories)

    @classmethod
    def of(cls, row: models.Category) -> "Category":
        """Show a category."""
        return cls(
            id=row.id,
            name=row.name,
            language=row.language,
            retired_at=row.retired_at,
            parent_id=row.parent_id,
        )

    @classmethod
    async def resolve_nodes(
        cls, *, info: Info, node_ids: Iterable[str], required: bool = False
    ) -> list["Category | None"]:
        """Load by global id; unknown and foreign ids give null."""
        del required
        return await categories_by_id(info, [UUID(key) for key in node_ids])


@strawberry.type
class TaxCategory(relay.Node):
    """A rate of value-added tax; `ratePercent` 13 means 13 %."""

    id: relay.NodeID[UUID]
    name: str
    rate_percent: Decimal

    @classmethod
    def of(cls, row: models.TaxCategory) -> "TaxCategory":
        """Show a tax category."""
        return cls(id=row.id, name=row.name, rate_percent=row.rate_percent)

    @classmethod
    async def resolve_nodes(
        cls, *, info: Info, node_ids: Iterable[str], required: bool = False
    ) -> list["TaxCategory | None"]:
        """Load by global id; unknown and foreign ids give null."""
        del required
        return await tax_categories_by_id(info, [UUID(key) for key in node_ids])


@strawberry.type
class PackagingUnit:
    """A pack in which a SKU is ordered, and how many pieces one of it holds."""

    level: PackagingLevel
    factor: Decimal
    gtin: str | None
    container_id: strawberry.Private[UUID | None]

    @batch
    @staticmethod
    async def container(
        packs: list["PackagingUnit"], info: Info
    ) -> list[ReturnableContainer | None]:
        """The returnable container that each such pack stands in."""
        return await containers_by_id(info, [pack.container_id for pack in packs])

    @classmethod
    def of(cls, row: models.SkuPackaging) -> "PackagingUnit":
        """Show a pack."""
        return cls(
            level=PackagingLevel(row.level),
            factor=row.factor,
            gtin=row.gtin,
            container_id=row.container_id,
        )


@strawberry.type
class Product(relay.Node):
    """Something the network trades; its owner, usually the brand, keeps its data (R3-9)."""

    id: relay.NodeID[UUID]
    name: str
    description: str
    language: str | None
    status: ListingStatus
    created_at: datetime
    listed_at: datetime | None
    owner_id: strawberry.Private[UUID]
    brand_id: strawberry.Private[UUID]
    category_id: strawberry.Private[UUID]

    @batch
    @staticmethod
    async def owner(products: list["Product"], info: Info) -> list[Organisation | None]:
        """Who keeps the product's data, when the viewer may see that organisation."""
        return await organisations_by_id(info, [product.owner_id for product in products])

    @shared
    @staticmethod
    async def brand(products: list["Product"], info: Info) -> list[Brand | None]:
        """The brand it is sold under."""
        return await brands_by_id(info, [product.brand_id for product in products])

    @shared
    @staticmethod
    async def category(products: list["Product"], info: Info) -> list[Category | None]:
        """Where it stands in the tree of categories."""
        return await categories_by_id(info, [product.category_id for product in products])

    @batch
    @staticmethod
    async def local_name(
        products: list["Product"], info: Info, language: str | None = None
    ) -> list[str]:
        """Its name in this language, else in the reader's (Accept-Language), else the owner's."""
        shown = await local(info, products, queries.texts_of_products, language)
        return [each.name for each in shown]

    @batch
    @staticmethod
    async def local_description(
        products: list["Product"], info: Info, language: str | None = None
    ) -> list[str]:
        """Its description, in the language in which `localName` is told."""
        shown = await local(info, products, queries.texts_of_products, language, _own_texts)
        return [each.description for each in shown]

    @list_size(3)
    @batch
    @staticmethod
    async def texts(products: list["Product"], info: Info) -> list[list[ProductText]]:
        """Its name and description in other languages, by language."""
        return await all_texts(info, products, queries.texts_of_products)

    @list_size(3)
    @batch
    @staticmethod
    async def images(products: list["Product"], info: Info) -> list[list[ProductImage]]:
        """Its images, the main one first."""
        return await images_by_product(info, [product.id for product in products])

    @list_size(6)
    @batch
    @staticmethod
    async def skus(products: list["Product"], info: Info) -> list[list["Sku"]]:
        """Its sizes, by code."""
        async with info.context.read() as work:
            found = await queries.skus_of(work, [product.id for product in products])
        return [[Sku.of(row) for row in found.get(product.id, [])] for product in products]

    @classmethod
    def of(cls, row: models.Product) -> "Product":
        """Show a product."""
        return cls(
            id=row.id,
            name=row.name,
            description=row.description,
            language=row.language,
            status=ListingStatus(row.status),
            created_at=row.created_at,
            listed_at=row.listed_at,
            owner_id=row.owner_id,
            brand_id=row.brand_id,
            category_id=row.category_id,
        )

    @classmethod
    async def resolve_nodes(
        cls, *, info: Info, node_ids: Iterable[str], required: bool = False
    ) -> list["Product | None"]:
        """Load by global id; unknown and foreign ids give null."""
        del required
        return await products_by_id(info, [UUID(key) for key in node_ids])


def _own_texts(product: Product) -> TextsIn:
    return TextsIn(product.name, product.description)


@strawberry.type
class Sku(relay.Node, Keeper):
    """The thing that is counted and ordered: a product in one size; its base unit is the piece."""

    id: relay.NodeID[UUID]
    code: str
    name: str
    shelf_life_days: int | None
    product_id: strawberry.Private[UUID]
    tax_category_id: strawberry.Private[UUID]

    @batch
    @staticmethod
    async def local_name(skus: list["Sku"], info: Info, language: str | None = None) -> list[str]:
        """Its name in this language, else in the reader's (Accept-Language), else the owner's."""
        shown = await local(info, skus, queries.texts_of_skus, language)
        return [each.name for each in shown]

    @list_size(3)
    @batch
    @staticmethod
    async def names(skus: list["Sku"], info: Info) -> list[list[LocalName]]:
        """What it is called in other languages, by language."""
        return await local_names(info, skus, queries.texts_of_skus)

    @shared
    @staticmethod
    async def product(skus: list["Sku"], info: Info) -> list[Product | None]:
        """The product of which it is a size."""
        return await products_by_id(info, [sku.product_id for sku in skus])

    @shared
    @staticmethod
    async def tax_category(skus: list["Sku"], info: Info) -> list[TaxCategory | None]:
        """The rate of value-added tax on it."""
        return await tax_categories_by_id(info, [sku.tax_category_id for sku in skus])

    @list_size(3)
    @shared
    @staticmethod
    async def packaging(skus: list["Sku"], info: Info) -> list[list[PackagingUnit]]:
        """The packs it is ordered in, smallest first."""
        async with info.context.read() as work:
            found = await queries.packaging(work, [sku.id for sku in skus])
        return [[PackagingUnit.of(row) for row in found.get(sku.id, [])] for sku in skus]

    @list_size(3)
    @batch
    @staticmethod
    async def substitutes(skus: list["Sku"], info: Info) -> list[list["Sku"]]:
        """What is listed of what its owner offers where it is short, the best first."""
        async with info.context.read() as work:
            found = await queries.substitutes_of(work, [sku.id for sku in skus])
        return [[Sku.of(row) for row in found.get(sku.id, [])] for sku in skus]

    @classmethod
    def of(cls, row: models.Sku) -> "Sku":
        """Show a SKU."""
        return cls(
            id=row.id,
            code=row.code,
            name=row.name,
            shelf_life_days=row.shelf_life_days,
            product_id=row.product_id,
            tax_category_id=row.tax_category_id,
        )

    @classmethod
    async def resolve_nodes(
        cls, *, info: Info, node_ids: Iterable[str], required: bool = False
    ) -> list["Sku | None"]:
        """Load by global id; unknown and foreign ids give null."""
        del required
        return await skus_by_id(info, [UUID(key) for key in node_ids])


async def products_by_id(info: Info, ids: Sequence[UUID | None]) -> list[Product | None]:
    """Load products in the order of `ids`; null where the viewer may not see one."""
    async with info.context.read() as work:
        found = await queries.products_by_id(work, given(ids))
    return in_order(ids, found, Product.of)


async def skus_by_id(info: Info, ids: Sequence[UUID | None]) -> list[Sku | None]:
    """Load SKUs in the order of `ids`; null where the viewer may not see one."""
    async with info.context.read() as work:
        found = await queries.skus_by_id(work, given(ids))
    return in_order(ids, found, _shown)


def _shown(sized: Sized) -> Sku:
    return sized.once(_sku_of)


def _sku_of(sized: Sized) -> Sku:
    return Sku.of(sized.sku)


async def brands_by_id(info: Info, ids: Sequence[UUID | None]) -> list[Brand | None]:
    """Load brands in the order of `ids`; null for unknown ones."""
    async with info.context.read() as work:
        found = await queries.brands_by_id(work, given(ids))
    return in_order(ids, found, Brand.of)


async def categories_by_id(info: Info, ids: Sequence[UUID | None]) -> list[Category | None]:
    """Load categories in the order of `ids`; null for unknown ones."""
    async with info.context.read() as work:
        found = await queries.categories_by_id(work, given(ids))
    return in_order(ids, found, Category.of)


async def tax_categories_by_id(info: Info, ids: Sequence[UUID | None]) -> list[TaxCategory | None]:
    """Load tax categories in the order of `ids`; null for unknown ones."""
    async with info.context.read() as work:
        found = await queries.tax_categories_by_id(work, given(ids))
    return in_order(ids, found, TaxCategory.of)
