"""What an actor may read of the catalogue."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, TypeVarTuple
from uuid import UUID

from sqlalchemy import Select, and_, or_, select

from app.catalog.models import (
    Brand,
    Category,
    CategoryAncestry,
    ListingStatus,
    Product,
    ProductImage,
    ProductImageText,
    ReturnableContainer,
    Sku,
    SkuPackaging,
    SkuSubstitute,
    TaxCategory,
)
from app.catalog.operations import (
    Sized,
    Told,
    browsable_products,
    category_names,
    found_by,
    is_readable,
    packaging_of,
    product_texts,
    products_of,
    ranked,
    read_search,
    readable_products,
    sizes_of,
    sku_texts,
    skus_with_products,
    words_of,
)
from app.db.keyset import keyset
from app.db.work import Work
from app.kernel.errors import NotFound
from app.kernel.paging import Page, PageRequest, page_of
from app.rbac.guard import requires
from app.rbac.permissions import Permission

Word = TypeVar("Word", Brand, Category, ReturnableContainer, TaxCategory)
Row = TypeVarTuple("Row")


@dataclass(frozen=True, slots=True)
class ProductFilter:
    """What to look for; `search` is what people type: words, a code or a GTIN."""

    search: str = ""
    category_id: UUID | None = None
    brand_id: UUID | None = None
    status: ListingStatus | None = None


@requires(Permission.CATALOGUE_READ, Permission.PRODUCT_WRITE)
async def products(work: Work, page: PageRequest, wanted: ProductFilter) -> Page[Product]:
    """Return products by name: listed ones, and the own organisation's in every status (R0-25)."""
    statement = await _filtered(work, select(Product), wanted)
    rows = await work.session.scalars(keyset(statement, page, Product.name, Product.id))
    return page_of(rows.all(), page, lambda row: (row.name, str(row.id)))


@requires(Permission.CATALOGUE_READ, Permission.PRODUCT_WRITE)
async def found_products(
    work: Work, text: str, page: PageRequest, wanted: ProductFilter
) -> Page[Product]:
    """Return the products that a search finds, the best first; two statements (R0-25)."""
    visible = browsable_products(work)
    read = await read_search(work, text, visible)
    if not read:
        return Page((), has_next=False, key_of=lambda _: ())
    best = ranked(work, read)
    found = select(Product, best.c.rank).join(best, best.c.product_id == Product.id)
    statement = _held(found.where(visible), wanted)
    ordered = keyset(statement, page, best.c.rank, Product.name, Product.id)
    ranks = {row[0]: row[1] for row in await work.session.execute(ordered)}
    return page_of(list(ranks), page, lambda row: (str(ranks[row]), row.name, str(row.id)))


@requires(Permission.CATALOGUE_READ, Permission.PRODUCT_WRITE)
async def product(work: Work, product_id: UUID) -> Product:
    """Return one product that is or was listed, or is the actor's own; raises `NotFound`."""
    found = (await _products(work, {product_id})).get(product_id)
    if found is None:
        raise NotFound("Product")
    return found


@requires()
async def products_by_id(work: Work, ids: Collection[UUID]) -> dict[UUID, Product]:
    """Return readable products by id; documents name their products without more rights."""
    return await _products(work, set(ids))


@requires(Permission.CATALOGUE_READ, Permission.PRODUCT_WRITE)
async def skus(work: Work, page: PageRequest, wanted: ProductFilter) -> Page[Sku]:
    """Return the SKUs of the products that `products` would return, by code."""
    sized = select(Sku).join(Product, Product.id == Sku.product_id)
    statement = await _filtered(work, sized, wanted)
    rows = await work.session.scalars(keyset(statement, page, Sku.code, Sku.id))
    return page_of(rows.all(), page, lambda row: (row.code, str(row.id)))


