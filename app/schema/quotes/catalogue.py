"""The buyer's catalogue: listed products at the buyer's own price (R0-25)."""

from datetime import datetime
from decimal import Decimal
from inspect import getdoc

import strawberry
from strawberry import relay

from app.kernel.kept import Keeper, Kept
from app.kernel.quantity import PackagingLevel
from app.pricing import rules
from app.quotes import queries
from app.schema.batch import batch
from app.schema.catalog import Sku, skus_by_id
from app.schema.context import Info
from app.schema.cost import Cost, cost, sized
from app.schema.ids import key_of, optional_key_of
from app.schema.operation import query
from app.schema.paging import FIRST, connection, page_request
from app.schema.quotes.problems import RuleProblem

CatalogueSort = strawberry.enum(queries.CatalogueSort, description=queries.CatalogueSort.__doc__)
AvailabilityState = strawberry.enum(
    queries.AvailabilityState, description=getdoc(queries.AvailabilityState)
)


@strawberry.type
class PriceBreak:
    """From so many pieces on, this price per packaging unit."""

    from_quantity: Decimal
    unit_price: Decimal

    @classmethod
    def of(cls, rung: rules.LadderRung) -> "PriceBreak":
        """Show a break."""
        return cls(from_quantity=rung.from_quantity, unit_price=rung.unit_price)


@strawberry.type
class CatalogueOffer:
    """What one packaging unit costs this buyer alone, and its breaks, lowest first.

    `unitPrice` and breaks are the prices of lists. `schemePrice` is what one unit ordered alone
    comes to after promotions that work on its line at once, rounded and taxed or not as `quote`
    has it: none where they change nothing. It leaves out what is taken off whole orders.
    Retail prices are those that sellers grant the buyer for its own selling, without tax: the
    recommended one of this seller before others, and the lowest of all maximums. Without a
    price, `noPriceReason` says why; breaks may still show from where on there is one.
    """

    packaging_level: PackagingLevel
    pieces: Decimal
    currency: str
    unit_price: Decimal | None
    scheme_price: Decimal | None
    recommended_retail_price: Decimal | None
    maximum_retail_price: Decimal | None
    is_tax_inclusive: bool
    breaks: list[PriceBreak] = sized(3)
    no_price_reason: str | None

    @classmethod
    def of(cls, pack: queries.PackLabel) -> "CatalogueOffer":
        """Show an offer."""
        return cls(
            packaging_level=pack.packaging_level,
            pieces=pack.pieces,
            currency=pack.currency,
            unit_price=pack.unit_price,
            scheme_price=pack.scheme_price,
            recommended_retail_price=pack.recommended_retail_price,
            maximum_retail_price=pack.maximum_retail_price,
            is_tax_inclusive=pack.is_tax_inclusive,
            breaks=[PriceBreak.of(rung) for rung in pack.breaks],
            no_price_reason=pack.no_price_reason,
        )


@strawberry.type
class CatalogueScheme:
    """A promotion that this buyer may have for these goods now; `text` says what it gives for what.

    `validUntil` is the first instant without it as it is now; none where no end is set.
    """

    name: str
    text: str
    valid_until: datetime | None

    @classmethod
    def of(cls, scheme: queries.SchemeOffer) -> "CatalogueScheme":
        """Show a promotion."""
        return cls(name=scheme.name, text=scheme.text, valid_until=scheme.valid_until)


@strawberry.type
class Availability(Keeper):
    """What a buyer may know of the seller's stock of a SKU; `shownStock` of their terms says what.

    A word for everybody, one of the seller's own words for so many where it tells in bands, and
    the pieces that the buyer could have where it tells numbers.
    """

    state: queries.AvailabilityState
    band: str | None = None
    pieces: Decimal | None = None


_STATES = {state: Availability(state=state) for state in queries.AvailabilityState}


