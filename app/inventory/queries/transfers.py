"""What is on its way between own warehouses, and what arrived of it (R3-47)."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Select, select, true

from app.db.keyset import newest_first
from app.db.work import Work
from app.inventory.models import StockTransfer, StockTransferLine
from app.kernel.paging import Page, PageRequest, page_of
from app.rbac.guard import requires
from app.rbac.permissions import Permission


@requires(Permission.STOCK_READ)
async def stock_transfers(
    work: Work, page: PageRequest, *, is_in_transit: bool | None = None
) -> Page[StockTransfer]:
    """Return own transfers, the newest first: all, or those that arrived, or did not yet."""
    statement = _own(work)
    if is_in_transit is not None:
        statement = statement.where(StockTransfer.received_at.is_(None) == is_in_transit)
    rows = await work.session.scalars(newest_first(statement, page, StockTransfer.id))
    return page_of(rows.all(), page, lambda row: (str(row.id),))


@requires()
async def transfers_by_id(work: Work, ids: Collection[UUID]) -> dict[UUID, StockTransfer]:
    """Return own transfers by id; none without a right on stock."""
    if not any(map(work.actor.may, (Permission.STOCK_READ, Permission.STOCK_WRITE))):
        return {}
    statement = _own(work).where(StockTransfer.id.in_(set(ids)))
    return {row.id: row for row in await work.session.scalars(statement)}


@requires(Permission.STOCK_READ, Permission.STOCK_WRITE)
async def lines_of_transfers(
    work: Work, ids: Collection[UUID]
) -> dict[UUID, list[StockTransferLine]]:
    """Return the lots of each own transfer, in one statement."""
    found: dict[UUID, list[StockTransferLine]] = {key: [] for key in ids}
    own = _own(work).with_only_columns(StockTransfer.id).where(StockTransfer.id.in_(set(ids)))
    statement = (
        select(StockTransferLine)
        .where(StockTransferLine.transfer_id.in_(own))
        .order_by(StockTransferLine.transfer_id, StockTransferLine.lot_id)
    )
    for row in await work.session.scalars(statement):
        found[row.transfer_id].append(row)
    return found


def _own(work: Work) -> Select[StockTransfer]:
    own = StockTransfer.organisation_id == work.actor.own_organisation
    return select(StockTransfer).where(true() if work.actor.is_system else own)
