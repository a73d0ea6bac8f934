"""A carrier is asked, and its answer noted: between the two nothing is locked (R3-23, R0-38)."""

from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from app.audit.operations import record
from app.carriers import locks as carrier_locks
from app.carriers.adapters import Adapter, Asked
from app.carriers.models import BookingStatus, Carrier, CarrierBooking
from app.carriers.rules.asking import next_try
from app.carriers.rules.messages import Outcome, Reply
from app.catalog.models import Sku
from app.db.work import Work
from app.fulfilment import locks
from app.fulfilment.models import Shipment, ShipmentLine
from app.fulfilment.operations.bookings import BOOKING
from app.fulfilment.operations.telling import tell_shippers
from app.inventory.models import StockLot
from app.orders.models import Order
from app.orders.operations.documents import open_many
from app.organisations.models import Organisation

Reach = Callable[[Work, Carrier], Awaitable[Adapter]]
"""Makes the adapter by which a carrier is spoken to."""
_NO_ANSWER = {
    BookingStatus.PENDING: BookingStatus.GIVEN_UP,
    BookingStatus.CANCELLING: BookingStatus.CANCEL_UNHEARD,
}


async def converse(work: Work, booking_id: UUID, reach: Reach) -> None:
    """Ask a carrier what it is to be asked, and note what it says; nothing if it has answered.

    While it is spoken to no row is locked. A repeated question has the same key.
    """
    booking = await work.session.get(CarrierBooking, (work.tenant_id, booking_id))
    if booking is None or booking.next_try_at is None:
        return
    carrier = await work.session.get_one(Carrier, (work.tenant_id, booking.carrier_id))
    goods = await goods_of(work, booking.shipment_id)
    asked = Asked(booking.id, booking.service, booking.reference, goods)
    wanted, adapter = BookingStatus(booking.status), await reach(work, carrier)
    is_booking = wanted is BookingStatus.PENDING
    reply = await (adapter.book(asked) if is_booking else adapter.cancel(asked))
    order, shipment, locked = await _locked(work, booking)
    if locked.status != wanted:
        locked.reference = locked.reference or reply.reference or None
        return
    if is_booking:
        await _note_booking(work, order, shipment, locked, reply)
    else:
        await _note_cancelling(work, order, locked, reply)


async def give_up_or_ask(work: Work, booking_id: UUID) -> bool:
    """Give up on a carrier that did not answer in time, else say that it is to be asked again."""
    booking = await work.session.get(CarrierBooking, (work.tenant_id, booking_id))
    if booking is None or booking.next_try_at is None:
        return False
    order, _, locked = await _locked(work, booking)
    if locked.next_try_at is None or locked.next_try_at > work.now:
        return False
    if locked.give_up_at <= work.now:
        await _give_up(work, order, locked)
        return False
    locked.next_try_at = next_try(work.now, locked.tries + 1)
    return True


async def goods_of(work: Work, shipment_id: UUID) -> dict[str, Any]:
    """Return what a carrier is told of a shipment: from whom, to whom, what; two statements."""
    seller, buyer = Organisation.__table__.alias("seller"), Organisation.__table__.alias("buyer")
    head = (
        select(
            Shipment.number,
            Order.number,
            Order.delivery_address,
            Order.requested_delivery_on,
            seller.c.name,
            buyer.c.name,
        )
        .join(Order, Order.id == Shipment.order_id)
        .join(seller, (seller.c.tenant_id == Order.tenant_id) & (seller.c.id == Order.seller_id))
        .join(buyer, (buyer.c.tenant_id == Order.tenant_id) & (buyer.c.id == Order.buyer_id))
        .where(Shipment.id == shipment_id)
    )
    number, order, address, day, sender, receiver = (await work.session.execute(head)).one()
    lines = (
        select(Sku.code, Sku.name, StockLot.code, func.sum(ShipmentLine.quantity))
        .join(Sku, Sku.id == ShipmentLine.sku_id)
        .join(StockLot, StockLot.id == ShipmentLine.lot_id)
        .where(ShipmentLine.shipment_id == shipment_id)
        .group_by(Sku.code, Sku.name, StockLot.code)
        .order_by(Sku.code, StockLot.code)
    )
    goods = (await work.session.execute(lines)).all()
    pieces = sum((quantity for *_, quantity in goods), Decimal(0))
    return {
        "order": order,
        "shipment": number,
        "from": {"name": sender},
        "to": {"name": receiver, "address": address},
        "requestedDeliveryOn": day.isoformat() if day else None,
        "pieces": f"{pieces.normalize():f}",
        "goods": [
            {"code": code, "name": name, "lot": lot, "pieces": f"{quantity.normalize():f}"}
            for code, name, lot, quantity in goods
        ],
    }


