"""Listing and delisting: whether a product can be ordered (R3-7, R3-8)."""

from uuid import UUID

from sqlalchemy import exists, select

from app.audit.operations import record
from app.catalog import locks
from app.catalog.errors import ListingIncomplete
from app.catalog.models import ListingStatus, Product, Sku, SkuPackaging
from app.catalog.operations import concerned_by
from app.db.outbox import DomainEvent
from app.db.work import Work
from app.kernel.errors import NotFound
from app.kernel.quantity import PackagingLevel
from app.rbac.guard import requires
from app.rbac.permissions import Permission


@requires(Permission.PRODUCT_WRITE)
async def list_product(work: Work, product_id: UUID) -> Product:
    """Make a product orderable when its data is complete (R2-7); again changes nothing.

    Raises `ListingIncomplete` with what is missing, and `NotFound` for all but the owner.
    """
    product = await _own(work, product_id)
    if product.status == ListingStatus.LISTED:
        return product
    missing = await _missing(work, product_id)
    if missing:
        raise ListingIncomplete(product.name, missing)
    product.listed_at = work.now
    _move(work, product, ListingStatus.LISTED)
    return product


@requires(Permission.PRODUCT_WRITE)
async def delist_product(work: Work, product_id: UUID, reason: str | None = None) -> Product:
    """Take a product off sale; what was ordered stays readable (R3-8). Again changes nothing.

    Raises `NotFound` for all but the owner; a draft stays a draft.
    """
    product = await _own(work, product_id)
    if product.status == ListingStatus.LISTED:
        _move(work, product, ListingStatus.DELISTED, reason)
    return product


async def _own(work: Work, product_id: UUID) -> Product:
    product = await locks.own_product(work, product_id)
    if product is None:
        raise NotFound("Product").at("productId")
    return product


async def _missing(work: Work, product_id: UUID) -> str:
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
        return "it needs a SKU"
    return "; ".join(
        f"{code} needs the packaging PIECE" for code, has_piece in skus if not has_piece
    )


def _move(work: Work, product: Product, status: ListingStatus, reason: str | None = None) -> None:
    before = {"status": str(product.status)}
    product.status = status
    verb = "LIST_PRODUCT" if status is ListingStatus.LISTED else "DELIST_PRODUCT"
    record(
        work,
        verb,
        "product",
        product.id,
        before=before,
        after={"status": status.value},
        reason=reason,
    )
    data = concerned_by(product)
    work.tell(DomainEvent(f"product_{status.value.lower()}", "product", product.id, data))
