"""The buyer's catalogue: what can be ordered, at the buyer's own price (R0-25)."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import NamedTuple
from uuid import UUID

from app.assortments.operations import sold_to
from app.catalog.operations import sku_facts
from app.db.work import Work
from app.kernel.paging import Page, PageRequest
from app.pricing.operations.scope import ASKING, Asked, open_relationship
from app.pricing.rules import RuleProblem
from app.quotes.operations.buying import ShownToBuyer, labels_for, shown_to_buyer
from app.quotes.operations.finding import CatalogueFilter, Named, cut, page_by_name
from app.quotes.operations.fitting import CatalogueSort, Goods, PricedSku, PriceWish, fitting
from app.quotes.operations.labels import PackLabel, PriceLabel
from app.rbac.guard import requires


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


_ANYTHING = PriceWish()


@requires(*ASKING)
async def catalogue(
    work: Work,
    relationship_id: UUID,
    wanted: CatalogueFilter,
    page: PageRequest,
    wish: PriceWish = _ANYTHING,
) -> Page[CatalogueRow]:
    """Return listed SKUs, priced like `quote`: a page costs what a line costs.

    Sorted or filtered by price, all that fit the filter are priced first; `Invalid` for more than
    5,000. Raises `NotFound` for a relationship that is not the actor's and `RelationshipClosed`
    for one that is not valid now.
    """
    asked = await open_relationship(work, relationship_id)
    wanted = replace(wanted, within=await sold_to(work, asked.relationship))
    if not wish.needs_all:
        return await _labelled(work, asked, await page_by_name(work, wanted, page))
    goods = await fitting(work, asked, wanted, wish)
    place = partial(_place, sort=wish.sort)
    chosen = sorted(goods.rows, key=lambda row: place(_key(row)))
    return _rows(goods, asked, cut(chosen, page, _key, place))


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