@requires(Permission.CATALOGUE_READ, Permission.PRODUCT_WRITE)
async def sku(work: Work, sku_id: UUID) -> Sku:
    """Return one SKU of a product that is or was listed, or is the actor's own."""
    found = (await _skus(work, {sku_id})).get(sku_id)
    if found is None:
        raise NotFound("Sku")
    return found.sku


@requires()
async def skus_by_id(work: Work, ids: Collection[UUID]) -> dict[UUID, Sized]:
    """Return readable SKUs by id; documents name their SKUs without more rights.

    What is made `once` of one that is remembered is shown to everybody: goods that were listed.
    """
    return await _skus(work, ids)


@requires()
async def skus_of(work: Work, product_ids: Collection[UUID]) -> dict[UUID, list[Sku]]:
    """Return the SKUs of each readable product, by code; one statement."""
    found = await sizes_of(work, product_ids)
    return {
        key: [sized.sku for sized in sizes]
        for key, sizes in found.items()
        if sizes and is_readable(work, sizes[0].product)
    }


@requires()
async def substitutes_of(work: Work, sku_ids: Collection[UUID]) -> dict[UUID, list[Sku]]:
    """Return what is listed of the substitutes of SKUs that were read before, the best first."""
    rows = await work.session.execute(
        select(SkuSubstitute.sku_id, Sku)
        .join(Sku, Sku.id == SkuSubstitute.substitute_id)
        .join(Product, Product.id == Sku.product_id)
        .where(SkuSubstitute.sku_id.in_(sku_ids), Product.status == ListingStatus.LISTED)
        .order_by(SkuSubstitute.sku_id, SkuSubstitute.place)
    )
    found: dict[UUID, list[Sku]] = {}
    for sku_id, substitute in rows:
        found.setdefault(sku_id, []).append(substitute)
    return found


@requires()
async def packaging(work: Work, sku_ids: Collection[UUID]) -> dict[UUID, list[SkuPackaging]]:
    """Return the packaging units of SKUs that were read before, smallest first; one statement."""
    return await packaging_of(work, sku_ids)


@requires(Permission.CATALOGUE_READ, Permission.PRODUCT_WRITE)
async def brands(work: Work, page: PageRequest) -> Page[Brand]:
    """Return all brands, by name."""
    return await _by_name(work, Brand, page)


@requires(Permission.CATALOGUE_READ, Permission.PRODUCT_WRITE)
async def categories(
    work: Work, page: PageRequest, *, with_retired: bool = False
) -> Page[Category]:
    """Return categories by name, retired ones if asked; the tree is in their parents (R0-9)."""
    statement = keyset(select(Category), page, Category.name, Category.id)
    if not with_retired:
        statement = statement.where(Category.retired_at.is_(None))
    rows = await work.session.scalars(statement)
    return page_of(rows.all(), page, lambda row: (row.name, str(row.id)))


@requires(Permission.CATALOGUE_READ, Permission.PRODUCT_WRITE)
async def tax_categories(work: Work, page: PageRequest) -> Page[TaxCategory]:
    """Return all tax categories, by name."""
    return await _by_name(work, TaxCategory, page)


@requires(Permission.CATALOGUE_READ, Permission.PRODUCT_WRITE)
async def returnable_containers(work: Work, page: PageRequest) -> Page[ReturnableContainer]:
    """Return all returnable containers, by name."""
    return await _by_name(work, ReturnableContainer, page)


@requires()
async def containers_by_id(work: Work, ids: Collection[UUID]) -> dict[UUID, ReturnableContainer]:
    """Return returnable containers by id."""
    return await words_of(work, ReturnableContainer, ids)


@requires()
async def brands_by_id(work: Work, ids: Collection[UUID]) -> dict[UUID, Brand]:
    """Return brands by id."""
    return await words_of(work, Brand, ids)


@requires()
async def categories_by_id(work: Work, ids: Collection[UUID]) -> dict[UUID, Category]:
    """Return categories by id."""
    return await words_of(work, Category, ids)


