"""Reports of where goods are, from carriers and by hand: state, trace, and who is told (R3-24)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from app.carriers.models import CarrierBooking, CarrierReport, ReportOutcome
from app.carriers.rules.messages import Report, ReportedStatus
from app.db.work import Work
from app.fulfilment import locks
from app.fulfilment.models import Shipment, ShipmentStatus, TrackingEvent
from app.fulfilment.operations.shipments import ON_THE_WAY, OpenShipment, lines_of, track
from app.fulfilment.operations.signing import Signature, sign
from app.fulfilment.operations.telling import tell_whereabouts
from app.kernel.ids import new_id
from app.kernel.position import Position
from app.orders.operations.documents import enter_state, open_many
from app.orders.operations.exceptions import open_once
from app.orders.rules.states import DeliveryMode, ExceptionKind, OrderState
from app.orders.rules.transitions import OrderCommand

_R = ReportedStatus
_STATUSES = {
    _R.PICKED_UP: ShipmentStatus.IN_TRANSIT,
    _R.IN_TRANSIT: ShipmentStatus.IN_TRANSIT,
    _R.ARRIVED: ShipmentStatus.ARRIVED,
    _R.WAITING: ShipmentStatus.ARRIVED,
    _R.DELIVERED: ShipmentStatus.ARRIVED,
}
"""What else a carrier reports delays the goods, until a person has seen to it."""
_TROUBLES = {
    _R.LOST: ExceptionKind.LOST,
    _R.DAMAGED: ExceptionKind.DAMAGED,
    _R.ACCIDENT: ExceptionKind.ACCIDENT,
    _R.REFUSED: ExceptionKind.REFUSED,
}
_WAITS, _DELIVERED = "shipment_waiting", "shipment_delivered"


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where goods are said to be, since when; `news` is what their buyer is told, if anything."""

    status: ShipmentStatus
    place: str
    note: str
    happened_at: datetime | None
    news: str | None = None
    trouble: ExceptionKind | None = None
    position: Position | None = None


async def take_report(
    work: Work, carrier_id: UUID, message_id: str, report: Report
) -> ReportOutcome | None:
    """Take what a carrier reports, once a message; none where the message was taken before.

    It moves a shipment that has left and has not come to its end, and never back: a report that is
    older than what is known stands beside it.
    """
    known = await _named(work, carrier_id, report)
    if not await _claim(work, carrier_id, message_id, report, known):
        return None
    if known is None:
        return ReportOutcome.UNKNOWN_SHIPMENT
    outcome = await _apply(work, known, report)
    await work.session.execute(
        update(CarrierReport)
        .where(CarrierReport.carrier_id == carrier_id, CarrierReport.message_id == message_id)
        .values(outcome=outcome)
        .execution_options(synchronize_session=False)
    )
    return outcome


async def note_whereabouts(work: Work, opened: OpenShipment, found: Whereabouts) -> None:
    """Set where a shipment is, keep the report of it, and tell its buyer."""
    order = opened.document.order
    await track(
        work,
        opened.shipment,
        found.status,
        place=found.place,
        note=found.note,
        happened_at=found.happened_at,
        position=found.position,
    )
    enter_state(
        work,
        order,
        OrderCommand.REPORT_TRACKING,
        OrderState(order.state),
        data={"shipment_status": found.status, "place": found.place},
    )
    trouble = found.trouble or _trouble(found.status)
    if trouble:
        note = ", ".join(filter(None, (found.note, found.place))) or "reported by the carrier"
        await open_once(work, order, trouble, note, opened.shipment.id)
    news = found.news or _news(found.status, DeliveryMode(order.delivery_mode))
    if news:
        await tell_whereabouts(work, order, opened.shipment, news, found.place, found.note)


def _news(status: ShipmentStatus, mode: DeliveryMode) -> str | None:
    if status is ShipmentStatus.DELAYED:
        return "shipment_delayed"
    if status is ShipmentStatus.ARRIVED:
        return _WAITS if mode == DeliveryMode.PICKUP else "shipment_arrived"
    return None


