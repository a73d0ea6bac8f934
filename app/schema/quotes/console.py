"""The pricing console: prices laid out as a grid, and compared side by side."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

import strawberry
from strawberry import relay

from app.kernel.errors import Invalid
from app.kernel.quantity import PackagingLevel
from app.quotes import queries
from app.schema.batch import batch
from app.schema.catalog import Sku, skus_by_id
from app.schema.context import Info
from app.schema.cost import Cost, cost, list_size, sized
from app.schema.customer_classes import CustomerLevel, levels_by_id
from app.schema.ids import key_of, optional_key_of
from app.schema.operation import query
from app.schema.paging import FIRST, connection, page_request
from app.schema.pricing.lists import PriceList, price_lists_by_id
from app.schema.quotes.problems import RuleProblem

_PAIR = 2


@strawberry.type(directives=[Cost(weight="2")])
class PriceCell:
    """One price per packaging unit, or the reason why there is none; breaks count its rungs."""

    unit_price: Decimal | None
    is_tax_inclusive: bool
    breaks: int
    no_price_reason: str | None
    list_name: str | None = strawberry.field(
        description="Where the price comes from; a fallback price has a name and no list."
    )
    list_id: strawberry.Private[UUID | None]

    @batch
    @staticmethod
    async def price_list(
        cells: list["PriceCell"],
        info: Info,
    ) -> list[PriceList | None]:
        """The own list that the price comes from."""
        return await price_lists_by_id(info, [cell.list_id for cell in cells])

    @classmethod
    def of(cls, cell: queries.Cell) -> "PriceCell":
        """Show a cell."""
        return cls(
            unit_price=cell.unit_price,
            is_tax_inclusive=cell.is_tax_inclusive,
            breaks=cell.breaks,
            no_price_reason=cell.no_price_reason,
            list_name=cell.list_name,
            list_id=cell.list_id,
        )


@strawberry.type
class PriceGridRow:
    """A SKU in one packaging unit, with a cell for each column in their order."""

    packaging_level: PackagingLevel
    pieces: Decimal
    cells: list[PriceCell] = sized(10)
    sku_id: strawberry.Private[UUID]

    @batch
    @staticmethod
    async def sku(
        rows: list["PriceGridRow"],
        info: Info,
    ) -> list[Sku | None]:
        """What is priced."""
        return await skus_by_id(info, [row.sku_id for row in rows])

    @classmethod
    def of(cls, row: queries.GridRow) -> "PriceGridRow":
        """Show a row."""
        return cls(
            packaging_level=row.unit,
            pieces=row.pieces,
            cells=[PriceCell.of(cell) for cell in row.cells],
            sku_id=row.sku.id,
        )


@strawberry.type
class PriceGridColumn:
    """What a column is of: a level, priced as its typical buyer pays, or a list alone."""

    level_id: strawberry.Private[UUID | None]
    list_id: strawberry.Private[UUID | None]

    @batch
    @staticmethod
    async def level(
        columns: list["PriceGridColumn"],
        info: Info,
    ) -> list[CustomerLevel | None]:
        """The level, in a grid of levels."""
        return await levels_by_id(info, [column.level_id for column in columns])

    @batch
    @staticmethod
    async def price_list(
        columns: list["PriceGridColumn"],
        info: Info,
    ) -> list[PriceList | None]:
        """The list, in a grid of lists."""
        return await price_lists_by_id(info, [column.list_id for column in columns])


@strawberry.type
class PriceGrid:
    """A page of products by name, the columns asked for, and the rules that failed in any."""

    currency: str
    columns: list[PriceGridColumn] = sized(10)
    rows: relay.Connection[PriceGridRow] = sized(20, of=("edges",))  # pyright: ignore[reportInvalidTypeArguments]  # no Node
    problems: list[RuleProblem] = sized(3)


@strawberry.input
class GoodsInput:
    """Which listed goods: a part of the name or the beginning of a code, a category, a brand."""

    search: str = ""
    category_id: relay.GlobalID | None = None
    brand_id: relay.GlobalID | None = None

    def wanted(self) -> queries.CatalogueFilter:
        """Return what the queries understand; raises `NotFound` for ids of other types."""
        return queries.CatalogueFilter(
            search=self.search.strip(),
            category_id=optional_key_of(self.category_id, "Category"),
            brand_id=optional_key_of(self.brand_id, "Brand"),
        )


@strawberry.input
class PriceGridInput:
    """Up to 20 columns, all levels or all lists of the own organisation, and which goods.

    Prices are for `at`, now without it, as they were known at `knownAt`, with draft change sets
    laid over them in their order. `packagingLevel` falls back on a SKU's smallest unit.
    """

    level_ids: list[relay.GlobalID] = strawberry.field(default_factory=list)
    price_list_ids: list[relay.GlobalID] = strawberry.field(default_factory=list)
    goods: GoodsInput | None = None
    packaging_level: PackagingLevel | None = None
    currency: str | None = strawberry.field(
        default=None, description="A code of ISO 4217; the network's without one."
    )
    at: datetime | None = None
    known_at: datetime | None = None
    change_set_ids: list[relay.GlobalID] = strawberry.field(default_factory=list)

    def wish(self) -> queries.GridWish:
        """Return what the query understands; raises `NotFound` for ids of other types."""
        return queries.GridWish(
            level_ids=[key_of(key, "CustomerLevel") for key in self.level_ids],
            price_list_ids=[key_of(key, "PriceList") for key in self.price_list_ids],
            goods=self.goods.wanted() if self.goods else queries.CatalogueFilter(),
            unit=self.packaging_level,
            currency=self.currency,
            at=self.at,
            known_at=self.known_at,
            change_set_ids=tuple(key_of(key, "PriceChangeSet") for key in self.change_set_ids),
        )


@strawberry.type
class ComparedPrice:
    """Both prices of a SKU; `difference` is second less first, `percent` is of the first.

    Both are null where one side has no price, or only one of the two prices holds tax.
    """

    packaging_level: PackagingLevel
    pieces: Decimal
    first: PriceCell
    second: PriceCell
    difference: Decimal | None
    percent: Decimal | None
    sku_id: strawberry.Private[UUID]

    @batch
    @staticmethod
    async def sku(
        rows: list["ComparedPrice"],
        info: Info,
    ) -> list[Sku | None]:
        """What is priced."""
        return await skus_by_id(info, [row.sku_id for row in rows])

    @classmethod
    def of(cls, row: queries.ComparedPrice) -> "ComparedPrice":
        """Show a row."""
        return cls(
            packaging_level=row.unit,
            pieces=row.pieces,
            first=PriceCell.of(row.first),
            second=PriceCell.of(row.second),
            difference=row.difference,
            percent=row.percent,
            sku_id=row.sku.id,
        )


@strawberry.type
class PriceComparison:
    """A page of compared prices by product name, and the rules that failed on either side."""

    currency: str
    rows: relay.Connection[ComparedPrice] = sized(20, of=("edges",))  # pyright: ignore[reportInvalidTypeArguments]  # no Node
    problems: list[RuleProblem] = sized(3)


@strawberry.input
class TwoInstantsInput:
    """One customer, and the two instants to compare."""

    relationship_id: relay.GlobalID
    first: datetime
    second: datetime


@strawberry.input(one_of=True)
class PricesToCompareInput:
    """Exactly one: two customers, two instants of one customer, or two price lists."""

    relationship_ids: list[relay.GlobalID] | None = strawberry.UNSET
    instants: TwoInstantsInput | None = strawberry.UNSET
    price_list_ids: list[relay.GlobalID] | None = strawberry.UNSET

    def sides(self) -> queries.Sides:
        """Return what the query understands; raises `NotFound`, and `Invalid` for other counts."""
        if self.instants:
            given = self.instants
            terms_id = key_of(given.relationship_id, "TradingRelationship")
            return queries.Sides(instants=(terms_id, given.first, given.second))
        if self.price_list_ids:
            return queries.Sides(
                price_list_ids=_pair(self.price_list_ids, "PriceList", "priceListIds")
            )
        ids = self.relationship_ids or []
        return queries.Sides(relationship_ids=_pair(ids, "TradingRelationship", "relationshipIds"))


@strawberry.input
class ComparePricesInput:
    """What to compare, for which goods, in one packaging unit: a SKU's smallest without one."""

    sides: PricesToCompareInput
    goods: GoodsInput | None = None
    packaging_level: PackagingLevel | None = None
    only_different: bool = False

    def wish(self) -> queries.Comparing:
        """Return what the query understands."""
        goods = self.goods.wanted() if self.goods else queries.CatalogueFilter()
        return queries.Comparing(goods, self.packaging_level, self.only_different)


