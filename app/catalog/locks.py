"""Row locks of the catalogue."""

from uuid import UUID

from sqlalchemy import select

from app.catalog.models import Product
from app.db.work import Work


async def own_product(work: Work, product_id: UUID) -> Product | None:
    """Lock a product that the actor's organisation keeps; none when it does not."""
    return await work.session.scalar(
        select(Product)
        .where(Product.id == product_id, Product.owner_id == work.actor.own_organisation)
        .with_for_update()
    )
