"""Delisting: a product can no longer be ordered (R3-8)."""

from uuid import UUID

from app.catalog import locks
from app.catalog.models import ListingStatus, Product
from app.catalog.operations import take_off_sale
from app.db.work import Work
from app.kernel.errors import NotFound
from app.rbac.guard import requires
from app.rbac.permissions import Permission


@requires(Permission.PRODUCT_WRITE)
async def delist_product(work: Work, product_id: UUID, reason: str | None = None) -> Product:
    """Take a product off sale; what was ordered stays readable (R3-8). Again changes nothing.

    Raises `NotFound` for all but the owner; a draft stays a draft.
    """
    product = await locks.own_product(work, product_id)
    if product is None:
        raise NotFound("Product").at("productId")
    if product.status == ListingStatus.LISTED:
        take_off_sale(work, product, reason)
    return product
