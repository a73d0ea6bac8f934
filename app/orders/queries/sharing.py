"""What a fair share of scarce goods would give to whom (P19)."""

from uuid import UUID

from app.db.work import Work
from app.inventory.rules import SharingManner
from app.orders.operations import sharing
from app.orders.operations.sharing import SharePlan
from app.rbac.guard import requires
from app.rbac.permissions import Permission


@requires(Permission.ORDER_ALLOCATE)
async def preview_fair_share(work: Work, sku_id: UUID, manner: SharingManner) -> SharePlan:
    """Say which waiting order would get what of the own organisation's free stock, and why."""
    return await sharing.preview(work, sku_id, manner)
