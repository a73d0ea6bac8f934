"""Waves of picks: which tasks one walk takes, split into whole cases and loose pieces (R1-54)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, exists, func, select

from app.catalog.models import Sku
from app.catalog.operations import sku_facts
from app.db.work import Work
from app.fulfilment.models import PickLine, PickTask, PickWave, StockPlace, WaveStatus
from app.inventory.models import StockLot
from app.kernel.ids import new_id
from app.kernel.quantity import PackagingLevel
from app.orders.models import Order
from app.orders.rules.states import OrderState
from app.organisations.models import Organisation

MOST_TASKS = 200
_PIECE, _CASE = PackagingLevel.PIECE, PackagingLevel.CASE


@dataclass(frozen=True, slots=True)
class WaveChoice:
    """Which orders being prepared a wave takes: those given, or all that fit."""

    region: str | None = None
    delivery_mode: str | None = None
    confirmed_before: datetime | None = None
    order_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Stop:
    """A pick line with what the picker looks for: order, SKU and lot."""

    line: PickLine
    order_id: UUID
    order_line_id: UUID
    warehouse_id: UUID
    sku_id: UUID
    lot_id: UUID
    lot_code: str

    @property
    def open(self) -> Decimal:
        """The pieces that are neither picked nor missed."""
        return self.line.quantity - self.line.picked - self.line.short


async def tasks_for(
    work: Work, warehouse_id: UUID, choice: WaveChoice
) -> Sequence[Row[PickTask, str, str]]:
    """Return open tasks that no wave has, with place and SKU code, in the order of the walk."""
    in_a_wave = exists().where(
        PickLine.tenant_id == PickTask.tenant_id, PickLine.pick_task_id == PickTask.id
    )
    place = func.coalesce(StockPlace.place, "")
    statement = (
        select(PickTask, place, Sku.code)
        .join(Order, Order.id == PickTask.order_id)
        .join(Organisation, Organisation.id == Order.buyer_id)
        .join(Sku, Sku.id == PickTask.sku_id)
        .join(StockLot, StockLot.id == PickTask.lot_id)
        .outerjoin(
            StockPlace,
            (StockPlace.tenant_id == PickTask.tenant_id)
            & (StockPlace.warehouse_id == PickTask.warehouse_id)
            & (StockPlace.sku_id == PickTask.sku_id),
        )
        .where(
            PickTask.warehouse_id == warehouse_id,
            PickTask.picked_at.is_(None),
            PickTask.quantity > 0,
            Order.seller_id == work.actor.own_organisation,
            Order.state == OrderState.PREPARING,
            ~in_a_wave,
            *_chosen(choice),
        )
        .order_by(
            place, Sku.code, StockLot.expires_on.asc().nulls_last(), StockLot.code, PickTask.id
        )
        .limit(MOST_TASKS)
    )
    return (await work.session.execute(statement)).all()


async def make_lines(work: Work, wave_id: UUID, found: Sequence[Row[PickTask, str, str]]) -> None:
    """Write a wave's lines: all whole cases first, then all loose pieces; two statements."""
    facts = await sku_facts(work, {task.sku_id for task, _, _ in found})
    split = [
        (level, factor, pieces, task, place)
        for task, place, _ in found
        for level, factor, pieces in parts(task.quantity, facts[task.sku_id].packaging)
    ]
    in_order = sorted(split, key=lambda part: part[0] is _PIECE)
    rows = [
        {
            "id": new_id(),
            "wave_id": wave_id,
            "pick_task_id": task.id,
            "position": position,
            "place": place,
            "level": level,
            "factor": factor,
            "quantity": pieces,
            "picked": Decimal(0),
            "short": Decimal(0),
        }
        for position, (level, factor, pieces, task, place) in enumerate(in_order, 1)
    ]
    await work.insert(PickLine, rows)


