"""Row locks of the catalogue."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import or_, select

from app.catalog.models import Category, CategoryAncestry, Product
from app.db.work import Work

MOST_INDEXED = 500


async def own_product(work: Work, product_id: UUID) -> Product | None:
    """Lock a product that the actor's organisation keeps; none when it does not."""
    return await work.session.scalar(
        select(Product)
        .where(Product.id == product_id, Product.owner_id == work.actor.own_organisation)
        .with_for_update()
    )


async def category_to_fill(work: Work, category_id: UUID) -> Category | None:
    """Lock a category for something that goes into it: neither moves nor is retired meanwhile."""
    return await work.session.scalar(
        select(Category).where(Category.id == category_id).with_for_update(read=True)
    )


async def branch_of(work: Work, category_id: UUID, below: UUID | None = None) -> list[Category]:
    """Lock a category with all below it, and another with all above it, in the order of keys."""
    under = select(CategoryAncestry.descendant_id).where(
        CategoryAncestry.ancestor_id == category_id
    )
    over = select(CategoryAncestry.ancestor_id).where(CategoryAncestry.descendant_id == below)
    statement = (
        select(Category)
        .where(or_(Category.id.in_(under), Category.id.in_(over)))
        .order_by(Category.id)
        .with_for_update()
    )
    return list(await work.session.scalars(statement))


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
