"""Carriers are asked to take shipments: what is asked, and what comes of each answer (R3-23).

The question leaves with the commit, as an event; a job asks the carrier, and notes its answer. One
that does not answer is asked again under the same key, until it is given up.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from app.audit.operations import record
from app.carriers import locks as carrier_locks
from app.carriers.models import BookingStatus, Carrier, CarrierAdapter, CarrierBooking
from app.carriers.operations import Service, carrier_to_book, service_named
from app.carriers.rules.asking import PATIENCE
from app.db.outbox import DomainEvent
from app.db.work import Work
from app.fulfilment.models import Shipment

CARRIER_ASKED = "carrier_asked"
"""The event after which a job asks a carrier."""
BOOKING = "carrier_booking"
MOST_A_RUN = 100


async def chosen_carrier(
    work: Work, carrier_id: UUID | None, service: str
) -> tuple[Carrier | None, Service | None]:
    """Return a carrier that takes goods and its service level; none of both for none."""
    if carrier_id is None:
        return None, None
    carrier = await carrier_to_book(work, carrier_id)
    return carrier, service_named(carrier, service)


def arrival(work: Work, service: Service | None) -> datetime | None:
    """Say when goods that leave now arrive with a service; none where it does not say."""
    if service is None or service.days is None:
        return None
    return work.now + timedelta(days=service.days)


async def ask(work: Work, shipment: Shipment, carrier: Carrier, service: str) -> None:
    """Note that a carrier takes a shipment; one whose software is known is asked afterwards."""
    is_asked = carrier.adapter == CarrierAdapter.HTTP
    booking = CarrierBooking(
        carrier_id=carrier.id,
        shipment_id=shipment.id,
        asked_by_membership_id=work.actor.membership_id,
        service=service,
        status=BookingStatus.PENDING if is_asked else BookingStatus.BOOKED,
        asked_at=work.now,
        next_try_at=work.now if is_asked else None,
        give_up_at=work.now + PATIENCE,
        answered_at=None if is_asked else work.now,
    )
    await work.save(booking)
    if is_asked:
        tell_asked(work, booking.id)


async def ask_again(work: Work, booking: CarrierBooking, service: str) -> None:
    """Ask a carrier anew that was asked before: under the same key, so that nothing is doubled."""
    booking.status, booking.service = BookingStatus.PENDING, service
    booking.asked_at, booking.next_try_at = work.now, work.now
    booking.give_up_at = work.now + PATIENCE
    booking.tries, booking.problem, booking.answered_at = 0, "", None
    booking.asked_by_membership_id = work.actor.membership_id
    tell_asked(work, booking.id)


def call_off(work: Work, booking: CarrierBooking, *, is_asked: bool) -> None:
    """Let a carrier take a shipment no more; one whose software is known is told afterwards."""
    booking.tries, booking.problem = 0, ""
    if not is_asked:
        booking.status, booking.next_try_at = BookingStatus.CANCELLED, None
        return
    booking.status, booking.next_try_at = BookingStatus.CANCELLING, work.now
    booking.give_up_at = work.now + PATIENCE
    tell_asked(work, booking.id)


async def asked_carriers(work: Work, bookings: Sequence[CarrierBooking]) -> dict[UUID, Carrier]:
    """Return the carriers of bookings, by id; one statement."""
    wanted = {booking.carrier_id for booking in bookings}
    rows = await work.session.scalars(select(Carrier).where(Carrier.id.in_(wanted)))
    return {row.id: row for row in rows}


async def change_carrier(work: Work, shipment: Shipment, carrier: Carrier, service: str) -> None:
    """Give a planned shipment to another carrier, or ask the same one anew; it is locked.

    Who was asked before is told to take it no more, also where it never answered.
    """
    known = await carrier_locks.bookings_of(work, shipment.id)
    carriers = await asked_carriers(work, known)
    again = None
    for booking in known:
        if booking.carrier_id == carrier.id:
            again = booking
        elif booking.status not in {BookingStatus.CANCELLED, BookingStatus.REFUSED}:
            is_http = carriers[booking.carrier_id].adapter == CarrierAdapter.HTTP
            call_off(work, booking, is_asked=is_http)
    if again is None:
        await ask(work, shipment, carrier, service)
    elif carrier.adapter == CarrierAdapter.HTTP:
        await ask_again(work, again, service)
    else:
        again.status, again.service, again.next_try_at = BookingStatus.BOOKED, service, None
    await work.session.flush()
    after = {"carrier": carrier.name, "service": service}
    record(work, "REBOOK_CARRIER", "shipment", shipment.id, after=after)


def tell_asked(work: Work, booking_id: UUID) -> None:
    """Let a job ask the carrier after the commit."""
    work.tell(DomainEvent(CARRIER_ASKED, BOOKING, booking_id, {}))


async def due_questions(work: Work) -> Sequence[UUID]:
    """Return what carriers are to be asked again, or are to be given up on; bounded.

    A question that was just told is left to its job for a minute.
    """
    statement = (
        select(CarrierBooking.id)
        .where(CarrierBooking.next_try_at <= work.now - timedelta(minutes=1))
        .order_by(CarrierBooking.next_try_at, CarrierBooking.id)
        .limit(MOST_A_RUN)
    )
    return (await work.session.scalars(statement)).all()
