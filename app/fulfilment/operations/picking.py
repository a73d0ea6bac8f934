"""Pick tasks: which lots an order's goods are taken from, and what of them is on its way."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select, update

from app.db.work import Work
from app.fulfilment.models import PickTask
from app.inventory.operations import LotQuantity, allocated_lots
from app.kernel.ids import new_id

Place = tuple[UUID, UUID, UUID]


async def make_pick_tasks(work: Work, order_id: UUID) -> None:
    """Write a task for each lot set aside that no task covers yet (R1-54)."""
    covered = _open_by_place(await pick_tasks(work, order_id))
    rows = [
        _task(work, order_id, lot, left)
        for lot in await allocated_lots(work, order_id)
        if (left := lot.quantity - covered[_place(lot)]) > 0
    ]
    await work.insert(PickTask, rows)


async def make_missing_tasks(work: Work, order_id: UUID, to_pick: Decimal) -> None:
    """Write tasks for what was set aside since preparation began; one statement if nothing."""
    planned = select(func.coalesce(func.sum(PickTask.quantity), 0)).where(
        PickTask.order_id == order_id, PickTask.picked_at.is_(None)
    )
    if await work.session.scalar(planned) != to_pick:
        await make_pick_tasks(work, order_id)


async def pick_tasks(work: Work, order_id: UUID) -> Sequence[PickTask]:
    """Return an order's tasks, the oldest first."""
    statement = select(PickTask).where(PickTask.order_id == order_id).order_by(PickTask.id)
    return (await work.session.scalars(statement)).all()


async def finish_pick_tasks(work: Work, order_id: UUID) -> None:
    """Note that every open task was picked now, and by whom."""
    await work.session.execute(
        update(PickTask)
        .where(PickTask.order_id == order_id, PickTask.picked_at.is_(None))
        .values(picked_at=work.now, picked_by_membership_id=work.actor.membership_id)
    )


def take(
    tasks: Sequence[PickTask], wanted: Mapping[UUID, Decimal]
) -> list[tuple[PickTask, Decimal]]:
    """Choose from picked tasks what is wanted by line, the oldest tasks first."""
    left = dict(wanted)
    chosen: list[tuple[PickTask, Decimal]] = []
    for task in tasks:
        free = task.quantity - task.planned if task.picked_at else Decimal(0)
        share = min(free, left.get(task.order_line_id, Decimal(0)))
        if share > 0:
            left[task.order_line_id] -= share
            chosen.append((task, share))
    return chosen


def plannable(tasks: Sequence[PickTask]) -> dict[UUID, Decimal]:
    """Return the picked pieces by line that no shipment holds yet."""
    free: dict[UUID, Decimal] = defaultdict(Decimal)
    for task in tasks:
        if task.picked_at:
            free[task.order_line_id] += task.quantity - task.planned
    return free


def _open_by_place(tasks: Sequence[PickTask]) -> dict[Place, Decimal]:
    found: dict[Place, Decimal] = defaultdict(Decimal)
    for task in tasks:
        place = (task.order_line_id, task.warehouse_id, task.lot_id)
        found[place] += task.quantity - task.shipped
    return found


def _place(lot: LotQuantity) -> Place:
    return (lot.source_line_id, lot.warehouse_id, lot.lot_id)


def _task(work: Work, order_id: UUID, lot: LotQuantity, quantity: Decimal) -> dict[str, object]:
    return {
        "id": new_id(),
        "order_id": order_id,
        "order_line_id": lot.source_line_id,
        "warehouse_id": lot.warehouse_id,
        "sku_id": lot.sku_id,
        "lot_id": lot.lot_id,
        "quantity": quantity,
        "planned": Decimal(0),
        "shipped": Decimal(0),
        "created_at": work.now,
    }
