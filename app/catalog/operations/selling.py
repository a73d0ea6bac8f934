"""Put products on sale and take them off it (R3-7, R3-8)."""

from uuid import UUID

from sqlalchemy import exists, select

from app.audit.operations import record
from app.catalog.models import ListingStatus, Product, Sku, SkuPackaging
from app.catalog.operations.reaching import concerned_by
from app.db.outbox import DomainEvent
from app.db.work import Work
from app.kernel.quantity import PackagingLevel


def put_on_sale(work: Work, product: Product) -> None:
    """Make a locked product orderable; the caller has seen that it is complete."""
    product.listed_at = work.now
    _move(work, product, ListingStatus.LISTED)


def take_off_sale(work: Work, product: Product, reason: str | None = None) -> None:
    """Make a locked product no longer orderable; what was ordered stays."""
    _move(work, product, ListingStatus.DELISTED, reason)


async def missing_packs(work: Work, product_id: UUID) -> list[str]:
    """Say in words which sizes and packs a product lacks to be ordered at all (R2-7)."""
    piece = exists().where(
        SkuPackaging.tenant_id == Sku.tenant_id,
        SkuPackaging.sku_id == Sku.id,
        SkuPackaging.level == PackagingLevel.PIECE,
    )
    rows = await work.session.execute(
        select(Sku.code, piece).where(Sku.product_id == product_id).order_by(Sku.code)
    )
    skus = [(code, has_piece) for code, has_piece in rows]
    if not skus:
        return ["it needs a SKU"]
    return [f"{code} needs the packaging PIECE" for code, has_piece in skus if not has_piece]


def _move(work: Work, product: Product, status: ListingStatus, reason: str | None = None) -> None:
    before = {"status": str(product.status)}
    product.status = status
    verb = "LIST_PRODUCT" if status is ListingStatus.LISTED else "DELIST_PRODUCT"
    after = {"status": status.value}
    record(work, verb, "product", product.id, before=before, after=after, reason=reason)
    data = concerned_by(product)
    work.tell(DomainEvent(f"product_{status.value.lower()}", "product", product.id, data))