@strawberry.type(directives=[Cost(weight="3")])
class CatalogueItem:
    """A listed SKU with an offer for each of its packaging units, smallest first."""

    offers: list[CatalogueOffer] = sized(3)
    schemes: list[CatalogueScheme] = sized(
        3,
        description=(
            "Promotions that count or reward it, by sequence. Those that need a coupon code, or "
            "have nothing left for this buyer, are left out."
        ),
    )
    problems: list[RuleProblem] = sized(
        1, description="Rules that failed among those that may price it. For the seller only."
    )
    row: strawberry.Private[queries.CatalogueRow]

    @batch
    @staticmethod
    async def sku(
        items: list["CatalogueItem"],
        info: Info,
    ) -> list[Sku | None]:
        """What is offered."""
        return await skus_by_id(info, [item.row.sku_id for item in items])

    @batch
    @staticmethod
    async def availability(
        items: list["CatalogueItem"],
        info: Info,
    ) -> list[Availability | None]:
        """Whether the seller has it now, for whichever instant prices are asked.

        None where the relationship is not valid now, or the seller tells nothing of its stock.
        """
        async with info.context.read() as work:
            found = await queries.availability(work, [item.row for item in items])
        return [None if each is None else _available(each) for each in found]

    @classmethod
    def of(cls, row: queries.CatalogueRow) -> "CatalogueItem":
        """Show a row of the catalogue."""
        offers, schemes = row.label.once(_shown)
        return cls(
            offers=offers,
            schemes=schemes,
            problems=[RuleProblem.of(problem) for problem in row.problems],
            row=row,
        )


def _available(told: queries.Available) -> Availability:
    if told.band is None and told.pieces is None:
        return _STATES[told.state]
    return Availability(state=told.state, band=told.band, pieces=told.pieces)


def _shown(label: queries.PriceLabel) -> tuple[list[CatalogueOffer], list[CatalogueScheme]]:
    """Show what all buyers of a label are shown alike."""
    offers = [CatalogueOffer.of(pack) for pack in label.offers]
    schemes = [CatalogueScheme.of(scheme) for scheme in label.schemes]
    return (Kept(offers), Kept(schemes)) if label.is_shared else (offers, schemes)


@strawberry.type
class CatalogueQuery:
    """Questions of a buyer who looks for goods."""

    @cost(20)
    @query(queries.catalogue)
    async def catalogue(  # noqa: PLR0913, PLR0917  # the field's arguments, by name in the API
        self,
        info: Info,
        relationship_id: relay.GlobalID,
        search: str = "",
        category_id: relay.GlobalID | None = None,
        brand_id: relay.GlobalID | None = None,
        sort: queries.CatalogueSort = queries.CatalogueSort.NAME,
        minimum_price: Decimal | None = None,
        maximum_price: Decimal | None = None,
        unit: PackagingLevel | None = None,
        in_stock: bool = False,  # noqa: FBT001, FBT002  # an argument of the API
        first: int = FIRST,
        after: str | None = None,
    ) -> relay.Connection[CatalogueItem]:  # pyright: ignore[reportInvalidTypeArguments]  # no Node
        """Listed SKUs at this buyer's own prices, as `quote` would price one unit of each.

        `search` is what people type, as in `searchProducts`; a category holds all below it.
        Sorting and filtering look at `schemePrice`, or `unitPrice` where it is none, of one
        `unit`, the SKU's smallest when none is given, and need a search that fits at most 5,000
        SKUs; SKUs without a price stand last, and a price filter leaves them out. With `inStock`
        only what the seller has now is shown, of as many.
        """
        terms_id = key_of(relationship_id, "TradingRelationship")
        wanted = queries.CatalogueFilter(
            search=search.strip(),
            category_id=optional_key_of(category_id, "Category"),
            brand_id=optional_key_of(brand_id, "Brand"),
        )
        wish = queries.PriceWish(sort, minimum_price, maximum_price, unit, in_stock)
        page = page_request(first, after)
        async with info.context.read() as work:
            found = await queries.catalogue(work, terms_id, wanted, page, wish)
        return connection(found, CatalogueItem.of)
