"""How long goods keep from their production."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from app.catalog.models import Sku
from app.db.work import Work


async def shelf_lives(work: Work, sku_ids: Collection[UUID]) -> dict[UUID, int]:
    """Return the shelf lives that are known of SKUs, in days; one statement."""
    statement = select(Sku.id, Sku.shelf_life_days).where(
        Sku.id.in_(sku_ids), Sku.shelf_life_days.is_not(None)
    )
    return {key: days for key, days in await work.session.execute(statement) if days is not None}
