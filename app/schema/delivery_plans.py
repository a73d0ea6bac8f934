"""A day's own delivery: planned, departed, and what came of its stops (R1-60)."""
# pyright: reportIncompatibleMethodOverride=false
# Relay types `resolve_nodes` wider than it calls it.

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from app.fulfilment import models, queries
from app.fulfilment.commands import plans as commands
from app.fulfilment.operations.planning import DeliveryPlanStatus, StopOutcome, status_of
from app.orders import queries as orders
from app.schema.batch import batch, in_order
from app.schema.context import Info
from app.schema.cost import list_size, sized
from app.schema.delivery_addresses import DeliveryWindow, PlacedAddress
from app.schema.ids import key_of, optional_key_of
from app.schema.inventory import Warehouse, warehouses_by_id
from app.schema.operation import mutation, query
from app.schema.orders.types import Order
from app.schema.paging import FIRST, connection, page_request
from app.schema.refusals import Refusal
from app.schema.shipments import Shipment

strawberry.enum(DeliveryPlanStatus, description=DeliveryPlanStatus.__doc__)
strawberry.enum(StopOutcome, name="DeliveryStopOutcome", description=StopOutcome.__doc__)


@strawberry.type
class DeliveryStop:
    """One shipment of a plan; those for one address stand together.

    `windows` are the hours of the plan's day at which goods are taken there, none means at any
    time. The address is as the order keeps it.
    """

    position: int
    address: PlacedAddress | None
    windows: list[DeliveryWindow] = sized(2)
    outcome: StopOutcome
    shipment_id: strawberry.Private[UUID]
    order_id: strawberry.Private[UUID]

    @batch
    @staticmethod
    async def shipment(stops: list["DeliveryStop"], info: Info) -> list[Shipment | None]:
        """What is brought."""
        keys = [stop.shipment_id for stop in stops]
        async with info.context.read() as work:
            return in_order(keys, await queries.shipments_by_id(work, keys), Shipment.of)

    @batch
    @staticmethod
    async def order(stops: list["DeliveryStop"], info: Info) -> list[Order | None]:
        """The order of which it is."""
        keys = [stop.order_id for stop in stops]
        async with info.context.read() as work:
            return in_order(keys, await orders.orders_by_id(work, keys), Order.of)

    @classmethod
    def of(cls, stop: queries.PlannedStop) -> "DeliveryStop":
        """Show a stop."""
        return cls(
            position=stop.position,
            address=PlacedAddress.of(stop.address) if stop.address else None,
            windows=[DeliveryWindow.of(each) for each in stop.windows],
            outcome=stop.outcome,
            shipment_id=stop.shipment_id,
            order_id=stop.order_id,
        )


@strawberry.type
class DeliveryPlan(relay.Node):
    """What one own vehicle takes from a warehouse on one day, and who drives it."""

    id: relay.NodeID[UUID]
    status: DeliveryPlanStatus
    day: date
    vehicle: str
    driver_id: relay.GlobalID
    created_at: datetime
    departed_at: datetime | None
    cancelled_at: datetime | None
    cancel_reason: str | None
    warehouse_id: strawberry.Private[UUID]
    driver_key: strawberry.Private[UUID]

    @batch
    @staticmethod
    async def warehouse(plans: list["DeliveryPlan"], info: Info) -> list[Warehouse | None]:
        """Which warehouse it leaves."""
        return await warehouses_by_id(info, [plan.warehouse_id for plan in plans])

    @batch
    @staticmethod
    async def driver_name(plans: list["DeliveryPlan"], info: Info) -> list[str | None]:
        """Who drives."""
        async with info.context.read() as work:
            names = await queries.drivers_of_plans(work, [plan.driver_key for plan in plans])
        return [names.get(plan.driver_key) for plan in plans]

    @list_size(20)
    @batch
    @staticmethod
    async def stops(plans: list["DeliveryPlan"], info: Info) -> list[list[DeliveryStop]]:
        """Its stops in their order, without those of orders that the viewer may not read."""
        async with info.context.read() as work:
            found = await queries.stops_of_plans(work, [plan.id for plan in plans])
        return [[DeliveryStop.of(stop) for stop in found[plan.id]] for plan in plans]

    @classmethod
    def of(cls, row: models.DeliveryPlan) -> "DeliveryPlan":
        """Show a plan."""
        return cls(
            id=row.id,
            status=status_of(row),
            day=row.day,
            vehicle=row.vehicle,
            driver_id=relay.GlobalID("Membership", str(row.driver_membership_id)),
            created_at=row.created_at,
            departed_at=row.departed_at,
            cancelled_at=row.cancelled_at,
            cancel_reason=row.cancel_reason,
            warehouse_id=row.warehouse_id,
            driver_key=row.driver_membership_id,
        )

    @classmethod
    async def resolve_nodes(
        cls, *, info: Info, node_ids: Iterable[str], required: bool = False
    ) -> list["DeliveryPlan | None"]:
        """Load by global id; unknown and foreign ids give null."""
        del required
        return await _plans_by_id(info, [UUID(key) for key in node_ids])


