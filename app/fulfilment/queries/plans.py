"""Plans of the own organisation's own delivery, and what came of their stops (R1-60)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select, true

from app.db.keyset import newest_first
from app.db.work import Work
from app.fulfilment.models import DeliveryPlan, DeliveryStop, Shipment, ShipmentStatus
from app.fulfilment.operations.planning import OUTCOMES, StopOutcome
from app.fulfilment.rules.stops import windows_on
from app.kernel.paging import Page, PageRequest, page_of
from app.orders.models import Order
from app.orders.operations.visibility import reachable
from app.rbac.guard import requires
from app.rbac.models import Membership
from app.rbac.permissions import Permission


@dataclass(frozen=True, slots=True)
class PlannedStop:
    """A stop with its address, the hours of the day at which that takes goods, and its outcome."""

    position: int
    shipment_id: UUID
    order_id: UUID
    address: dict[str, Any] | None
    windows: list[Any]
    outcome: StopOutcome


@requires(Permission.ORDER_READ)
async def delivery_plans(
    work: Work, page: PageRequest, day: date | None = None, warehouse_id: UUID | None = None
) -> Page[DeliveryPlan]:
    """Return own plans, the newest first, perhaps of one day and one warehouse.

    Who hands over sees those of the organisation, a driver the own ones.
    """
    statement = _visible(work)
    if day is not None:
        statement = statement.where(DeliveryPlan.day == day)
    if warehouse_id is not None:
        statement = statement.where(DeliveryPlan.warehouse_id == warehouse_id)
    rows = await work.session.scalars(newest_first(statement, page, DeliveryPlan.id))
    return page_of(rows.all(), page, lambda row: (str(row.id),))


@requires(Permission.ORDER_READ)
async def plans_by_id(work: Work, ids: Collection[UUID]) -> dict[UUID, DeliveryPlan]:
    """Return plans that the actor sees, by id."""
    statement = _visible(work).where(DeliveryPlan.id.in_(set(ids)))
    return {row.id: row for row in await work.session.scalars(statement)}


@requires(Permission.ORDER_READ)
async def stops_of_plans(work: Work, ids: Collection[UUID]) -> dict[UUID, list[PlannedStop]]:
    """Return the stops of visible plans in their order, as far as their orders may be read."""
    found: dict[UUID, list[PlannedStop]] = {key: [] for key in ids}
    statement = (
        select(
            DeliveryPlan.id,
            DeliveryPlan.day,
            DeliveryStop.position,
            Shipment.id,
            Shipment.status,
            Order.id,
            Order.delivery_address,
        )
        .join(DeliveryStop, DeliveryStop.plan_id == DeliveryPlan.id)
        .join(Shipment, Shipment.id == DeliveryStop.shipment_id)
        .join(Order, Order.id == Shipment.order_id)
        .where(
            DeliveryPlan.id.in_(_visible(work).with_only_columns(DeliveryPlan.id)),
            DeliveryPlan.id.in_(set(ids)),
            reachable(work, (Permission.ORDER_READ,)),
        )
        .order_by(DeliveryPlan.id, DeliveryStop.position)
    )
    for plan, day, place, shipment, status, order, address in await work.session.execute(statement):
        outcome = OUTCOMES[ShipmentStatus(status)]
        windows = windows_on(address, day)
        found[plan].append(PlannedStop(place, shipment, order, address, windows, outcome))
    return found


@requires(Permission.ORDER_READ)
async def drivers_of_plans(work: Work, membership_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the names of colleagues who drive."""
    statement = select(Membership.id, Membership.name).where(
        Membership.id.in_(set(membership_ids)),
        Membership.organisation_id == work.actor.own_organisation,
    )
    return {row.id: row.name for row in await work.session.execute(statement)}


def _visible(work: Work) -> Select[DeliveryPlan]:
    hands_over = work.actor.may(Permission.SHIPMENT_WRITE)
    drives = DeliveryPlan.driver_membership_id == work.actor.membership_id
    return select(DeliveryPlan).where(
        DeliveryPlan.organisation_id == work.actor.own_organisation,
        true() if hands_over else drives,
    )
