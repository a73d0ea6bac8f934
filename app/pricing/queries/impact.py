"""What price changes would do, for those who may read the prices."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from app.db.work import Work
from app.pricing.models import PriceChangeSet
from app.pricing.operations.change_sets import own_change_sets
from app.pricing.operations.impact import Impact, impacts
from app.rbac.guard import requires
from app.rbac.permissions import Permission


@requires(Permission.PRICE_READ)
async def price_change_impacts(work: Work, set_ids: Collection[UUID]) -> dict[UUID, Impact]:
    """Return what own change sets do or did to prices; others are absent."""
    own = await work.session.scalars(
        select(PriceChangeSet.id).where(PriceChangeSet.id.in_(set(set_ids)), own_change_sets(work))
    )
    return await impacts(work, work.actor.own_organisation, own.all())