@strawberry.type
class ConsoleQuery:
    """Questions of who sets prices."""

    @cost(50)
    @list_size(20, by=("first",), of=("rows",))
    @query(queries.price_grid)
    async def price_grid(
        self, info: Info, input: PriceGridInput, first: int = FIRST, after: str | None = None
    ) -> PriceGrid:
        """Own prices laid out, products down and levels or lists across, as buyers would pay them.

        Costs the same whatever the number of columns.
        """
        wish = input.wish()
        page = page_request(first, after)
        async with info.context.read() as work:
            grid = await queries.price_grid(work, wish, page)
        columns = [PriceGridColumn(level_id=key, list_id=None) for key in wish.level_ids]
        columns += [PriceGridColumn(level_id=None, list_id=key) for key in wish.price_list_ids]
        return PriceGrid(
            currency=grid.currency,
            columns=columns,
            rows=connection(grid.page, PriceGridRow.of),
            problems=[RuleProblem.of(problem) for problem in grid.problems],
        )

    @cost(50)
    @list_size(20, by=("first",), of=("rows",))
    @query(queries.compare_prices)
    async def compare_prices(
        self, info: Info, input: ComparePricesInput, first: int = FIRST, after: str | None = None
    ) -> PriceComparison:
        """Two customers, two instants of one, or two lists side by side, at most 5,000 SKUs."""
        sides, wish = input.sides.sides(), input.wish()
        page = page_request(first, after)
        async with info.context.read() as work:
            found = await queries.compare_prices(work, sides, wish, page)
        return PriceComparison(
            currency=found.currency,
            rows=connection(found.page, ComparedPrice.of),
            problems=[RuleProblem.of(problem) for problem in found.problems],
        )


def _pair(ids: list[relay.GlobalID], type_name: str, field: str) -> tuple[UUID, UUID]:
    keys = [key_of(key, type_name) for key in ids]
    if len(keys) != _PAIR:
        raise Invalid(field, "name exactly two")
    return keys[0], keys[1]
