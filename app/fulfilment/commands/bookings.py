"""Give planned shipments to another carrier, and ask carriers again that did not answer."""

from uuid import UUID

from app.db.idempotency import once
from app.db.work import Work
from app.fulfilment.models import Shipment, ShipmentStatus
from app.fulfilment.operations.bookings import arrival, change_carrier, chosen_carrier, tell_asked
from app.fulfilment.operations.choosing import note_choice, proposed
from app.fulfilment.operations.conversing import give_up_or_ask
from app.fulfilment.operations.shipments import open_shipment_of
from app.kernel.errors import NotFound
from app.orders.models import Order
from app.rbac.guard import requires
from app.rbac.permissions import Permission


@requires(Permission.CARRIER_BOOK)
async def rebook_carrier(  # noqa: PLR0913, PLR0917  # what another carrier needs
    work: Work, key: str, shipment_id: UUID, carrier_id: UUID, service: str, reason: str = ""
) -> UUID:
    """Give a planned shipment to another carrier, or ask the same one anew; returns the shipment.

    Whoever was asked before is told to take it no more. Raises `ShipmentNotOpen`,
    `CarrierNotActive`, `UnknownService`, and `CarrierReasonNeeded` for another carrier than the
    seller's rules choose.
    """

    async def command(_: UUID) -> None:
        shipment: Shipment = await open_shipment_of(
            work, shipment_id, [Permission.CARRIER_BOOK], [ShipmentStatus.PLANNED]
        )
        carrier, level = await chosen_carrier(work, carrier_id, service)
        if carrier is None:
            raise NotFound("Carrier")
        await change_carrier(work, shipment, carrier, service)
        shipment.carrier, shipment.carrier_id = carrier.name, carrier.id
        order = await work.session.get_one(Order, (work.tenant_id, shipment.order_id))
        note_choice(shipment, await proposed(work, order), reason)
        shipment.tracking_number = ""
        shipment.expected_at = arrival(work, level)

    body = [shipment_id, carrier_id, service, *((reason,) if reason else ())]
    return await once(work, key, "rebookCarrier", body, shipment_id, command)


@requires(Permission.CARRIER_BOOK)
async def ask_carrier_again(work: Work, booking_id: UUID) -> UUID:
    """Let a carrier that did not answer be asked again, or give it up; for the clock alone."""
    if await give_up_or_ask(work, booking_id):
        tell_asked(work, booking_id)
    return booking_id
