"""Share scarce goods among the orders that wait for them (P19)."""

from uuid import UUID

from app.audit.operations import record
from app.db.work import Work
from app.inventory.rules import SharingManner
from app.orders.operations import sharing
from app.orders.operations.sharing import SharePlan
from app.rbac.guard import requires
from app.rbac.permissions import Permission


@requires(Permission.ORDER_ALLOCATE)
async def share_stock(work: Work, sku_id: UUID, manner: SharingManner, token: str) -> SharePlan:
    """Set aside the shares of the own organisation's free stock that were previewed.

    Raises `SharesChanged`, `NothingToShare`. The token makes a repeated call harmless.
    """
    plan = await sharing.share(work, sku_id, manner, token)
    given = {str(each.line_id): f"{each.given:f}" for each in plan.shares}
    record(work, "SHARE_STOCK", "sku", sku_id, after={"manner": manner, "shares": given})
    return plan
