"""All that fits a search of a buyer's catalogue, priced and counted in stock."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from app.catalog.operations import SkuFacts, sku_facts
from app.db.work import Work
from app.kernel.errors import Invalid
from app.kernel.quantity import PackagingLevel
from app.pricing.operations.scope import Asked
from app.quotes.operations.buying import ShownToBuyer, shown_to_buyer
from app.quotes.operations.finding import CatalogueFilter, Named, all_by_name
from app.quotes.operations.offering import OfferKey
from app.quotes.operations.stocked import in_stock, tells_stock


class CatalogueSort(StrEnum):
    """In which order goods stand; those without a price stand last."""

    NAME = "NAME"
    PRICE_LOW_FIRST = "PRICE_LOW_FIRST"
    PRICE_HIGH_FIRST = "PRICE_HIGH_FIRST"


@dataclass(frozen=True, slots=True)
class PriceWish:
    """How the price of one `unit`, the SKU's smallest without one, sorts and filters goods.

    It is the buyer's own price: after schemes, where they change what one unit costs alone.
    With `is_in_stock` only what the seller has now is shown.
    """

    sort: CatalogueSort = CatalogueSort.NAME
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    unit: PackagingLevel | None = None
    is_in_stock: bool = False

    @property
    def needs_all(self) -> bool:
        """Tell whether prices or stock decide which goods are shown, or where."""
        asked = self.minimum is not None or self.maximum is not None
        return asked or self.is_in_stock or self.sort is not CatalogueSort.NAME


@dataclass(frozen=True, slots=True)
class PricedSku:
    """A SKU that was found, and what the unit asked about costs the buyer, if it has a price."""

    found: Named
    price: Decimal | None


@dataclass(frozen=True, slots=True)
class Goods:
    """All that fits a wish, with what is known of it; `in_stock` only where stock was asked."""

    facts: Mapping[UUID, SkuFacts]
    shown: ShownToBuyer
    rows: Sequence[PricedSku] = ()
    in_stock: Collection[UUID] = ()


async def fitting(
    work: Work,
    asked: Asked,
    wanted: CatalogueFilter,
    wish: PriceWish,
    *,
    needs_stock: bool = False,
) -> Goods:
    """Find all that fits, priced, by name; raises `Invalid` for more than 5,000 before that."""
    _check(wish)
    found = await all_by_name(work, wanted)
    facts = await sku_facts(work, [row.id for row in found])
    if wish.is_in_stock and not tells_stock(asked.relationship):
        raise Invalid("inStock", "cannot be asked of this seller: it tells nothing of its stock")
    has_stock = (needs_stock or wish.is_in_stock) and tells_stock(asked.relationship)
    stocked = await in_stock(work, asked, facts) if has_stock else frozenset[UUID]()
    if wish.is_in_stock:
        found = [row for row in found if row.id in stocked]
        facts = {row.id: facts[row.id] for row in found}
    shown = await shown_to_buyer(work, asked, facts, work.now)
    return Goods(facts, shown, _fitting(facts, shown, found, wish), stocked)


def _fitting(
    facts: Mapping[UUID, SkuFacts], shown: ShownToBuyer, found: Sequence[Named], wish: PriceWish
) -> list[PricedSku]:
    units: dict[UUID, OfferKey] = {}
    for row in found:
        levels = list(facts[row.id].packaging)
        level = wish.unit or levels[0]
        if level in levels:
            units[row.id] = (row.id, level)
    packs = shown.units(list(units.values()))
    prices = {key: packs[unit].own_price for key, unit in units.items()}
    priced = (PricedSku(row, prices.get(row.id)) for row in found)
    return [row for row in priced if _fits(row.price, wish)]


def _fits(price: Decimal | None, wish: PriceWish) -> bool:
    if price is None:
        return wish.minimum is None and wish.maximum is None
    above = wish.minimum is None or price >= wish.minimum
    return above and (wish.maximum is None or price <= wish.maximum)


def _check(wish: PriceWish) -> None:
    if wish.minimum is not None and wish.minimum < 0:
        raise Invalid("minimumPrice", "must not be below zero")
    if wish.maximum is not None and wish.maximum < (wish.minimum or 0):
        raise Invalid("maximumPrice", "must not be below the minimum")
