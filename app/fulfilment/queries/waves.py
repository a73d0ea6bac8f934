"""Waves of picks of the own organisation, and how far the preparation of orders is."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import case, func, select

from app.db.keyset import newest_first
from app.db.work import Work
from app.fulfilment.models import PickLine, PickTask, PickWave, WaveStatus
from app.fulfilment.operations.waves import Stop, own_stops, stops
from app.kernel.paging import Page, PageRequest, page_of
from app.orders.models import Order
from app.rbac.guard import requires
from app.rbac.models import Membership
from app.rbac.permissions import Permission

_NONE = Decimal(0)


@dataclass(frozen=True, slots=True)
class Preparation:
    """How far an order's goods are, in pieces: what is to be picked, what of it is, is checked.

    Goods that no wave has count when preparation is finished. `missing` were not found.
    """

    to_pick: Decimal
    picked: Decimal
    checked: Decimal
    missing: Decimal


@requires(Permission.PREPARATION_WRITE)
async def pick_waves(
    work: Work, page: PageRequest, status: WaveStatus | None = None
) -> Page[PickWave]:
    """Return the own organisation's waves, the newest first, or those in one status."""
    statement = select(PickWave).where(PickWave.organisation_id == work.actor.own_organisation)
    if status is not None:
        statement = statement.where(PickWave.status == status)
    rows = await work.session.scalars(newest_first(statement, page, PickWave.id))
    return page_of(rows.all(), page, lambda row: (str(row.id),))


@requires(Permission.PREPARATION_WRITE)
async def waves_by_id(work: Work, ids: Collection[UUID]) -> dict[UUID, PickWave]:
    """Return own waves by id."""
    statement = select(PickWave).where(
        PickWave.id.in_(set(ids)), PickWave.organisation_id == work.actor.own_organisation
    )
    return {row.id: row for row in await work.session.scalars(statement)}


@requires(Permission.PREPARATION_WRITE)
async def stops_by_wave(work: Work, wave_ids: Sequence[UUID]) -> dict[UUID, list[Stop]]:
    """Return the stops of own waves in the order of the walk; two statements."""
    own = await waves_by_id(work, wave_ids)
    found: dict[UUID, list[Stop]] = {key: [] for key in wave_ids}
    for stop in await stops(work, list(own)):
        found[stop.line.wave_id].append(stop)
    return found


@requires(Permission.PREPARATION_WRITE)
async def stops_by_id(work: Work, ids: Collection[UUID]) -> dict[UUID, Stop]:
    """Return stops of own waves by id."""
    return await own_stops(work, ids)


@requires(Permission.PREPARATION_WRITE)
async def people_of_waves(work: Work, membership_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the names of colleagues who pick or check."""
    statement = select(Membership.id, Membership.name).where(
        Membership.id.in_(set(membership_ids)),
        Membership.organisation_id == work.actor.own_organisation,
    )
    rows = await work.session.execute(statement)
    return {row.id: row.name for row in rows}


@requires(Permission.ORDER_READ)
async def preparation_by_order(work: Work, order_ids: Collection[UUID]) -> dict[UUID, Preparation]:
    """Return how far the preparation of orders is that the own organisation sells (R3-57, R3-60).

    None for orders of which nothing was ever picked for. Two statements.
    """
    own = (Order.id.in_(set(order_ids)), Order.seller_id == work.actor.organisation_id)
    tasks = (
        select(
            PickTask.order_id,
            func.sum(PickTask.quantity),
            func.sum(case((PickTask.picked_at.is_not(None), PickTask.quantity), else_=_NONE)),
        )
        .join(Order, Order.id == PickTask.order_id)
        .where(*own)
        .group_by(PickTask.order_id)
    )
    is_done = PickTask.picked_at.is_not(None)
    is_checked = PickWave.status == WaveStatus.CHECKED
    lines = (
        select(
            PickTask.order_id,
            func.sum(case((is_done, _NONE), else_=PickLine.picked)),
            func.sum(case((~is_done & is_checked, PickLine.picked), else_=_NONE)),
            func.sum(PickLine.short),
        )
        .join(PickWave, PickWave.id == PickLine.wave_id)
        .join(PickTask, PickTask.id == PickLine.pick_task_id)
        .join(Order, Order.id == PickTask.order_id)
        .where(*own)
        .group_by(PickTask.order_id)
    )
    in_waves = {key: sums for key, *sums in await work.session.execute(lines)}
    found: dict[UUID, Preparation] = {}
    for key, to_pick, done in await work.session.execute(tasks):
        picked, checked, missing = in_waves.get(key, (_NONE, _NONE, _NONE))
        found[key] = Preparation(to_pick, done + picked, done + checked, missing)
    return found
