"""What only time triggers: points expire, and purchases grow too old for a membership tier."""

from app.db.work import Work
from app.promotions.operations import points
from app.promotions.operations.standing import recount_tiers
from app.rbac.guard import requires


@requires()
async def expire_points(work: Work) -> int:
    """Let points expire whose time is over in the tenant, a bounded number; returns how many."""
    return await points.expire_points(work)


@requires()
async def age_memberships(work: Work) -> None:
    """Find every buyer's membership tier anew, now that some purchases are a day older."""
    await recount_tiers(work)