def _trouble(status: ShipmentStatus) -> ExceptionKind | None:
    return ExceptionKind.LATE if status is ShipmentStatus.DELAYED else None


async def _named(work: Work, carrier_id: UUID, report: Report) -> Shipment | None:
    """Return the shipment that a carrier names, if it is the carrier's; the latest of several."""
    by_reference = select(CarrierBooking.shipment_id).where(
        CarrierBooking.tenant_id == work.tenant_id,
        CarrierBooking.carrier_id == carrier_id,
        CarrierBooking.reference == report.reference,
    )
    by_number = Shipment.tracking_number == report.tracking_number
    names = (
        and_(Shipment.id.in_(by_reference), literal(bool(report.reference))),
        and_(by_number, literal(bool(report.tracking_number))),
    )
    statement = (
        select(Shipment)
        .where(Shipment.carrier_id == carrier_id, or_(*names))
        .order_by(Shipment.id.desc())
        .limit(1)
    )
    return await work.session.scalar(statement)


async def _claim(
    work: Work, carrier_id: UUID, message_id: str, report: Report, known: Shipment | None
) -> bool:
    made = (
        insert(CarrierReport)
        .values(
            tenant_id=work.tenant_id,
            id=new_id(),
            carrier_id=carrier_id,
            message_id=message_id,
            shipment_id=known.id if known else None,
            named=report.reference or report.tracking_number,
            status=report.status,
            place=report.place,
            note=report.note,
            happened_at=report.happened_at,
            received_at=work.now,
            outcome=ReportOutcome.UNKNOWN_SHIPMENT,
        )
        .on_conflict_do_nothing()
        .returning(CarrierReport.id)
    )
    return (await work.session.execute(made)).first() is not None


async def _apply(work: Work, known: Shipment, report: Report) -> ReportOutcome:
    (document,) = await open_many(work, [known.order_id])
    shipment = await locks.shipment(work, known.id)
    assert shipment is not None
    if shipment.status == ShipmentStatus.PLANNED:
        return ReportOutcome.NOT_LEFT
    if shipment.status not in ON_THE_WAY:
        return ReportOutcome.ENDED
    opened = OpenShipment(shipment, await lines_of(work, [shipment.id]), document)
    found = Whereabouts(
        _STATUSES.get(report.status, ShipmentStatus.DELAYED),
        report.place,
        _told(report),
        report.happened_at,
        {_R.WAITING: _WAITS, _R.DELIVERED: _DELIVERED}.get(report.status),
        _TROUBLES.get(report.status),
        report.position,
    )
    if await _is_known_better(work, shipment.id, report.happened_at):
        await _keep(work, shipment.id, found)
        return ReportOutcome.OUT_OF_ORDER
    shipment.expected_at = report.expected_at or shipment.expected_at
    await note_whereabouts(work, opened, found)
    if report.status is _R.DELIVERED and report.signed_by:
        await sign(work, opened, Signature(shipment.id, report.signed_by))
    return ReportOutcome.TAKEN


def _told(report: Report) -> str:
    """Return the note with the carrier's own word where ours says less."""
    is_said = report.status in {_R.IN_TRANSIT, _R.DELAYED, _R.ARRIVED}
    return ": ".join(filter(None, ("" if is_said else report.status.value, report.note)))


async def _is_known_better(work: Work, shipment_id: UUID, happened_at: datetime) -> bool:
    latest = select(func.max(TrackingEvent.happened_at)).where(
        TrackingEvent.shipment_id == shipment_id
    )
    known = await work.session.scalar(latest)
    return known is not None and known > happened_at


async def _keep(work: Work, shipment_id: UUID, found: Whereabouts) -> None:
    await work.save(
        TrackingEvent(
            shipment_id=shipment_id,
            status=found.status,
            place=found.place,
            note=found.note,
            happened_at=found.happened_at or work.now,
            recorded_at=work.now,
            recorded_by_membership_id=None,
            latitude=found.position and found.position.latitude,
            longitude=found.position and found.position.longitude,
        )
    )