@strawberry.input
class PlanDeliveryInput:
    """Shipments that wait in a warehouse, for one vehicle on one day; at most 60.

    With `planId` an open plan becomes this, all of it. With `keepsOrder` the stops stand as the
    shipments are given, else by the earliest end of a window, then by address: no route is worked
    out. Those for one address stand together in either case.
    """

    idempotency_key: str
    plan_id: relay.GlobalID | None = None
    warehouse_id: relay.GlobalID
    day: date
    vehicle: str
    driver_id: relay.GlobalID
    shipment_ids: list[relay.GlobalID]
    keeps_order: bool = False

    def value(self) -> commands.Tour:
        """Return what the command understands."""
        return commands.Tour(
            warehouse_id=key_of(self.warehouse_id, "Warehouse"),
            day=self.day,
            vehicle=self.vehicle.strip(),
            driver_id=key_of(self.driver_id, "Membership"),
            shipment_ids=tuple(key_of(each, "Shipment") for each in self.shipment_ids),
            keeps_order=self.keeps_order,
            plan_id=optional_key_of(self.plan_id, "DeliveryPlan"),
        )


@strawberry.input
class DepartDeliveryPlanInput:
    """An open plan whose vehicle leaves now."""

    plan_id: relay.GlobalID


@strawberry.input
class CancelDeliveryPlanInput:
    """An open plan to give up, and why."""

    plan_id: relay.GlobalID
    reason: str


DeliveryPlanResult = Annotated[DeliveryPlan | Refusal, strawberry.union("DeliveryPlanResult")]


@strawberry.type
class DeliveryPlansQuery:
    """Questions about own delivery."""

    @query(queries.delivery_plans)
    async def delivery_plans(  # each is an argument of the field
        self,
        info: Info,
        day: date | None = None,
        warehouse_id: relay.GlobalID | None = None,
        first: int = FIRST,
        after: str | None = None,
    ) -> relay.Connection[DeliveryPlan]:
        """The own organisation's plans, the newest first, perhaps of one day and one warehouse.

        Who does not hand shipments over sees the plans that they drive.
        """
        page, key = page_request(first, after), optional_key_of(warehouse_id, "Warehouse")
        async with info.context.read() as work:
            found = await queries.delivery_plans(work, page, day, key)
        return connection(found, DeliveryPlan.of)


@strawberry.type
class DeliveryPlansMutation:
    """What can be done about own delivery."""

    @mutation(commands.plan_delivery)
    async def plan_delivery(self, info: Info, input: PlanDeliveryInput) -> DeliveryPlanResult:
        """Plan a day's own delivery, or change an open plan; a shipment stands in one plan only.

        A repeated key answers what the first did.
        """
        key, tour = input.idempotency_key, input.value()
        made = await info.context.write(lambda work: commands.plan_delivery(work, key, tour))
        return await _plan(info, made)

    @mutation(commands.depart_delivery_plan)
    async def depart_delivery_plan(
        self, info: Info, input: DepartDeliveryPlanInput
    ) -> DeliveryPlanResult:
        """Hand every shipment of a plan over to its driver, or none of them."""
        key = key_of(input.plan_id, "DeliveryPlan")
        done = await info.context.write(lambda work: commands.depart_delivery_plan(work, key))
        return await _plan(info, done)

    @mutation(commands.cancel_delivery_plan)
    async def cancel_delivery_plan(
        self, info: Info, input: CancelDeliveryPlanInput
    ) -> DeliveryPlanResult:
        """Give up a plan that has not departed; its shipments can be planned anew."""
        key, reason = key_of(input.plan_id, "DeliveryPlan"), input.reason.strip()
        done = await info.context.write(
            lambda work: commands.cancel_delivery_plan(work, key, reason)
        )
        return await _plan(info, done)


async def _plan(info: Info, key: UUID) -> DeliveryPlan:
    (found,) = await _plans_by_id(info, [key])
    assert found is not None
    return found


async def _plans_by_id(info: Info, ids: Sequence[UUID]) -> list[DeliveryPlan | None]:
    async with info.context.read() as work:
        return in_order(ids, await queries.plans_by_id(work, ids), DeliveryPlan.of)
