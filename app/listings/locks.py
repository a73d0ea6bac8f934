"""Row locks of listings."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import select

from app.catalog import locks
from app.catalog.models import Product, QuantityRule
from app.db.work import Work
from app.kernel.errors import NotFound
from app.listings.models import ListingReview
from app.organisations.models import Organisation


async def product_with_review(work: Work, product_id: UUID) -> tuple[Product, ListingReview | None]:
    """Lock an own product, and with it its review; raises `NotFound` for all but the owner."""
    product = await locks.own_product(work, product_id)
    if product is None:
        raise NotFound("Product").at("productId")
    statement = select(ListingReview).where(ListingReview.product_id == product_id)
    return product, await work.session.scalar(statement)


async def quantity_rules(
    work: Work, seller_id: UUID, sku_ids: Collection[UUID]
) -> Sequence[QuantityRule]:
    """Lock a seller's quantity rules of SKUs, in the order of their keys.

    The seller itself is locked first: what is not there yet cannot be.
    """
    await work.session.execute(
        select(Organisation.id).where(Organisation.id == seller_id).with_for_update(key_share=True)
    )
    statement = (
        select(QuantityRule)
        .where(QuantityRule.seller_id == seller_id, QuantityRule.sku_id.in_(sku_ids))
        .order_by(QuantityRule.id)
        .with_for_update()
    )
    return (await work.session.scalars(statement)).all()
