"""What only time triggers: points expire, and purchases grow too old for a membership tier."""

from uuid import UUID

from app.db.work import Work
from app.promotions.operations import points
from app.promotions.operations.standing import recount_tiers
from app.rbac.guard import requires


@requires()
async def expire_points(work: Work, tenant_id: UUID) -> UUID:
    """Let points expire whose time is over in the work's tenant, a bounded number."""
    await points.expire_points(work)
    return tenant_id


@requires()
async def age_membership(work: Work, relationship_id: UUID) -> UUID:
    """Find a buyer's membership tier anew, now that some purchases are more than a year old."""
    await recount_tiers(work, relationship_id=relationship_id)
    return relationship_id
