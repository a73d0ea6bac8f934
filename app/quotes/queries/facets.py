"""What a search of the buyer's catalogue could be narrowed by, and how much would be left."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from app.assortments.operations import sold_to
from app.db.work import Work
from app.pricing.operations.scope import ASKING, open_relationship
from app.quotes.operations.finding import CatalogueFilter
from app.quotes.operations.fitting import PriceWish, fitting
from app.quotes.operations.stocked import tells_stock
from app.quotes.rules.price_ranges import PriceRange, counted
from app.rbac.guard import requires


@dataclass(frozen=True, slots=True)
class Facets:
    """How many of the SKUs that were found are of what; a category counts all below it."""

    total: int
    brands: Mapping[UUID, int]
    categories: Mapping[UUID, int]
    price_ranges: Sequence[PriceRange]
    without_price: int
    in_stock: int | None


@requires(*ASKING)
async def catalogue_facets(
    work: Work,
    relationship_id: UUID,
    wanted: CatalogueFilter,
    wish: PriceWish,
    steps: Sequence[Decimal] = (),
) -> Facets:
    """Count what `catalogue` would return with the same filter, at the buyer's own prices.

    The same statements for any number of SKUs; `Invalid` for more than 5,000. Raises what
    `catalogue` does.
    """
    asked = await open_relationship(work, relationship_id)
    wanted = replace(wanted, within=await sold_to(work, asked.relationship))
    goods = await fitting(work, asked, wanted, wish, needs_stock=True)
    facts = [goods.facts[row.found.id] for row in goods.rows]
    prices = [row.price for row in goods.rows if row.price is not None]
    return Facets(
        total=len(facts),
        brands=_largest_first(Counter(sku.brand_id for sku in facts)),
        categories=_largest_first(Counter(key for sku in facts for key in sku.category_path)),
        price_ranges=counted(prices, steps),
        without_price=len(facts) - len(prices),
        in_stock=(
            sum(sku.sku_id in goods.in_stock for sku in facts)
            if tells_stock(asked.relationship)
            else None
        ),
    )


def _largest_first(counts: Counter[UUID]) -> dict[UUID, int]:
    return dict(sorted(counts.items(), key=lambda each: (-each[1], each[0])))
