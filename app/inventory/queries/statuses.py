"""How the own organisation's goods came to be held back, or free again."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Select, select

from app.db.keyset import newest_first
from app.db.work import Work
from app.inventory.models import StockStatusChange, Warehouse
from app.inventory.operations import own_warehouses
from app.kernel.paging import Page, PageRequest, page_of
from app.rbac.guard import requires
from app.rbac.permissions import Permission


@requires(Permission.STOCK_READ)
async def stock_status_changes(
    work: Work, page: PageRequest, warehouse_id: UUID | None = None, sku_id: UUID | None = None
) -> Page[StockStatusChange]:
    """Return changes in own warehouses, the newest first, of a warehouse or SKU if given."""
    statement = _own(work)
    if warehouse_id is not None:
        statement = statement.where(StockStatusChange.warehouse_id == warehouse_id)
    if sku_id is not None:
        statement = statement.where(StockStatusChange.sku_id == sku_id)
    rows = await work.session.scalars(newest_first(statement, page, StockStatusChange.id))
    return page_of(rows.all(), page, lambda row: (str(row.id),))


@requires()
async def status_changes_by_id(work: Work, ids: Collection[UUID]) -> dict[UUID, StockStatusChange]:
    """Return changes in own warehouses by id; none without a right on stock."""
    if not any(map(work.actor.may, (Permission.STOCK_READ, Permission.STOCK_WRITE))):
        return {}
    statement = _own(work).where(StockStatusChange.id.in_(set(ids)))
    return {row.id: row for row in await work.session.scalars(statement)}


def _own(work: Work) -> Select[StockStatusChange]:
    return (
        select(StockStatusChange)
        .join(Warehouse, Warehouse.id == StockStatusChange.warehouse_id)
        .where(own_warehouses(work))
    )
