"""What a search of the catalogue can be narrowed by."""

from decimal import Decimal
from uuid import UUID

import strawberry
from strawberry import relay

from app.kernel.quantity import PackagingLevel
from app.quotes import queries
from app.schema.batch import batch
from app.schema.catalog import Brand, Category, brands_by_id, categories_by_id
from app.schema.context import Info
from app.schema.cost import cost, sized
from app.schema.ids import key_of, optional_key_of
from app.schema.operation import query


@strawberry.type
class BrandCount:
    """How many SKUs of a brand were found."""

    count: int
    brand_id: strawberry.Private[UUID]

    @batch
    @staticmethod
    async def brand(counts: list["BrandCount"], info: Info) -> list[Brand | None]:
        """The brand."""
        return await brands_by_id(info, [each.brand_id for each in counts])


@strawberry.type
class CategoryCount:
    """How many SKUs of a category, and of all below it, were found."""

    count: int
    category_id: strawberry.Private[UUID]

    @batch
    @staticmethod
    async def category(counts: list["CategoryCount"], info: Info) -> list[Category | None]:
        """The category; its parent says where it hangs in the tree."""
        return await categories_by_id(info, [each.category_id for each in counts])


@strawberry.type
class PriceRangeCount:
    """How many SKUs cost at least `minimum` and less than `below`; none means without an end."""

    minimum: Decimal
    below: Decimal | None
    count: int


@strawberry.type
class CatalogueFacets:
    """How many SKUs `catalogue` finds with the same filter, by what it can be narrowed by.

    Brands and categories stand with the largest first. `withoutPrice` are in no range; what is
    not `inStock` is out of stock. Both are 0 where the seller tells nothing of its stock.
    """

    total: int
    brands: list[BrandCount] = sized(20)
    categories: list[CategoryCount] = sized(20)
    price_ranges: list[PriceRangeCount] = sized(6)
    without_price: int
    in_stock: int
    out_of_stock: int

    @classmethod
    def of(cls, found: queries.Facets) -> "CatalogueFacets":
        """Show counts."""
        return cls(
            total=found.total,
            brands=[BrandCount(count=n, brand_id=key) for key, n in found.brands.items()],
            categories=[
                CategoryCount(count=n, category_id=key) for key, n in found.categories.items()
            ],
            price_ranges=[
                PriceRangeCount(minimum=each.minimum, below=each.below, count=each.count)
                for each in found.price_ranges
            ],
            without_price=found.without_price,
            in_stock=found.in_stock or 0,
            out_of_stock=0 if found.in_stock is None else found.total - found.in_stock,
        )


@strawberry.type
class FacetsQuery:
    """Questions of a buyer about how to narrow a search."""

    @cost(20)
    @query(queries.catalogue_facets)
    async def catalogue_facets(  # noqa: PLR0913, PLR0917  # the field's arguments, by name in the API
        self,
        info: Info,
        relationship_id: relay.GlobalID,
        search: str = "",
        category_id: relay.GlobalID | None = None,
        brand_id: relay.GlobalID | None = None,
        minimum_price: Decimal | None = None,
        maximum_price: Decimal | None = None,
        unit: PackagingLevel | None = None,
        in_stock: bool = False,  # noqa: FBT001, FBT002  # an argument of the API
        price_steps: list[Decimal] | None = None,
    ) -> CatalogueFacets:
        """Counts of what `catalogue` finds with the same filter, at this buyer's own prices.

        Prices are those that `catalogue` sorts by, in ranges that begin at each of `priceSteps`,
        or in a few round ones. The search must fit at most 5,000 SKUs.
        """
        terms_id = key_of(relationship_id, "TradingRelationship")
        wanted = queries.CatalogueFilter(
            search=search.strip(),
            category_id=optional_key_of(category_id, "Category"),
            brand_id=optional_key_of(brand_id, "Brand"),
        )
        wish = queries.PriceWish(
            minimum=minimum_price, maximum=maximum_price, unit=unit, is_in_stock=in_stock
        )
        async with info.context.read() as work:
            return CatalogueFacets.of(
                await queries.catalogue_facets(work, terms_id, wanted, wish, price_steps or ())
            )
