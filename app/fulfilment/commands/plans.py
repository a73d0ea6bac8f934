"""Plan a day's own delivery, let it depart, or give it up (R1-60)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import delete, exists, select

from app.audit.operations import record
from app.db.idempotency import once
from app.db.work import Work
from app.fulfilment import locks
from app.fulfilment.errors import (
    PlanNotOpen,
    ShipmentAlreadyPlanned,
    ShipmentElsewhere,
    ShipmentNotOpen,
    StopNotReady,
)
from app.fulfilment.models import (
    DeliveryPlan,
    DeliveryStop,
    Shipment,
    ShipmentLine,
    ShipmentStatus,
)
from app.fulfilment.operations.leaving import leave
from app.fulfilment.operations.planning import DeliveryPlanStatus, status_of
from app.fulfilment.rules.stops import in_order, stop_of
from app.inventory.models import Warehouse
from app.inventory.operations import own_warehouses
from app.kernel.errors import DomainError, Invalid, NotFound
from app.kernel.ids import new_id
from app.kernel.period import DateOutOfSense, sensible_day
from app.orders.models import Order
from app.orders.operations.visibility import reachable
from app.orders.rules.states import DeliveryMode
from app.orders.rules.transitions import OrderCommand
from app.organisations.errors import DeliveryDayClosed
from app.organisations.rules.addresses import takes_goods
from app.rbac.guard import requires
from app.rbac.models import Membership
from app.rbac.permissions import Permission

MOST_STOPS = 60
LONGEST_VEHICLE = 100
LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Tour:
    """What one vehicle takes from a warehouse on a day; with `plan_id`, instead of what it has.

    Where the order of `shipment_ids` is not kept, stops stand by the earliest end of a window.
    """

    warehouse_id: UUID
    day: date
    vehicle: str
    driver_id: UUID
    shipment_ids: Sequence[UUID]
    keeps_order: bool = False
    plan_id: UUID | None = None


@requires(Permission.SHIPMENT_WRITE)
async def plan_delivery(work: Work, key: str, tour: Tour) -> UUID:
    """Plan shipments of own sales that wait in a warehouse, once a key; returns the plan.

    Raises `ShipmentAlreadyPlanned`, `ShipmentNotOpen`, `ShipmentElsewhere`, `DeliveryDayClosed`,
    `PlanNotOpen`, and `NotFound` for foreign ids. Statements do not grow with the stops.
    """
    _check(tour)

    async def command(plan_id: UUID) -> None:
        plan = None if tour.plan_id is None else await _open_plan(work, plan_id)
        await _check_parties(work, tour)
        found = await _shipments(work, tour)
        if plan is None:
            plan = DeliveryPlan(
                id=plan_id, organisation_id=work.actor.own_organisation, created_at=work.now
            )
        plan.warehouse_id, plan.driver_membership_id = tour.warehouse_id, tour.driver_id
        plan.day, plan.vehicle = tour.day, tour.vehicle
        await work.save(plan)
        await work.session.execute(delete(DeliveryStop).where(DeliveryStop.plan_id == plan_id))
        stops = [
            stop_of(shipment.id, order.buyer_id, order.delivery_address, tour.day)
            for shipment, order in found
        ]
        rows = [
            {"plan_id": plan_id, "shipment_id": shipment_id, "position": place}
            for place, shipment_id in enumerate(in_order(stops, keeps_order=tour.keeps_order), 1)
        ]
        await work.insert(DeliveryStop, rows)
        after = {"day": tour.day.isoformat(), "vehicle": tour.vehicle, "stops": len(rows)}
        record(work, "PLAN_DELIVERY", "delivery_plan", plan_id, after=after)

    return await once(work, key, "planDelivery", tour, tour.plan_id or new_id(), command)


@requires(Permission.SHIPMENT_WRITE)
async def depart_delivery_plan(work: Work, plan_id: UUID) -> UUID:
    """Hand all shipments of an open plan over to its driver, or none of them.

    Raises `PlanNotOpen`, `StopNotReady`, and what handing over does. Statements grow with the
    stops, as each order is moved, traced and told of by itself; there are at most 60.
    """
    plan = await _open_plan(work, plan_id)
    driver = await work.session.get_one(Membership, (work.tenant_id, plan.driver_membership_id))
    # Orders are locked in the order of their ids, as everywhere.
    of_plan = (
        select(DeliveryStop.position, Shipment.id, Shipment.number, Shipment.status, Order.number)
        .join(Shipment, Shipment.id == DeliveryStop.shipment_id)
        .join(Order, Order.id == Shipment.order_id)
        .where(DeliveryStop.plan_id == plan_id)
        .order_by(Shipment.order_id, Shipment.id)
    )
    stops = (await work.session.execute(of_plan)).all()
    for position, _, number, status, order in sorted(stops):
        if status != ShipmentStatus.PLANNED:
            raise StopNotReady(position, number, order, status)
    for _, shipment_id, *_ in stops:
        try:
            await leave(
                work, shipment_id, OrderCommand.HAND_OVER, ShipmentStatus.IN_TRANSIT, driver.name
            )
        except DomainError as refused:
            raise refused.at("planId") from None
    plan.departed_at = work.now
    after = {"driver": str(driver.id), "stops": len(stops)}
    record(work, "DEPART_DELIVERY_PLAN", "delivery_plan", plan_id, after=after)
    return plan_id


@requires(Permission.SHIPMENT_WRITE)
async def cancel_delivery_plan(work: Work, plan_id: UUID, reason: str) -> UUID:
    """Give an open plan up: its shipments wait for another; raises `PlanNotOpen`."""
    if not 1 <= len(reason) <= LONGEST_REASON:
        raise Invalid("reason", f"must have 1 to {LONGEST_REASON} characters")
    plan = await _open_plan(work, plan_id)
    plan.cancelled_at, plan.cancel_reason = work.now, reason
    record(work, "CANCEL_DELIVERY_PLAN", "delivery_plan", plan_id, reason=reason)
    return plan_id


def _check(tour: Tour) -> None:
    if not 1 <= len(tour.vehicle) <= LONGEST_VEHICLE:
        raise Invalid("vehicle", f"must have 1 to {LONGEST_VEHICLE} characters")
    try:
        sensible_day(tour.day)
    except DateOutOfSense as wrong:
        raise Invalid("day", str(wrong)) from None
    if not 1 <= len(tour.shipment_ids) <= MOST_STOPS:
        raise Invalid("shipmentIds", f"must be 1 to {MOST_STOPS} shipments")
    if len(set(tour.shipment_ids)) < len(tour.shipment_ids):
        raise Invalid("shipmentIds", "must name each shipment once")


async def _open_plan(work: Work, plan_id: UUID) -> DeliveryPlan:
    plan = await locks.own_plan(work, plan_id, reachable(work, (Permission.SHIPMENT_WRITE,)))
    if plan is None:
        raise NotFound("DeliveryPlan")
    status = status_of(plan)
    if status is not DeliveryPlanStatus.OPEN:
        raise PlanNotOpen(plan.day.isoformat(), plan.vehicle, status)
    return plan


async def _check_parties(work: Work, tour: Tour) -> None:
    warehouse = exists().where(
        Warehouse.tenant_id == work.tenant_id,
        Warehouse.id == tour.warehouse_id,
        own_warehouses(work),
    )
    colleague = exists().where(
        Membership.tenant_id == work.tenant_id,
        Membership.id == tour.driver_id,
        Membership.organisation_id == work.actor.own_organisation,
        Membership.ended_at.is_(None),
    )
    is_own, is_there = (await work.session.execute(select(warehouse, colleague))).one()
    if not is_own:
        raise NotFound("Warehouse").at("warehouseId")
    if not is_there:
        raise NotFound("Membership").at("driverId")


async def _shipments(work: Work, tour: Tour) -> list[tuple[Shipment, Order]]:
    """Lock the shipments and return them as they were given; refuses the first that cannot go."""
    reach = reachable(work, (Permission.SHIPMENT_WRITE,))
    rows = await locks.sold_shipments(work, tour.shipment_ids, reach)
    known = {shipment.id: (shipment, order) for shipment, order in rows}
    elsewhere = select(ShipmentLine.shipment_id).where(
        ShipmentLine.shipment_id.in_(known), ShipmentLine.warehouse_id != tour.warehouse_id
    )
    away = set(await work.session.scalars(elsewhere))
    others = await _others(work, tour)
    for place, shipment_id in enumerate(tour.shipment_ids):
        try:
            if shipment_id not in known:
                raise NotFound("Shipment")
            _check_shipment(*known[shipment_id], tour.day)
            shipment, order = known[shipment_id]
            if shipment_id in away:
                raise ShipmentElsewhere(shipment.number, order.number)
            if shipment_id in others:
                raise ShipmentAlreadyPlanned(shipment.number, order.number, *others[shipment_id])
        except DomainError as refused:
            raise refused.at(f"shipmentIds.{place}") from None
    return [known[shipment_id] for shipment_id in tour.shipment_ids]


def _check_shipment(shipment: Shipment, order: Order, day: date) -> None:
    if shipment.status != ShipmentStatus.PLANNED:
        raise ShipmentNotOpen(number=shipment.number, status=shipment.status)
    if order.delivery_mode == DeliveryMode.PICKUP:
        raise Invalid("shipmentIds", "must be brought to its buyer, who picks this one up")
    address = order.delivery_address
    if address is not None and not takes_goods(address, day):
        raise DeliveryDayClosed(address["label"], day.isoformat())


async def _others(work: Work, tour: Tour) -> dict[UUID, tuple[str, str]]:
    """Return the day and the vehicle of other plans that shipments stand in."""
    statement = (
        select(DeliveryStop.shipment_id, DeliveryPlan.day, DeliveryPlan.vehicle)
        .join(DeliveryPlan, DeliveryPlan.id == DeliveryStop.plan_id)
        .where(
            DeliveryStop.shipment_id.in_(tour.shipment_ids),
            DeliveryPlan.id.is_distinct_from(tour.plan_id),
            DeliveryPlan.cancelled_at.is_(None),
        )
    )
    rows = await work.session.execute(statement)
    return {key: (day.isoformat(), vehicle) for key, day, vehicle in rows}
