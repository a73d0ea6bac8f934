"""Rows of the catalogue as they are shown, remembered for as long as nobody writes to any of it.

Only what everybody of the network may read is remembered: goods that are or were listed.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import select

from app.catalog.models import (
    Brand,
    Category,
    Product,
    ReturnableContainer,
    Sku,
    SkuPackaging,
    TaxCategory,
)
from app.db.revisions import Memory, Revised
from app.db.work import Work
from app.kernel.kept import Once

MOST_GOODS = 2_000
MOST_WORDS = 500
"""How many products, SKUs and their packs, and words of each table are remembered.

A row takes about 2 KiB.
"""

Word = TypeVar("Word", Brand, Category, ReturnableContainer, TaxCategory)


class Sized(Once):
    """A SKU and the product of which it is a size."""

    __slots__ = ("_made", "product", "sku")

    def __init__(self, sku: Sku, product: Product) -> None:
        """Hold both as they were read."""
        self.sku = sku
        self.product = product
        self._made: dict[Callable[..., Any], Any] = {}


_products: Memory[UUID, Product] = Memory(Revised.CATALOGUE, most=MOST_GOODS)
_skus: Memory[UUID, Sized] = Memory(Revised.CATALOGUE, most=MOST_GOODS)
_sizes: Memory[UUID, tuple[Sized, ...]] = Memory(Revised.CATALOGUE, most=MOST_GOODS)
_packs: Memory[UUID, list[SkuPackaging]] = Memory(Revised.CATALOGUE, most=MOST_GOODS)
_words: dict[type, Memory[UUID, Any]] = {
    table: Memory(Revised.CATALOGUE, most=MOST_WORDS)
    for table in (Brand, Category, ReturnableContainer, TaxCategory)
}


async def products_of(work: Work, ids: Collection[UUID]) -> dict[UUID, Product]:
    """Return products by id, whoever may read them; one statement, none for remembered ones."""

    async def read(missing: Sequence[UUID]) -> Mapping[UUID, Product]:
        rows = await work.session.scalars(select(Product).where(Product.id.in_(missing)))
        return {row.id: row for row in rows}

    return await _products.each(work, ids, read, _was_listed)


async def skus_with_products(work: Work, ids: Collection[UUID]) -> dict[UUID, Sized]:
    """Return SKUs by id with their products, as `products_of` does."""
    products = await _products.at(work)

    async def read(missing: Sequence[UUID]) -> Mapping[UUID, Sized]:
        statement = select(Sku, Product).join(Product, Product.id == Sku.product_id)
        rows = await work.session.execute(statement.where(Sku.id.in_(missing)))
        found = {sku.id: Sized(sku, product) for sku, product in rows}
        if products is not None:
            for sized in found.values():
                if _was_listed(sized.product):
                    products.put(sized.product.id, sized.product)
        return found

    return await _skus.each(work, ids, read, lambda sized: _was_listed(sized.product))


async def sizes_of(work: Work, product_ids: Collection[UUID]) -> dict[UUID, tuple[Sized, ...]]:
    """Return the SKUs of each product, by code; one statement, none for remembered ones."""

    async def read(missing: Sequence[UUID]) -> Mapping[UUID, tuple[Sized, ...]]:
        statement = select(Sku, Product).join(Product, Product.id == Sku.product_id)
        statement = statement.where(Sku.product_id.in_(missing)).order_by(Sku.code)
        found: dict[UUID, tuple[Sized, ...]] = dict.fromkeys(missing, ())
        for sku, product in await work.session.execute(statement):
            found[product.id] += (Sized(sku, product),)
        return found

    return await _sizes.each(
        work, product_ids, read, lambda sizes: any(_was_listed(sized.product) for sized in sizes)
    )


def _was_listed(product: Product) -> bool:
    return product.listed_at is not None


async def packaging_of(work: Work, sku_ids: Collection[UUID]) -> dict[UUID, list[SkuPackaging]]:
    """Return the packaging units of each SKU, smallest first; one statement, none where known."""

    async def read(missing: Sequence[UUID]) -> Mapping[UUID, list[SkuPackaging]]:
        rows = await work.session.scalars(
            select(SkuPackaging)
            .where(SkuPackaging.sku_id.in_(missing))
            .order_by(SkuPackaging.factor, SkuPackaging.level)
        )
        found: dict[UUID, list[SkuPackaging]] = {}
        for row in rows:
            found.setdefault(row.sku_id, []).append(row)
        return found

    return await _packs.each(work, sku_ids, read)


async def words_of(work: Work, table: type[Word], ids: Collection[UUID]) -> dict[UUID, Word]:
    """Return brands, categories and the like by id, as `products_of` does."""
    return await _words[table].each(work, ids, partial(_read_words, work, table))


async def _read_words(
    work: Work, table: type[Word], missing: Sequence[UUID]
) -> Mapping[UUID, Word]:
    rows = await work.session.scalars(select(table).where(table.id.in_(missing)))
    return {row.id: row for row in rows}
