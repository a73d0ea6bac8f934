"""What an actor may read of stock: the own organisation's (R3-47)."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import Select, Text, func, select

from app.db.keyset import keyset, newest_first
from app.db.work import Work
from app.inventory.models import LotBalance, StockBalance, StockLot, StockMove, Warehouse
from app.inventory.operations import own_lots, own_warehouses
from app.kernel.paging import Page, PageRequest, page_of
from app.rbac.guard import requires
from app.rbac.permissions import Permission

NEVER = "9999-12-31"
_EXPIRY = func.coalesce(func.to_char(StockLot.expires_on, "YYYY-MM-DD"), NEVER, type_=Text())


@requires(Permission.STOCK_READ)
async def warehouses(work: Work, page: PageRequest) -> Page[Warehouse]:
    """Return the own organisation's warehouses by name."""
    statement = keyset(
        select(Warehouse).where(own_warehouses(work)), page, Warehouse.name, Warehouse.id
    )
    rows = (await work.session.execute(statement)).scalars().all()
    return page_of(rows, page, lambda row: (row.name, str(row.id)))


@requires()
async def warehouses_by_id(work: Work, ids: Collection[UUID]) -> dict[UUID, Warehouse]:
    """Return own warehouses by id; none without a right on stock."""
    if not _sees_stock(work):
        return {}
    statement = select(Warehouse).where(Warehouse.id.in_(set(ids)), own_warehouses(work))
    return {row.id: row for row in (await work.session.execute(statement)).scalars()}


@requires(Permission.STOCK_READ)
async def stock(
    work: Work, page: PageRequest, warehouse_id: UUID | None = None, sku_id: UUID | None = None
) -> Page[StockBalance]:
    """Return what lies in own warehouses, by warehouse and SKU, held to one of either if given."""
    statement = (
        select(StockBalance)
        .join(Warehouse, Warehouse.id == StockBalance.warehouse_id)
        .where(own_warehouses(work))
    )
    if warehouse_id is not None:
        statement = statement.where(StockBalance.warehouse_id == warehouse_id)
    if sku_id is not None:
        statement = statement.where(StockBalance.sku_id == sku_id)
    in_order = keyset(statement, page, StockBalance.warehouse_id, StockBalance.sku_id)
    rows = (await work.session.execute(in_order)).scalars().all()
    return page_of(rows, page, lambda row: (str(row.warehouse_id), str(row.sku_id)))


@requires(Permission.STOCK_READ)
async def lots(work: Work, page: PageRequest, sku_id: UUID) -> Page[StockLot]:
    """Return the own lots of a SKU, what expires first coming first, emptied lots too."""
    statement = keyset(
        select(StockLot).where(StockLot.sku_id == sku_id, own_lots(work)),
        page,
        _EXPIRY,
        StockLot.id,
    )
    rows = (await work.session.execute(statement)).scalars().all()
    return page_of(
        rows,
        page,
        lambda row: (row.expires_on.isoformat() if row.expires_on else NEVER, str(row.id)),
    )


@requires()
async def lots_by_id(work: Work, ids: Collection[UUID]) -> dict[UUID, StockLot]:
    """Return own lots by id; none without a right on stock."""
    if not _sees_stock(work):
        return {}
    statement = select(StockLot).where(StockLot.id.in_(set(ids)), own_lots(work))
    return {row.id: row for row in (await work.session.execute(statement)).scalars()}


@requires(Permission.STOCK_READ, Permission.STOCK_WRITE)
async def lot_balances(work: Work, lot_ids: Collection[UUID]) -> dict[UUID, list[LotBalance]]:
    """Return where each own lot lies, warehouses by id; one statement."""
    found: dict[UUID, list[LotBalance]] = {lot: [] for lot in lot_ids}
    statement = (
        select(LotBalance)
        .join(Warehouse, Warehouse.id == LotBalance.warehouse_id)
        .where(LotBalance.lot_id.in_(set(lot_ids)), own_warehouses(work))
        .order_by(LotBalance.warehouse_id)
    )
    for row in (await work.session.execute(statement)).scalars():
        found[row.lot_id].append(row)
    return found


@requires(Permission.STOCK_READ)
async def stock_moves(
    work: Work, page: PageRequest, warehouse_id: UUID | None = None, sku_id: UUID | None = None
) -> Page[StockMove]:
    """Return moves of own warehouses, the newest first, held to a warehouse or SKU if given."""
    statement = _own_moves(work)
    if warehouse_id is not None:
        statement = statement.where(StockMove.warehouse_id == warehouse_id)
    if sku_id is not None:
        statement = statement.where(StockMove.sku_id == sku_id)
    in_order = newest_first(statement, page, StockMove.id)
    rows = (await work.session.execute(in_order)).scalars().all()
    return page_of(rows, page, lambda row: (str(row.id),))


@requires()
async def moves_by_id(work: Work, ids: Collection[UUID]) -> dict[UUID, StockMove]:
    """Return moves of own warehouses by id; none without a right on stock."""
    if not _sees_stock(work):
        return {}
    statement = _own_moves(work).where(StockMove.id.in_(set(ids)))
    return {row.id: row for row in (await work.session.execute(statement)).scalars()}


@requires(Permission.STOCK_READ, Permission.STOCK_WRITE)
async def moves_of_source(work: Work, source_id: UUID) -> Sequence[StockMove]:
    """Return the moves that one receipt or adjustment made, in the order they were written."""
    statement = _own_moves(work).where(StockMove.source_id == source_id).order_by(StockMove.id)
    return (await work.session.execute(statement)).scalars().all()


def _own_moves(work: Work) -> Select[StockMove]:
    return (
        select(StockMove)
        .join(Warehouse, Warehouse.id == StockMove.warehouse_id)
        .where(own_warehouses(work))
    )


def _sees_stock(work: Work) -> bool:
    return work.actor.may(Permission.STOCK_READ) or work.actor.may(Permission.STOCK_WRITE)
