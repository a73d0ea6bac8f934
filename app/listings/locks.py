"""Row locks of listings."""

from uuid import UUID

from sqlalchemy import select

from app.catalog import locks
from app.catalog.models import Product
from app.db.work import Work
from app.kernel.errors import NotFound
from app.listings.models import ListingReview


async def product_with_review(work: Work, product_id: UUID) -> tuple[Product, ListingReview | None]:
    """Lock an own product, and with it its review; raises `NotFound` for all but the owner."""
    product = await locks.own_product(work, product_id)
    if product is None:
        raise NotFound("Product").at("productId")
    statement = select(ListingReview).where(ListingReview.product_id == product_id)
    return product, await work.session.scalar(statement)
