"""Products and their SKUs, kept by the organisation that created them (R3-9, R0-18)."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.audit.operations import record
from app.catalog import locks
from app.catalog.errors import GtinTaken, ListingIncomplete, SkuCodeTaken
from app.catalog.models import (
    Brand,
    ListingStatus,
    Product,
    Sku,
    SkuPackaging,
    TaxCategory,
)
from app.catalog.operations import (
    check_known,
    check_open_category,
    concerned_by,
    index_product,
)
from app.catalog.rules import (
    NewSku,
    checked_description,
    checked_language,
    checked_sku,
    checked_text,
)
from app.db.outbox import DomainEvent
from app.db.work import Work
from app.kernel.errors import Invalid, NotFound
from app.kernel.quantity import PackagingLevel
from app.rbac.guard import requires
from app.rbac.permissions import Permission

MOST_SKUS = 100


@dataclass(frozen=True, slots=True)
class NewProduct:
    """A product to be, a draft at first."""

    name: str
    brand_id: UUID
    category_id: UUID
    description: str = ""
    skus: Sequence[NewSku] = ()
    language: str | None = None


@dataclass(frozen=True, slots=True)
class ProductChange:
    """What to change of a product; none keeps the value."""

    name: str | None = None
    description: str | None = None
    brand_id: UUID | None = None
    category_id: UUID | None = None
    language: str | None = None


@requires(Permission.PRODUCT_WRITE)
async def create_product(work: Work, new: NewProduct) -> Product:
    """Create a draft with its SKUs, kept by the own organisation.

    Raises `SkuCodeTaken`, `GtinTaken`, `GtinWrong`, `Invalid`, and `NotFound` for unknown words.
    """
    if len(new.skus) > MOST_SKUS:
        raise Invalid("skus", f"must be at most {MOST_SKUS}")
    skus = [checked_sku(sku, f"skus.{place}") for place, sku in enumerate(new.skus)]
    product = Product(
        owner_id=work.actor.own_organisation,
        brand_id=new.brand_id,
        category_id=new.category_id,
        name=checked_text(new.name, "name"),
        description=checked_description(new.description, "description"),
        language=new.language and checked_language(new.language, "language"),
        created_at=work.now,
    )
    product.indexed_as = product.name
    await check_known(work, Brand, new.brand_id, "brandId")
    await check_open_category(work, new.category_id, "categoryId")
    await work.save(product)
    await _save_skus(work, product, skus, "skus")
    await index_product(work, product, is_new=True)
    after = {"name": product.name, "skus": [sku.code for sku in skus]}
    record(work, "CREATE_PRODUCT", "product", product.id, after=after)
    return product


@requires(Permission.PRODUCT_WRITE)
async def change_product(work: Work, product_id: UUID, change: ProductChange) -> Product:
    """Change what is given, and note before and after (R3-9); only for the product's owner."""
    given = _checked_change(change)
    product = await _own(work, product_id)
    await check_known(work, Brand, change.brand_id, "brandId")
    if change.category_id != product.category_id:
        await check_open_category(work, change.category_id, "categoryId")
    changed = {name: value for name, value in given.items() if getattr(product, name) != value}
    if not changed:
        return product
    before = {name: str(getattr(product, name)) for name in changed}
    for name, value in changed.items():
        setattr(product, name, value)
    after = {name: str(value) for name, value in changed.items()}
    if {"name", "brand_id"} & changed.keys():
        await index_product(work, product)
    record(work, "CHANGE_PRODUCT", "product", product_id, before=before, after=after)
    data = {"fields": list(changed), **concerned_by(product)}
    work.tell(DomainEvent("product_changed", "product", product_id, data))
    return product


