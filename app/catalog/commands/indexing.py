"""Index what was written past the index: by a release before it, by imports, by hand."""

from uuid import UUID

from app.catalog import locks
from app.catalog.operations import index_products as write_terms
from app.db.work import Work
from app.rbac.guard import requires
from app.rbac.permissions import Permission


@requires(Permission.PRODUCT_WRITE)
async def index_products(work: Work, product_id: UUID) -> UUID:
    """Write the terms of a product that has none, and of those like it that follow; bounded.

    Nothing where it has been indexed meanwhile. The clock gives this command (decision 37).
    """
    products = await locks.unindexed_from(work, product_id)
    if products and products[0].id == product_id:
        await write_terms(work, products)
    return product_id