async def _locked(work: Work, booking: CarrierBooking) -> tuple[Order, Shipment, CarrierBooking]:
    known = await work.session.get_one(Shipment, (work.tenant_id, booking.shipment_id))
    (document,) = await open_many(work, [known.order_id])
    shipment = await locks.shipment(work, booking.shipment_id)
    locked = await carrier_locks.booking(work, booking.id)
    assert shipment is not None
    assert locked is not None
    return document.order, shipment, locked


async def _note_booking(
    work: Work, order: Order, shipment: Shipment, booking: CarrierBooking, reply: Reply
) -> None:
    match reply.outcome:
        case Outcome.DONE:
            _conclude(work, booking, BookingStatus.BOOKED, "")
            booking.reference = reply.reference
            shipment.tracking_number = reply.tracking_number or shipment.tracking_number
            shipment.expected_at = reply.expected_at or shipment.expected_at
        case Outcome.REFUSED:
            _conclude(work, booking, BookingStatus.REFUSED, reply.problem)
            await _tell(work, order, shipment, booking)
        case Outcome.UNKNOWN:
            await _note_silence(work, order, booking, reply)


async def _note_cancelling(work: Work, order: Order, booking: CarrierBooking, reply: Reply) -> None:
    match reply.outcome:
        case Outcome.DONE:
            _conclude(work, booking, BookingStatus.CANCELLED, "")
        case Outcome.REFUSED:
            _conclude(work, booking, BookingStatus.CANCEL_UNHEARD, reply.problem)
            shipment = await work.session.get_one(Shipment, (work.tenant_id, booking.shipment_id))
            await _tell(work, order, shipment, booking)
        case Outcome.UNKNOWN:
            await _note_silence(work, order, booking, reply)


async def _note_silence(work: Work, order: Order, booking: CarrierBooking, reply: Reply) -> None:
    booking.tries += 1
    booking.problem = reply.problem
    if booking.give_up_at <= work.now:
        await _give_up(work, order, booking)
    else:
        booking.next_try_at = next_try(work.now, booking.tries)


async def _give_up(work: Work, order: Order, booking: CarrierBooking) -> None:
    status = _NO_ANSWER[BookingStatus(booking.status)]
    _conclude(work, booking, status, booking.problem or "it did not answer in time")
    shipment = await work.session.get_one(Shipment, (work.tenant_id, booking.shipment_id))
    await _tell(work, order, shipment, booking)


def _conclude(work: Work, booking: CarrierBooking, status: BookingStatus, problem: str) -> None:
    booking.status, booking.problem = status, problem
    booking.next_try_at, booking.answered_at = None, work.now
    after = {"status": status, "problem": problem}
    record(work, "CARRIER_ANSWERED", BOOKING, booking.id, after=after)


async def _tell(work: Work, order: Order, shipment: Shipment, booking: CarrierBooking) -> None:
    carrier = await work.session.get_one(Carrier, (work.tenant_id, booking.carrier_id))
    is_cancelling = booking.status == BookingStatus.CANCEL_UNHEARD
    await tell_shippers(
        work,
        order,
        "carrier_not_cancelled" if is_cancelling else "carrier_not_booked",
        [booking.asked_by_membership_id],
        carrier=carrier.name,
        shipment=str(shipment.number),
        reason=booking.problem,
    )
