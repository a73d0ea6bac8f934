"""Row locks of listings."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import and_, exists, or_, select

from app.catalog import locks
from app.catalog.models import Category, Product, QuantityRule
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


async def own_category(work: Work, category_id: UUID) -> Category:
    """Lock a category that the actor's organisation keeps; raises `NotFound` for all others.

    Whoever made it keeps it; of those of which that is not known, whoever stands at the top.
    """
    own = work.actor.own_organisation
    is_top = exists().where(
        Organisation.tenant_id == work.tenant_id,
        Organisation.id == own,
        Organisation.parent_id.is_(None),
    )
    kept = or_(
        Category.made_by_organisation_id == own,
        and_(Category.made_by_organisation_id.is_(None), is_top),
    )
    found = await work.session.scalar(
        select(Category).where(Category.id == category_id, kept).with_for_update(of=Category)
    )
    if found is None:
        raise NotFound("Category").at("categoryId")
    return found


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
