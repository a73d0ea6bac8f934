"""Find listed SKUs, a page of them by name or all that fit, to price them next."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, or_, select, true

from app.assortments.rules import Selection
from app.catalog.models import CategoryAncestry, ListingStatus, Product, Sku
from app.catalog.operations import found_by, read_search
from app.db.keyset import keyset
from app.db.revisions import Memory, Revised
from app.db.work import Work
from app.kernel.errors import Invalid
from app.kernel.paging import Page, PageRequest, page_of

MOST_SKUS = 5_000
"""How many SKUs are priced at once where their prices decide which are shown, and where."""

Row = TypeVar("Row")
_LISTED = Product.status == ListingStatus.LISTED


@dataclass(frozen=True, slots=True)
class CatalogueFilter:
    """What to look for; `search` is what people type: words, a code or a GTIN.

    `within` holds it to what is sold to one buyer; none where that is everything.
    """

    search: str = ""
    category_id: UUID | None = None
    brand_id: UUID | None = None
    within: Selection | None = None


EVERYTHING = CatalogueFilter()


class Named(NamedTuple):
    """A SKU and its product's name, by which it is sorted; `key` says so in a cursor."""

    id: UUID
    name: str
    key: tuple[str, ...]


MOST_PAGES = 500
"""How many pages are remembered; one of 50 takes about 15 KiB."""

LONGEST_SEARCH = 40
"""Pages of longer searches than people type are not remembered."""

_pages: Memory[tuple[CatalogueFilter, PageRequest], Page[Named]] = Memory(
    Revised.CATALOGUE, most=MOST_PAGES
)


async def page_by_name(work: Work, wanted: CatalogueFilter, page: PageRequest) -> Page[Named]:
    """Find one page of listed SKUs by product name; none for one remembered, two for a search."""
    if len(wanted.search) > LONGEST_SEARCH:
        return await _page(work, wanted, page)
    return await _pages.of(work, (wanted, page), lambda: _page(work, wanted, page))


async def _page(work: Work, wanted: CatalogueFilter, page: PageRequest) -> Page[Named]:
    statement = keyset(await _listed(work, wanted), page, Product.name, Sku.id)
    found = [_named(*row) for row in await work.session.execute(statement)]
    return page_of(found, page, by_name)


async def all_by_name(work: Work, wanted: CatalogueFilter) -> list[Named]:
    """Find all listed SKUs that fit, by product name; raises `Invalid` for too many."""
    listed = await _listed(work, wanted)
    statement = listed.order_by(Product.name, Sku.id).limit(MOST_SKUS + 1)
    found = [_named(*row) for row in await work.session.execute(statement)]
    if len(found) > MOST_SKUS:
        text = f"fits more than {MOST_SKUS:,} SKUs; narrow it by a category, a brand or more words"
        raise Invalid("search", text)
    return found


def by_name(row: Named) -> tuple[str, ...]:
    """Give the key that sorts by name."""
    return row.key


def _named(sku_id: UUID, name: str) -> Named:
    return Named(sku_id, name, (name, str(sku_id)))


def cut(
    rows: Sequence[Row],
    page: PageRequest,
    key: Callable[[Row], tuple[str, ...]],
    place: Callable[[tuple[str, ...]], Any] = lambda key: key,
) -> Page[Row]:
    """Cut a page from rows in the order of their keys' places: what comes after a key.

    The row that the key was of may be gone. Raises `Invalid` for a key that has no place.
    """
    start = 0
    if page.after is not None:
        try:
            start = bisect_right(rows, place(page.after), key=lambda row: place(key(row)))
        except (ArithmeticError, LookupError, TypeError, ValueError):
            raise Invalid("after", "must be a cursor that this connection gave out") from None
    return page_of(rows[start : start + page.size + 1], page, key)


async def _listed(work: Work, wanted: CatalogueFilter) -> Select[*tuple[Any, ...]]:
    statement = (
        select(Sku.id, Product.name)
        .join(Product, Product.id == Sku.product_id)
        .where(_LISTED, *_matching(wanted))
    )
    if wanted.search:
        statement = statement.where(found_by(work, await read_search(work, wanted.search, _LISTED)))
    return statement


def _matching(wanted: CatalogueFilter) -> list[ColumnElement[bool]]:
    below = select(CategoryAncestry.descendant_id).where(
        CategoryAncestry.ancestor_id == wanted.category_id
    )
    return [
        Product.category_id.in_(below) if wanted.category_id else true(),
        Product.brand_id == wanted.brand_id if wanted.brand_id else true(),
        true() if wanted.within is None else _among(wanted.within),
    ]


def _among(goods: Selection) -> ColumnElement[bool]:
    below = select(CategoryAncestry.descendant_id).where(
        CategoryAncestry.ancestor_id.in_(goods.category_ids)
    )
    return or_(
        Sku.id.in_(goods.sku_ids),
        Product.brand_id.in_(goods.brand_ids),
        Product.category_id.in_(below),
    )
