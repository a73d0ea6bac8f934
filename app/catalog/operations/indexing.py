"""Keep the terms by which products are found in step with what they are called."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, delete, literal, select, union_all

from app.catalog.locks import MOST_INDEXED
from app.catalog.models import (
    Brand,
    Product,
    ProductText,
    SearchTerm,
    Sku,
    SkuPackaging,
    SkuText,
)
from app.catalog.operations.searching import term_rows, unindexed
from app.catalog.rules import Texts
from app.db.work import Work

MOST_A_TICK = 5_000


async def index_product(work: Work, product: Product, *, is_new: bool = False) -> None:
    """Write an own product's terms anew, with the events; two statements, one for a new one."""
    texts = await _texts(work, [product.id])
    if not is_new:
        await _forget(work, [product.id])
        product.indexed_as = product.name
    for row in term_rows(product.id, texts[product.id]):
        work.note(SearchTerm, row)


async def index_products(work: Work, products: Sequence[Product]) -> None:
    """Write the terms of many products anew, in three statements."""
    keys = [product.id for product in products]
    texts = await _texts(work, keys)
    await _forget(work, keys)
    for product in products:
        product.indexed_as = product.name
    await work.insert(SearchTerm, [row for key in keys for row in term_rows(key, texts[key])])


async def unindexed_products(work: Work) -> Sequence[UUID]:
    """Return where to begin with what is not indexed: each id stands for so many from it on."""
    statement = select(Product.id).where(unindexed()).order_by(Product.id).limit(MOST_A_TICK)
    return (await work.session.scalars(statement)).all()[::MOST_INDEXED]


async def _forget(work: Work, keys: Collection[UUID]) -> None:
    await work.session.execute(
        delete(SearchTerm).where(SearchTerm.product_id.in_(keys)),
        execution_options={"synchronize_session": False},
    )


async def _texts(work: Work, keys: Collection[UUID]) -> dict[UUID, Texts]:
    names: dict[UUID, list[str]] = {key: [] for key in keys}
    codes: dict[UUID, list[str]] = {key: [] for key in keys}
    spoken: Sequence[Any] = (await work.session.execute(_spoken(work, keys))).all()
    for key, text, is_code in spoken:
        (codes if is_code else names)[key].append(text)
    return {key: Texts(names[key], codes[key]) for key in keys}


def _spoken(work: Work, keys: Collection[UUID]) -> Any:
    mine = and_(Product.tenant_id == work.tenant_id, Product.id.in_(keys))
    brand = and_(Brand.tenant_id == Product.tenant_id, Brand.id == Product.brand_id)
    size = and_(Sku.tenant_id == Product.tenant_id, Sku.product_id == Product.id)
    pack = and_(SkuPackaging.tenant_id == Sku.tenant_id, SkuPackaging.sku_id == Sku.id)
    other = and_(ProductText.tenant_id == Product.tenant_id, ProductText.product_id == Product.id)
    other_size = and_(SkuText.tenant_id == Sku.tenant_id, SkuText.sku_id == Sku.id)
    sizes_elsewhere: Select[*tuple[Any, ...]] = select(
        Product.id, SkuText.name, literal(value=False)
    )
    gtins: Select[*tuple[Any, ...]] = select(Product.id, SkuPackaging.gtin, literal(value=True))
    return union_all(
        select(Product.id, Product.name, literal(value=False)).where(mine),
        select(Product.id, Brand.name, literal(value=False)).join(Brand, brand).where(mine),
        select(Product.id, Sku.name, literal(value=False)).join(Sku, size).where(mine),
        select(Product.id, ProductText.name, literal(value=False))
        .join(ProductText, other)
        .where(mine),
        sizes_elsewhere.join(Sku, size).join(SkuText, other_size).where(mine),
        select(Product.id, Sku.code, literal(value=True)).join(Sku, size).where(mine),
        gtins.join(Sku, size).join(SkuPackaging, pack).where(mine, SkuPackaging.gtin.is_not(None)),
    )
