"""What commands and queries of listings share."""

from uuid import UUID

from sqlalchemy import and_, exists, or_, select, union_all

from app.catalog.models import (
    Category,
    Product,
    ProductImage,
    ProductText,
    Sku,
    SkuPackaging,
    SkuText,
)
from app.catalog.operations import missing_packs
from app.db.work import Work
from app.inventory.operations import ForSale, free_stock_of
from app.listings.models import ListingPolicy
from app.listings.rules import digest
from app.pricing.models import PriceEntry, PriceList


async def policy_of(work: Work, organisation_id: UUID) -> ListingPolicy:
    """Return what an organisation asks of its products; one without a row asks the least."""
    statement = select(ListingPolicy).where(ListingPolicy.organisation_id == organisation_id)
    found = await work.session.scalar(statement)
    return found or ListingPolicy(
        organisation_id=organisation_id,
        needs_review=False,
        needs_description=False,
        needs_price=False,
        needs_stock=False,
        needs_image=False,
    )


async def missing(work: Work, product: Product, policy: ListingPolicy) -> list[str]:
    """Say in words what a product lacks to be listed under a policy (R2-7)."""
    found = await missing_packs(work, product.id)
    retired = select(Category.name).where(
        Category.id == product.category_id, Category.retired_at.is_not(None)
    )
    category = await work.session.scalar(retired)
    if category is not None:
        found.append(f"its category {category} is retired")
    if policy.needs_description and not product.description.strip():
        found.append("it needs a description")
    pictured = select(ProductImage.id).where(ProductImage.product_id == product.id).limit(1)
    if policy.needs_image and await work.session.scalar(pictured) is None:
        found.append("it needs an image")
    if policy.needs_price or policy.needs_stock:
        found += await _missing_of_sizes(work, product, policy)
    return found


async def content_of(work: Work, product: Product) -> str:
    """Return the digest of all that a review looks at."""
    sizes = await work.session.execute(
        select(Sku.code, Sku.name, Sku.tax_category_id, Sku.shelf_life_days)
        .where(Sku.product_id == product.id)
        .order_by(Sku.code)
    )
    packs = await work.session.execute(
        select(Sku.code, SkuPackaging.level, SkuPackaging.factor, SkuPackaging.gtin)
        .join(Sku, and_(Sku.tenant_id == SkuPackaging.tenant_id, Sku.id == SkuPackaging.sku_id))
        .where(Sku.product_id == product.id)
        .order_by(Sku.code, SkuPackaging.level)
    )
    texts = (product.name, product.description, str(product.brand_id), str(product.category_id))
    elsewhere = await _texts_elsewhere(work, product)
    return digest([*texts, *map(str, sizes.all()), *map(str, packs.all()), *elsewhere])


async def _texts_elsewhere(work: Work, product: Product) -> list[str]:
    of_product = select(ProductText.language, ProductText.name, ProductText.description)
    of_sizes = select(SkuText.language, Sku.code, SkuText.name).join(
        Sku, and_(Sku.tenant_id == SkuText.tenant_id, Sku.id == SkuText.sku_id)
    )
    both = union_all(
        of_product.where(
            ProductText.tenant_id == work.tenant_id, ProductText.product_id == product.id
        ),
        of_sizes.where(SkuText.tenant_id == work.tenant_id, Sku.product_id == product.id),
    )
    return sorted(map(str, (await work.session.execute(both)).all()))


async def _missing_of_sizes(work: Work, product: Product, policy: ListingPolicy) -> list[str]:
    priced = exists().where(
        PriceEntry.tenant_id == Sku.tenant_id,
        PriceEntry.sku_id == Sku.id,
        PriceEntry.known_until.is_(None),
        or_(PriceEntry.valid_until.is_(None), PriceEntry.valid_until > work.now),
        PriceList.tenant_id == PriceEntry.tenant_id,
        PriceList.id == PriceEntry.price_list_id,
        PriceList.seller_id == product.owner_id,
    )
    rows = await work.session.execute(
        select(Sku.id, Sku.code, priced).where(Sku.product_id == product.id).order_by(Sku.code)
    )
    sizes = rows.all()
    found: list[str] = []
    if policy.needs_price:
        found += [f"{code} needs a price" for _, code, has_price in sizes if not has_price]
    if policy.needs_stock:
        asked = [ForSale(product.owner_id, sku_id, 0) for sku_id, _, _ in sizes]
        free = await free_stock_of(work, asked)
        pairs = zip(sizes, free, strict=True)
        found += [f"{size[1]} needs stock" for size, pieces in pairs if pieces <= 0]
    return found