def parts(
    quantity: Decimal, packaging: Mapping[PackagingLevel, Decimal]
) -> list[tuple[PackagingLevel, Decimal, Decimal]]:
    """Split pieces into whole cases and the loose rest, as (level, pieces in one, pieces)."""
    factor = packaging.get(_CASE)
    if factor is None or factor <= 1:
        return [(_PIECE, Decimal(1), quantity)]
    whole = quantity // factor * factor
    split = [(_CASE, factor, whole), (_PIECE, Decimal(1), quantity - whole)]
    return [part for part in split if part[2] > 0]


async def next_number(work: Work, warehouse_id: UUID) -> int:
    """Return the number of a warehouse's next wave; its waves must be locked."""
    last = select(func.coalesce(func.max(PickWave.number), 0) + 1).where(
        PickWave.warehouse_id == warehouse_id
    )
    return (await work.session.execute(last)).scalar_one()


async def stops(work: Work, wave_ids: Sequence[UUID]) -> list[Stop]:
    """Return the stops of waves in the order of the walk; one statement."""
    statement = _stops().where(PickLine.wave_id.in_(wave_ids)).order_by(PickLine.position)
    return [Stop(*row) for row in await work.session.execute(statement)]


async def own_stop(work: Work, line_id: UUID) -> Stop | None:
    """Return a stop of a wave of the own organisation, not locked."""
    return (await own_stops(work, [line_id])).get(line_id)


async def own_stops(work: Work, line_ids: Collection[UUID]) -> dict[UUID, Stop]:
    """Return stops of waves of the own organisation by id, as they are now; one statement."""
    statement = (
        _stops()
        .join(PickWave, PickWave.id == PickLine.wave_id)
        .where(PickLine.id.in_(line_ids), PickWave.organisation_id == work.actor.own_organisation)
        .execution_options(populate_existing=True)
    )
    found = [Stop(*row) for row in await work.session.execute(statement)]
    return {stop.line.id: stop for stop in found}


async def close_if_done(work: Work, wave: PickWave) -> None:
    """Let a wave count as picked when nothing of it is open; one statement."""
    await work.session.flush()
    is_open = exists().where(
        PickLine.tenant_id == work.tenant_id,
        PickLine.wave_id == wave.id,
        PickLine.picked + PickLine.short < PickLine.quantity,
    )
    if not await work.session.scalar(select(is_open)):
        wave.status, wave.picked_at = WaveStatus.PICKED, work.now


async def unchecked_wave(work: Work, order_id: UUID) -> PickWave | None:
    """Return a wave that has unpicked or unchecked goods of an order, or none."""
    statement = (
        select(PickWave)
        .join(PickLine, PickLine.wave_id == PickWave.id)
        .join(PickTask, PickTask.id == PickLine.pick_task_id)
        .where(PickTask.order_id == order_id, PickWave.status != WaveStatus.CHECKED)
        .order_by(PickWave.number, PickWave.id)
        .limit(1)
    )
    return await work.session.scalar(statement)


def _stops() -> Select[PickLine, UUID, UUID, UUID, UUID, UUID, str]:
    return (
        select(
            PickLine,
            PickTask.order_id,
            PickTask.order_line_id,
            PickTask.warehouse_id,
            PickTask.sku_id,
            PickTask.lot_id,
            StockLot.code,
        )
        .join(PickTask, PickTask.id == PickLine.pick_task_id)
        .join(StockLot, StockLot.id == PickTask.lot_id)
    )


def _chosen(choice: WaveChoice) -> list[Any]:
    conditions: list[Any] = []
    if choice.region is not None:
        conditions.append(Organisation.region == choice.region)
    if choice.delivery_mode is not None:
        conditions.append(Order.delivery_mode == choice.delivery_mode)
    if choice.confirmed_before is not None:
        conditions.append(Order.confirmed_at < choice.confirmed_before)
    if choice.order_ids:
        conditions.append(Order.id.in_(choice.order_ids))
    return conditions