@requires()
async def tax_categories_by_id(work: Work, ids: Collection[UUID]) -> dict[UUID, TaxCategory]:
    """Return tax categories by id."""
    return await words_of(work, TaxCategory, ids)


@requires()
async def texts_of_products(work: Work, ids: Collection[UUID]) -> dict[UUID, Told]:
    """Return the texts in other languages of products that were read before; one statement."""
    return await product_texts(work, ids)


@requires()
async def texts_of_skus(work: Work, ids: Collection[UUID]) -> dict[UUID, Told]:
    """Return the names in other languages of SKUs that were read before; one statement."""
    return await sku_texts(work, ids)


@requires()
async def names_of_categories(work: Work, ids: Collection[UUID]) -> dict[UUID, Told]:
    """Return the names in other languages of categories; one statement."""
    return await category_names(work, ids)


@requires()
async def images_of(
    work: Work, product_ids: Collection[UUID]
) -> dict[UUID, list[tuple[ProductImage, dict[str, str]]]]:
    """Return the images of products that were read before, the main one first; one statement.

    Each with what it shows, by language.
    """
    text = and_(
        ProductImageText.tenant_id == ProductImage.tenant_id,
        ProductImageText.image_id == ProductImage.id,
    )
    statement: Select[*tuple[Any, ...]] = (
        select(ProductImage, ProductImageText.language, ProductImageText.alt)
        .outerjoin(ProductImageText, text)
        .where(ProductImage.product_id.in_(product_ids))
        .order_by(ProductImage.place, ProductImage.id)
    )
    told: dict[UUID, tuple[ProductImage, dict[str, str]]] = {}
    for image, language, alt in await work.session.execute(statement):
        _, texts = told.setdefault(image.id, (image, {}))
        if language is not None:
            texts[language] = alt
    found: dict[UUID, list[tuple[ProductImage, dict[str, str]]]] = {}
    for image, texts in told.values():
        found.setdefault(image.product_id, []).append((image, texts))
    return found


@requires()
async def readable_image_files(work: Work, file_ids: Sequence[UUID]) -> Collection[UUID]:
    """Return which files are images, or thumbnails, of products that the actor may read."""
    rows = await work.session.execute(
        select(ProductImage.file_id, ProductImage.thumbnail_id)
        .join(Product, Product.id == ProductImage.product_id)
        .where(
            or_(ProductImage.file_id.in_(file_ids), ProductImage.thumbnail_id.in_(file_ids)),
            readable_products(work),
        )
    )
    return {key for row in rows for key in row} & set(file_ids)


async def _filtered(work: Work, statement: Select[*Row], wanted: ProductFilter) -> Select[*Row]:
    visible = browsable_products(work)
    statement = _held(statement.where(visible), wanted)
    if wanted.search:
        statement = statement.where(found_by(work, await read_search(work, wanted.search, visible)))
    return statement


def _held(statement: Select[*Row], wanted: ProductFilter) -> Select[*Row]:
    if wanted.category_id is not None:
        below = select(CategoryAncestry.descendant_id).where(
            CategoryAncestry.ancestor_id == wanted.category_id
        )
        statement = statement.where(Product.category_id.in_(below))
    if wanted.brand_id is not None:
        statement = statement.where(Product.brand_id == wanted.brand_id)
    if wanted.status is not None:
        statement = statement.where(Product.status == wanted.status)
    return statement


async def _products(work: Work, ids: set[UUID]) -> dict[UUID, Product]:
    found = await products_of(work, ids)
    return {key: product for key, product in found.items() if is_readable(work, product)}


async def _skus(work: Work, ids: Collection[UUID]) -> dict[UUID, Sized]:
    found = await skus_with_products(work, ids)
    return {key: sized for key, sized in found.items() if is_readable(work, sized.product)}


async def _by_name(work: Work, table: type[Word], page: PageRequest) -> Page[Word]:
    rows = await work.session.scalars(keyset(select(table), page, table.name, table.id))
    return page_of(rows.all(), page, lambda row: (row.name, str(row.id)))
