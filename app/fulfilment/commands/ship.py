"""Book carriers, hand goods over, report where they are (R3-58, R1-57, R1-61, R3-24)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select

from app.carriers.rules.choosing import Weighed
from app.db.bulk import update_rows
from app.db.idempotency import once
from app.db.work import Work
from app.fulfilment.errors import MoreThanThere
from app.fulfilment.models import PickTask, Shipment, ShipmentLine, ShipmentStatus
from app.fulfilment.operations.bookings import arrival, ask, chosen_carrier
from app.fulfilment.operations.choosing import note_choice, proposed
from app.fulfilment.operations.leaving import leave
from app.fulfilment.operations.picking import pick_tasks, plannable, take
from app.fulfilment.operations.proving import keep_file
from app.fulfilment.operations.reports import Whereabouts, note_whereabouts
from app.fulfilment.operations.shipments import (
    ON_THE_WAY,
    check_pieces,
    open_shipment,
)
from app.kernel.errors import Invalid
from app.kernel.ids import new_id
from app.kernel.position import Position
from app.orders.operations.documents import (
    OrderDocument,
    enter_state,
    open_for,
)
from app.orders.rules.states import OrderState
from app.orders.rules.transitions import OrderCommand
from app.rbac.guard import requires
from app.rbac.permissions import Permission
from app.storage.rules.purposes import FilePurpose

REPORTABLE = frozenset(ON_THE_WAY)


@dataclass(frozen=True, slots=True)
class Booking:
    """A carrier for an order's packed goods; `pieces` by order line, or all that is packed.

    The carrier is one that the seller keeps, with a service level of its, or just a name; without
    either it is the one that the seller's rules choose. `reason` says why it is another one.
    """

    order_id: UUID
    carrier: str = ""
    carrier_id: UUID | None = None
    service: str = ""
    tracking_number: str = ""
    expected_at: datetime | None = None
    pieces: Mapping[UUID, Decimal] = field(default_factory=dict[UUID, Decimal])
    reason: str = ""
    idempotency_key: str = ""


@dataclass(frozen=True, slots=True)
class TrackingReport:
    """Where a shipment is said to be, and since when."""

    shipment_id: UUID
    status: ShipmentStatus
    place: str = ""
    note: str = ""
    happened_at: datetime | None = None
    position: Position | None = None


@requires(Permission.CARRIER_BOOK)
async def book_carrier(work: Work, booking: Booking) -> UUID:
    """Plan a shipment of packed goods, whole or in part; returns the shipment's id (R3-58).

    A carrier whose software is known is asked after the commit. Raises `CarrierNotActive`,
    `UnknownService`, and `CarrierReasonNeeded` for another carrier than the rules choose.
    """
    if booking.carrier.strip() and booking.carrier_id is not None:
        raise Invalid("carrier", "must name who carries the goods, here or in carrierId")

    async def command(shipment_id: UUID) -> None:
        document = await open_for(work, booking.order_id, OrderCommand.BOOK_CARRIER)
        await _plan(work, shipment_id, document, booking)

    body = [
        booking.order_id,
        booking.carrier,
        booking.tracking_number,
        booking.expected_at,
        {str(key): quantity for key, quantity in booking.pieces.items()},
        *((booking.carrier_id, booking.service) if booking.carrier_id else ()),
        *((booking.reason,) if booking.reason else ()),
    ]
    return await once(work, booking.idempotency_key, "bookCarrier", body, new_id(), command)


@requires(Permission.SHIPMENT_WRITE)
async def hand_over(
    work: Work, shipment_id: UUID, handed_over_to: str, signature_file_id: UUID | None = None
) -> UUID:
    """Give a planned shipment to its carrier: the goods leave the stock (R1-61).

    The file is the signature of who takes them; raises what claiming it does.
    """
    if not handed_over_to.strip():
        raise Invalid("handedOverTo", "must name who took the goods")
    left = await leave(
        work, shipment_id, OrderCommand.HAND_OVER, ShipmentStatus.IN_TRANSIT, handed_over_to
    )
    left.handed_over_signature_id = await keep_file(
        work, signature_file_id, FilePurpose.SIGNATURE, "signatureFileId"
    )
    return left.id


@requires(Permission.SHIPMENT_WRITE)
async def arrive_at_pickup_point(work: Work, shipment_id: UUID, place: str) -> UUID:
    """Bring a planned shipment to its pick-up point, where the buyer takes it (R4-33)."""
    if not place.strip():
        raise Invalid("place", "must name the pick-up point")
    left = await leave(
        work, shipment_id, OrderCommand.ARRIVE_AT_PICKUP_POINT, ShipmentStatus.ARRIVED, place
    )
    return left.id


@requires(Permission.SHIPMENT_WRITE)
async def report_tracking(work: Work, report: TrackingReport) -> UUID:
    """Note where a shipment is; DELAYED marks it for follow-up (R3-24, R3-59)."""
    if report.status not in REPORTABLE:
        raise Invalid("status", f"must be one of {', '.join(sorted(REPORTABLE))}")
    if report.happened_at and report.happened_at > work.now:
        raise Invalid("happenedAt", "must not lie in the future")
    opened = await open_shipment(work, report.shipment_id, OrderCommand.REPORT_TRACKING, ON_THE_WAY)
    found = Whereabouts(
        report.status,
        report.place,
        report.note,
        report.happened_at,
        position=report.position,
    )
    await note_whereabouts(work, opened, found)
    return report.shipment_id


async def _plan(work: Work, shipment_id: UUID, document: OrderDocument, booking: Booking) -> None:
    tasks = await pick_tasks(work, document.order.id)
    wanted = _wanted(document, plannable(tasks), booking.pieces)
    chosen = take(tasks, wanted)
    found = await proposed(work, document.order)
    given = _given(booking, found)
    carrier, service = await chosen_carrier(work, given.carrier_id, given.service)
    shipment = Shipment(
        id=shipment_id,
        order_id=document.order.id,
        number=await _next_number(work, document),
        carrier=carrier.name if carrier else given.carrier.strip(),
        carrier_id=given.carrier_id,
        tracking_number=booking.tracking_number,
        booked_at=work.now,
        expected_at=booking.expected_at or arrival(work, service),
        status=ShipmentStatus.PLANNED,
    )
    note_choice(shipment, found, booking.reason)
    await work.save(shipment)
    await work.save(*(_line(shipment_id, task, share) for task, share in chosen))
    planned = [{"id": task.id, "planned": share} for task, share in chosen]
    await update_rows(work, PickTask, planned, add=["planned"])
    if carrier:
        await ask(work, shipment, carrier, given.service)
    document.order.planned_shipments += 1
    state = OrderState(document.order.state)
    enter_state(
        work, document.order, OrderCommand.BOOK_CARRIER, state, data={"carrier": shipment.carrier}
    )


def _given(booking: Booking, found: Weighed | None) -> Booking:
    """Fill in the carrier that the rules choose where none is given; raises `Invalid` for none."""
    if booking.carrier.strip() or booking.carrier_id is not None:
        return booking
    if found is None:
        problem = "must name who carries the goods, here or in carrierId: no rule chooses one"
        raise Invalid("carrier", problem)
    service = booking.service or found.rule.service
    return replace(booking, carrier_id=found.carrier_id, service=service)


def _wanted(
    document: OrderDocument, free: Mapping[UUID, Decimal], asked: Mapping[UUID, Decimal]
) -> Mapping[UUID, Decimal]:
    check_pieces(document, asked, free, "lines", least=1)
    wanted = asked or {line_id: pieces for line_id, pieces in free.items() if pieces > 0}
    if not wanted:
        raise MoreThanThere(position=1, given=Decimal(0), most=Decimal(0)).at("lines")
    return wanted


async def _next_number(work: Work, document: OrderDocument) -> int:
    statement = select(func.coalesce(func.max(Shipment.number), 0) + 1).where(
        Shipment.order_id == document.order.id
    )
    return (await work.session.execute(statement)).scalar_one()


def _line(shipment_id: UUID, task: PickTask, quantity: Decimal) -> ShipmentLine:
    return ShipmentLine(
        shipment_id=shipment_id,
        pick_task_id=task.id,
        order_line_id=task.order_line_id,
        warehouse_id=task.warehouse_id,
        sku_id=task.sku_id,
        lot_id=task.lot_id,
        quantity=quantity,
    )
