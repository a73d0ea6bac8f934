"""Row locks of the catalogue."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from app.catalog.models import Product
from app.db.work import Work

MOST_INDEXED = 500


async def own_product(work: Work, product_id: UUID) -> Product | None:
    """Lock a product that the actor's organisation keeps; none when it does not."""
    return await work.session.scalar(
        select(Product)
        .where(Product.id == product_id, Product.owner_id == work.actor.own_organisation)
        .with_for_update()
    )


async def unindexed_from(work: Work, product_id: UUID) -> Sequence[Product]:
    """Lock products that search terms are missing of, from an id on, as many as go at once."""
    statement = (
        select(Product)
        .where(Product.id >= product_id, Product.indexed_as.is_distinct_from(Product.name))
        .order_by(Product.id)
        .limit(MOST_INDEXED)
        .with_for_update()
    )
    return (await work.session.scalars(statement)).all()
