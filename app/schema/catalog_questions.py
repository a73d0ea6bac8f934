"""Questions about the catalogue: products, SKUs, brands, categories and taxes."""

import strawberry
from strawberry import relay

from app.catalog import queries
from app.catalog.models import ListingStatus
from app.schema.catalog import Brand, Category, Product, Sku, TaxCategory
from app.schema.containers import ContainersQuery
from app.schema.context import Info
from app.schema.ids import key_of, optional_key_of
from app.schema.operation import query
from app.schema.paging import FIRST, connection, page_request


@strawberry.input
class ProductFilterInput:
    """Which products to find; `search` is what people type: words, a code or a GTIN."""

    search: str = ""
    category_id: relay.GlobalID | None = strawberry.field(
        default=None, description="This category or any below it."
    )
    brand_id: relay.GlobalID | None = None
    status: ListingStatus | None = None

    def wanted(self) -> queries.ProductFilter:
        """Return what the query understands; raises `NotFound` for ids of other types."""
        return queries.ProductFilter(
            search=self.search.strip(),
            category_id=optional_key_of(self.category_id, "Category"),
            brand_id=optional_key_of(self.brand_id, "Brand"),
            status=self.status,
        )


@strawberry.type
class CatalogQuery(ContainersQuery):
    """Questions about what can be traded."""

    @query(queries.products)
    async def products(
        self,
        info: Info,
        filter: ProductFilterInput | None = None,
        first: int = FIRST,
        after: str | None = None,
    ) -> relay.Connection[Product]:
        """Products by name: listed ones, and the own organisation's in every status."""
        page = page_request(first, after)
        async with info.context.read() as work:
            found = await queries.products(work, page, wanted_by(filter))
        return connection(found, Product.of)

    @query(queries.product)
    async def product(self, info: Info, id: relay.GlobalID) -> Product:
        """One product."""
        async with info.context.read() as work:
            return Product.of(await queries.product(work, key_of(id, "Product")))

    @query(queries.skus)
    async def skus(
        self,
        info: Info,
        filter: ProductFilterInput | None = None,
        first: int = FIRST,
        after: str | None = None,
    ) -> relay.Connection[Sku]:
        """SKUs by code, of the products that `products` finds with the same filter."""
        page = page_request(first, after)
        async with info.context.read() as work:
            return connection(await queries.skus(work, page, wanted_by(filter)), Sku.of)

    @query(queries.sku)
    async def sku(self, info: Info, id: relay.GlobalID) -> Sku:
        """One SKU."""
        async with info.context.read() as work:
            return Sku.of(await queries.sku(work, key_of(id, "Sku")))

    @query(queries.brands)
    async def brands(
        self, info: Info, first: int = FIRST, after: str | None = None
    ) -> relay.Connection[Brand]:
        """All brands, by name."""
        page = page_request(first, after)
        async with info.context.read() as work:
            return connection(await queries.brands(work, page), Brand.of)

    @query(queries.categories)
    async def categories(
        self,
        info: Info,
        with_retired: bool = False,  # noqa: FBT001, FBT002  # an argument of the API
        first: int = FIRST,
        after: str | None = None,
    ) -> relay.Connection[Category]:
        """Categories by name, retired ones if asked; the tree is in their parents."""
        page = page_request(first, after)
        async with info.context.read() as work:
            found = await queries.categories(work, page, with_retired=with_retired)
        return connection(found, Category.of)

    @query(queries.tax_categories)
    async def tax_categories(
        self, info: Info, first: int = FIRST, after: str | None = None
    ) -> relay.Connection[TaxCategory]:
        """All tax categories, by name."""
        page = page_request(first, after)
        async with info.context.read() as work:
            return connection(await queries.tax_categories(work, page), TaxCategory.of)


def wanted_by(given: ProductFilterInput | None) -> queries.ProductFilter:
    """Return what a filter asks of the query; everything without one."""
    return given.wanted() if given else queries.ProductFilter()