@requires(Permission.PRODUCT_WRITE)
async def add_sku(work: Work, product_id: UUID, new: NewSku) -> Sku:
    """Add a size to a product of the own organisation's; a listed product's needs its piece.

    Raises `ListingIncomplete`, `SkuCodeTaken`, `GtinTaken`, `GtinWrong`, `Invalid`, `NotFound`.
    """
    sku = checked_sku(new, "sku")
    product = await _own(work, product_id)
    has_piece = any(unit.level is PackagingLevel.PIECE for unit in sku.packaging)
    if product.status == ListingStatus.LISTED and not has_piece:
        raise ListingIncomplete(product.name, f"{sku.code} needs the packaging PIECE").at("sku")
    (row,) = await _save_skus(work, product, [sku], "sku")
    await index_product(work, product)
    record(work, "ADD_SKU", "product", product_id, after={"sku": sku.code})
    return row


async def _own(work: Work, product_id: UUID) -> Product:
    product = await locks.own_product(work, product_id)
    if product is None:
        raise NotFound("Product").at("productId")
    return product


async def _save_skus(
    work: Work, product: Product, skus: Sequence[NewSku], path: str
) -> Sequence[Sku]:
    await _check_taxes(work, {sku.tax_category_id for sku in skus}, path)
    codes = [sku.code for sku in skus]
    gtins = [unit.gtin for sku in skus for unit in sku.packaging if unit.gtin]
    await _check_codes(work, product.owner_id, codes, path)
    await _check_gtins(work, product.owner_id, gtins, path)
    rows = [
        Sku(
            product_id=product.id,
            owner_id=product.owner_id,
            tax_category_id=sku.tax_category_id,
            code=sku.code,
            name=sku.name,
            shelf_life_days=sku.shelf_life_days,
        )
        for sku in skus
    ]
    try:
        await work.save(*rows)
    except IntegrityError:
        raise SkuCodeTaken(", ".join(codes)).at(path) from None
    packs = [
        {
            "sku_id": row.id,
            "owner_id": row.owner_id,
            "level": unit.level,
            "factor": unit.factor,
            "gtin": unit.gtin,
        }
        for row, sku in zip(rows, skus, strict=True)
        for unit in sku.packaging
    ]
    try:
        await work.insert(SkuPackaging, packs)
    except IntegrityError:
        raise GtinTaken(", ".join(gtins)).at(path) from None
    return rows


async def _check_taxes(work: Work, ids: set[UUID], path: str) -> None:
    known = await work.session.scalars(select(TaxCategory.id).where(TaxCategory.id.in_(ids)))
    if set(known) != ids:
        raise NotFound("TaxCategory").at(path)


async def _check_codes(work: Work, owner_id: UUID, codes: Sequence[str], path: str) -> None:
    known = await work.session.scalars(
        select(Sku.code).where(Sku.owner_id == owner_id, Sku.code.in_(codes))
    )
    taken = _first_taken(codes, set(known))
    if taken is not None:
        raise SkuCodeTaken(taken).at(path)


async def _check_gtins(work: Work, owner_id: UUID, gtins: Sequence[str], path: str) -> None:
    known = await work.session.scalars(
        select(SkuPackaging.gtin).where(
            SkuPackaging.owner_id == owner_id, SkuPackaging.gtin.in_(gtins)
        )
    )
    taken = _first_taken(gtins, {gtin for gtin in known if gtin})
    if taken is not None:
        raise GtinTaken(taken).at(path)


def _first_taken(given: Sequence[str], known: set[str]) -> str | None:
    seen = set(known)
    for text in given:
        if text in seen:
            return text
        seen.add(text)
    return None


def _checked_change(change: ProductChange) -> dict[str, object]:
    given: dict[str, object | None] = {
        "name": None if change.name is None else checked_text(change.name, "name"),
        "description": None
        if change.description is None
        else checked_description(change.description, "description"),
        "brand_id": change.brand_id,
        "category_id": change.category_id,
        "language": change.language and checked_language(change.language, "language"),
    }
    return {name: value for name, value in given.items() if value is not None}
