"""Row locks of carriers and of what was asked of them; shipments are locked before."""

from uuid import UUID

from sqlalchemy import select

from app.carriers.models import Carrier, CarrierBooking
from app.db.work import Work


async def own_carrier(work: Work, carrier_id: UUID) -> Carrier | None:
    """Lock a carrier of the actor's organisation; none when it has no such carrier."""
    statement = (
        select(Carrier)
        .where(Carrier.id == carrier_id, Carrier.organisation_id == work.actor.own_organisation)
        .with_for_update()
    )
    return await work.session.scalar(statement.execution_options(populate_existing=True))


async def booking(work: Work, booking_id: UUID) -> CarrierBooking | None:
    """Lock what was asked of a carrier, as it is now."""
    statement = select(CarrierBooking).where(CarrierBooking.id == booking_id).with_for_update()
    return await work.session.scalar(statement.execution_options(populate_existing=True))


async def bookings_of(work: Work, shipment_id: UUID) -> list[CarrierBooking]:
    """Lock all that was asked for a shipment, the oldest first."""
    statement = (
        select(CarrierBooking)
        .where(CarrierBooking.shipment_id == shipment_id)
        .order_by(CarrierBooking.id)
        .with_for_update()
    )
    fresh = statement.execution_options(populate_existing=True)
    return list(await work.session.scalars(fresh))
