"""Prepare stock for an order (R3-56, R3-57)."""

from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

from app.catalog.operations import sku_facts
from app.db.work import Work
from app.fulfilment.errors import NotPickedYet, PickedDiffers
from app.fulfilment.operations.picking import finish_pick_tasks, make_missing_tasks, make_pick_tasks
from app.fulfilment.operations.waves import unchecked_wave
from app.orders.operations.documents import (
    OrderDocument,
    buckets_of,
    enter_state,
    move,
    open_for,
    settle_state,
)
from app.orders.rules import buckets
from app.orders.rules.transitions import OrderCommand
from app.rbac.guard import requires
from app.rbac.permissions import Permission


@requires(Permission.PREPARATION_WRITE)
async def start_preparation(work: Work, order_id: UUID) -> UUID:
    """Begin to pick what is set aside; each lot becomes a pick task."""
    document = await open_for(work, order_id, OrderCommand.START_PREPARATION)
    await make_pick_tasks(work, order_id)
    document.order.is_preparing = True
    enter_state(work, document.order, OrderCommand.START_PREPARATION, settle_state(document))
    return order_id


@requires(Permission.PREPARATION_WRITE)
async def finish_preparation(
    work: Work, order_id: UUID, picked: Mapping[UUID, Decimal] | None = None
) -> UUID:
    """Everything is picked, checked and packed; `picked` in pieces by line when it was counted.

    Raises `PickedDiffers` where a count is not what was set aside, `NotPickedYet` while a wave has
    goods of it that were not picked and checked (R1-55).
    """
    document = await open_for(work, order_id, OrderCommand.FINISH_PREPARATION)
    await _check_counts(work, document, picked or {})
    wave = await unchecked_wave(work, order_id)
    if wave is not None:
        raise NotPickedYet(wave.number, wave.status)
    to_pick = sum((buckets_of(line).to_pick for line in document.lines), Decimal(0))
    await make_missing_tasks(work, order_id, to_pick)
    movements = {line.id: buckets.prepare(buckets_of(line)) for line in document.lines}
    await move(work, document, movements)
    await finish_pick_tasks(work, order_id)
    document.order.is_preparing = False
    enter_state(work, document.order, OrderCommand.FINISH_PREPARATION, settle_state(document))
    return order_id


async def _check_counts(
    work: Work, document: OrderDocument, picked: Mapping[UUID, Decimal]
) -> None:
    for place, (line_id, count) in enumerate(picked.items()):
        line = document.line(line_id)
        expected = buckets_of(line).to_pick
        if count != expected:
            sku = (await sku_facts(work, [line.sku_id]))[line.sku_id]
            raise PickedDiffers(sku=sku.name, picked=count, allocated=expected).at(
                f"picked.{place}.pieces"
            )
