"""The buyer's catalogue: what can be ordered, at the buyer's own price (R0-25)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import partial
from typing import NamedTuple
from uuid import UUID

from app.catalog.operations import SkuFacts, sku_facts
from app.db.work import Work
from app.kernel.errors import Invalid
from app.kernel.paging import Page, PageRequest
from app.kernel.quantity import PackagingLevel
from app.pricing.operations.scope import ASKING, Asked, open_relationship
from app.pricing.rules import RuleProblem
from app.quotes.operations.buying import ShownToBuyer, labels_for, shown_to_buyer
from app.quotes.operations.finding import CatalogueFilter, Named, all_by_name, cut, page_by_name
from app.quotes.operations.labels import PackLabel, PriceLabel
from app.quotes.operations.offering import OfferKey
from app.quotes.operations.stocked import in_stock
from app.rbac.guard import requires


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


class CatalogueRow(NamedTuple):
    """A SKU with an offer for each of its packaging units, smallest first, and what schemes offer.

    `sort_key` is its place in the order asked; `asked` says for whom, and that the actor may know.
    The seller alone sees problems.
    """

    sku_id: UUID
    label: PriceLabel
    sort_key: tuple[str, ...]
    asked: Asked
    problems: tuple[RuleProblem, ...] = ()

    @property
    def offers(self) -> tuple[PackLabel, ...]:
        """What each packaging unit costs."""
        return self.label.offers


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


@requires(*ASKING)
async def catalogue(
    work: Work,
    relationship_id: UUID,
    wanted: CatalogueFilter,
    page: PageRequest,
    wish: PriceWish = PriceWish(),
) -> Page[CatalogueRow]:
    """Return listed SKUs, priced like `quote`: a page costs what a line costs.

    Sorted or filtered by price, all that fit the filter are priced first; `Invalid` for more than
    5,000. Raises `NotFound` for a relationship that is not the actor's and `RelationshipClosed`
    for one that is not valid now.
    """
    asked = await open_relationship(work, relationship_id)
    if not wish.needs_all:
        return await _labelled(work, asked, await page_by_name(work, wanted, page))
    goods = await fitting(work, asked, wanted, wish)
    place = partial(_place, sort=wish.sort)
    chosen = sorted(goods.rows, key=lambda row: place(_key(row)))
    return _rows(goods, asked, cut(chosen, page, _key, place))


async def fitting(
    work: Work,
    asked: Asked,
    wanted: CatalogueFilter,
    wish: PriceWish,
    *,
    needs_stock: bool = False,
) -> "Goods":
    """Find all that fits, priced, by name; raises `Invalid` for more than 5,000 before that."""
    _check(wish)
    found = await all_by_name(work, wanted)
    facts = await sku_facts(work, [row.id for row in found])
    has_stock = needs_stock or wish.is_in_stock
    stocked = await in_stock(work, asked, facts) if has_stock else frozenset[UUID]()
    if wish.is_in_stock:
        found = [row for row in found if row.id in stocked]
        facts = {row.id: facts[row.id] for row in found}
    shown = await shown_to_buyer(work, asked, facts, work.now)
    return Goods(facts, shown, _fitting(facts, shown, found, wish), stocked)


async def _labelled(work: Work, asked: Asked, named: Page[Named]) -> Page[CatalogueRow]:
    """Show a page of SKUs as the relationship's buyer sees them now; see `labels_for`."""
    facts = await sku_facts(work, [row.id for row in named.rows])
    if asked.is_seller:
        goods = Goods(facts, await shown_to_buyer(work, asked, facts, work.now))
        return _rows(goods, asked, named)
    labels = await labels_for(work, asked, facts)
    rows = [CatalogueRow(row.id, labels[row.id], named.key_of(row), asked) for row in named.rows]
    return Page(rows, named.has_next, _sort_key)


def _sort_key(row: CatalogueRow) -> tuple[str, ...]:
    return row.sort_key


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


def _key(row: PricedSku) -> tuple[str, ...]:
    price = "" if row.price is None else str(row.price)
    return price, row.found.name, str(row.found.id)


def _place(key: tuple[str, ...], sort: CatalogueSort) -> tuple[object, ...]:
    price, name, sku_id = key
    if sort is CatalogueSort.NAME:
        return name, sku_id
    amount = Decimal(price) if price else Decimal(0)
    return not price, -amount if sort is CatalogueSort.PRICE_HIGH_FIRST else amount, sku_id


def _rows(goods: Goods, asked: Asked, page: Page[Named] | Page[PricedSku]) -> Page[CatalogueRow]:
    found = [row.found if isinstance(row, PricedSku) else row for row in page.rows]
    keys = [page.key_of(row) for row in page.rows]  # pyright: ignore[reportArgumentType]  # its own rows
    rows = rows_of(
        goods.shown, asked, [(row.id, key) for row, key in zip(found, keys, strict=True)]
    )
    return Page(rows, page.has_next, _sort_key)


def rows_of(
    shown: ShownToBuyer, asked: Asked, found: Sequence[tuple[UUID, tuple[str, ...]]]
) -> list[CatalogueRow]:
    """Make rows of SKUs and their sort keys, in their order."""
    labels = shown.labels([sku_id for sku_id, _ in found])
    problems = shown.problems if asked.is_seller else ()
    return [CatalogueRow(sku_id, labels[sku_id], key, asked, problems) for sku_id, key in found]


def _check(wish: PriceWish) -> None:
    if wish.minimum is not None and wish.minimum < 0:
        raise Invalid("minimumPrice", "must not be below zero")
    if wish.maximum is not None and wish.maximum < (wish.minimum or 0):
        raise Invalid("maximumPrice", "must not be below the minimum")
