"""What goods and categories are called in other languages, remembered like the goods themselves."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, and_, select

from app.catalog.models import Category, CategoryName, Product, ProductText, Sku, SkuText
from app.db.revisions import Memory, Revised
from app.db.work import Work

MOST_TEXTS = 2_000


class TextsIn(NamedTuple):
    """A name, and a description where the thing has one."""

    name: str
    description: str = ""


class Told(NamedTuple):
    """In which language a thing's own texts are, if that is told, and its texts in others."""

    own_language: str | None
    others: Mapping[str, TextsIn]


_products: Memory[UUID, Told] = Memory(Revised.CATALOGUE, most=MOST_TEXTS)
_skus: Memory[UUID, Told] = Memory(Revised.CATALOGUE, most=MOST_TEXTS)
_categories: Memory[UUID, Told] = Memory(Revised.CATALOGUE, most=MOST_TEXTS)


async def product_texts(work: Work, ids: Collection[UUID]) -> dict[UUID, Told]:
    """Return the texts of products that were read before; one statement, none for remembered."""
    text = and_(ProductText.tenant_id == Product.tenant_id, ProductText.product_id == Product.id)
    told = (Product.id, Product.language, ProductText.language, ProductText.name)
    statement = select(*told, ProductText.description).outerjoin(ProductText, text)

    async def read(missing: Sequence[UUID]) -> Mapping[UUID, Told]:
        asked = statement.where(Product.id.in_(missing)).order_by(ProductText.language)
        return await _told(work, asked)

    return await _products.each(work, ids, read)


async def sku_texts(work: Work, ids: Collection[UUID]) -> dict[UUID, Told]:
    """Return the names of SKUs that were read before; one statement, none for remembered ones."""
    text = and_(SkuText.tenant_id == Sku.tenant_id, SkuText.sku_id == Sku.id)
    statement = (
        select(Sku.id, Product.language, SkuText.language, SkuText.name)
        .join(Product, Product.id == Sku.product_id)
        .outerjoin(SkuText, text)
    )

    async def read(missing: Sequence[UUID]) -> Mapping[UUID, Told]:
        asked = statement.where(Sku.id.in_(missing)).order_by(SkuText.language)
        return await _told(work, asked)

    return await _skus.each(work, ids, read)


async def category_names(work: Work, ids: Collection[UUID]) -> dict[UUID, Told]:
    """Return the names of categories; one statement, none for remembered ones."""
    text = and_(
        CategoryName.tenant_id == Category.tenant_id, CategoryName.category_id == Category.id
    )
    told = (Category.id, Category.language, CategoryName.language, CategoryName.name)
    statement = select(*told).outerjoin(CategoryName, text)

    async def read(missing: Sequence[UUID]) -> Mapping[UUID, Told]:
        asked = statement.where(Category.id.in_(missing)).order_by(CategoryName.language)
        return await _told(work, asked)

    return await _categories.each(work, ids, read)


async def _told(work: Work, statement: Select[*tuple[Any, ...]]) -> Mapping[UUID, Told]:
    own: dict[UUID, str | None] = {}
    others: dict[UUID, dict[str, TextsIn]] = {}
    for key, own_language, language, *texts in await work.session.execute(statement):
        own[key] = own_language
        found = others.setdefault(key, {})
        if language is not None:
            found[language] = TextsIn(*texts)
    return {key: Told(language, others[key]) for key, language in own.items()}
