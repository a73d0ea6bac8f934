"""What warehouse, reps and buyers do with goods (R3-56..R3-63)."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from app.fulfilment.commands import bookings, prepare, receive, ship
from app.fulfilment.models import ShipmentStatus
from app.fulfilment.operations.rating import Rating
from app.kernel.errors import Invalid
from app.kernel.position import NoPosition, Position, position
from app.schema.carrier_changes import carrier_terms
from app.schema.context import Info
from app.schema.ids import key_of, optional_key_of
from app.schema.operation import mutation
from app.schema.orders.types import OrderResult, load_order
from app.schema.refusals import Refusal
from app.schema.shipments import Shipment, load_shipment

ShipmentResult = Annotated[Shipment | Refusal, strawberry.union("ShipmentResult")]


@strawberry.input
class LinePiecesInput:
    """Pieces of an order line."""

    order_line_id: relay.GlobalID
    pieces: Decimal


def pieces_by_line(lines: list[LinePiecesInput] | None, field: str) -> dict[UUID, Decimal]:
    """Read pieces by order line; raises `Invalid` when a line is named twice."""
    found: dict[UUID, Decimal] = {}
    for place, line in enumerate(lines or []):
        key = key_of(line.order_line_id, "OrderLine")
        if key in found:
            raise Invalid(f"{field}.{place}.orderLineId", "is named twice")
        found[key] = line.pieces
    return found


@strawberry.input
class StartPreparationInput:
    """An order whose goods are set aside."""

    order_id: relay.GlobalID


@strawberry.input
class FinishPreparationInput:
    """An order that is picked and packed; `picked` where pieces were counted again."""

    order_id: relay.GlobalID
    picked: list[LinePiecesInput] | None = None


@strawberry.input
class BookCarrierInput:
    """A carrier for packed goods; without lines, for all of them.

    Either one that the seller keeps, perhaps with a service level of its, or just a name; without
    either the one that the seller's rules choose (`Order.carrierChoice`).
    """

    idempotency_key: str
    order_id: relay.GlobalID
    carrier: str = ""
    carrier_id: relay.GlobalID | None = None
    service: str = ""
    tracking_number: str = ""
    expected_at: datetime | None = None
    lines: list[LinePiecesInput] | None = None
    reason: str = strawberry.field(
        default="", description="Why it is another carrier than the seller's rules choose."
    )


@strawberry.input
class RebookCarrierInput:
    """A planned shipment, and the carrier that shall take it: another, or the same once more."""

    idempotency_key: str
    shipment_id: relay.GlobalID
    carrier_id: relay.GlobalID
    service: str = ""
    reason: str = strawberry.field(
        default="", description="Why it is another carrier than the seller's rules choose."
    )


@strawberry.input
class HandOverInput:
    """A planned shipment, and who took it; the file is an uploaded image of their signature."""

    shipment_id: relay.GlobalID
    handed_over_to: str
    signature_file_id: relay.GlobalID | None = None


@strawberry.input
class ArriveAtPickupPointInput:
    """A planned shipment, and where it waits for the buyer."""

    shipment_id: relay.GlobalID
    place: str


@strawberry.input
class PositionInput:
    """Where a device is, in degrees of WGS 84; kept to six places (R1-62)."""

    latitude: Decimal
    longitude: Decimal

    def value(self) -> Position:
        """Return the domain's position; raises `Invalid` where there is no such place."""
        try:
            return position(self.latitude, self.longitude)
        except NoPosition as wrong:
            raise Invalid("position", str(wrong)) from None


@strawberry.input
class ReportTrackingInput:
    """Where a shipment is: in transit, delayed or arrived."""

    shipment_id: relay.GlobalID
    status: ShipmentStatus
    place: str = ""
    note: str = ""
    happened_at: datetime | None = None
    position: PositionInput | None = None


@strawberry.input
class SignDeliveryInput:
    """Who signed; what is refused, if anything, and why.

    The files are uploaded: an image of the signature, and a photo of the goods or the signed paper.
    """

    shipment_id: relay.GlobalID
    signed_by: str
    refused: list[LinePiecesInput] | None = None
    refuses_all: bool = False
    reason: str | None = None
    cash: Decimal | None = strawberry.field(
        default=None,
        description="Money taken at the door, in the order's currency; only for the seller's "
        "people. What differs from what is due becomes an exception of the order.",
    )
    code: str | None = strawberry.field(
        default=None,
        description="What the buyer was told when the goods left: who says it is whom they are "
        "for. A wrong one signs for nothing, and after a few the next one waits.",
    )
    signature_file_id: relay.GlobalID | None = None
    photo_file_id: relay.GlobalID | None = None


@strawberry.input
class ReturnToWarehouseInput:
    """A shipment with refused goods: deliver them again, or take them back for good."""

    shipment_id: relay.GlobalID
    deliver_again: bool


@strawberry.input
class DeliveryRatingInput:
    """How content the buyer is with a delivery, from 1 to 5, and why."""

    stars: int
    words: str = ""


@strawberry.input
class ConfirmReceiptInput:
    """What of the signed goods was found, in pieces by line; without lines, all of it."""

    order_id: relay.GlobalID
    received: list[LinePiecesInput] | None = None
    rating: DeliveryRatingInput | None = strawberry.field(
        default=None, description="What the buyer thinks of the delivery; for its people only."
    )


@strawberry.type
class FulfilmentMutation:
    """What can be done with goods on their way from shelf to shelf."""

    @mutation(prepare.start_preparation)
    async def start_preparation(self, info: Info, input: StartPreparationInput) -> OrderResult:
        """Begin to pick what is set aside (R3-56)."""
        order_id = await info.context.write(
            lambda work: prepare.start_preparation(work, key_of(input.order_id, "Order"))
        )
        return await load_order(info, order_id)

    @mutation(prepare.finish_preparation)
    async def finish_preparation(self, info: Info, input: FinishPreparationInput) -> OrderResult:
        """Everything is picked, checked and packed (R3-57)."""
        picked = pieces_by_line(input.picked, "picked")
        order_id = await info.context.write(
            lambda work: prepare.finish_preparation(work, key_of(input.order_id, "Order"), picked)
        )
        return await load_order(info, order_id)

    @mutation(ship.book_carrier)
    async def book_carrier(self, info: Info, input: BookCarrierInput) -> ShipmentResult:
        """Plan a shipment of packed goods, whole or in part (R3-58)."""
        booking = ship.Booking(
            order_id=key_of(input.order_id, "Order"),
            carrier=input.carrier,
            carrier_id=optional_key_of(input.carrier_id, "Carrier"),
            service=input.service,
            tracking_number=input.tracking_number,
            expected_at=input.expected_at,
            pieces=pieces_by_line(input.lines, "lines"),
            reason=input.reason,
            idempotency_key=input.idempotency_key,
        )
        shipment_id = await info.context.write(lambda work: ship.book_carrier(work, booking))
        return await load_shipment(info, shipment_id)

    @mutation(bookings.rebook_carrier)
    async def rebook_carrier(self, info: Info, input: RebookCarrierInput) -> ShipmentResult:
        """Give a planned shipment to another carrier, or ask the same one anew (R3-58).

        Whoever was asked before is told to take it no more; asked twice, a carrier takes it once.
        """
        shipment_id = await info.context.write(
            lambda work: bookings.rebook_carrier(
                work,
                input.idempotency_key,
                key_of(input.shipment_id, "Shipment"),
                key_of(input.carrier_id, "Carrier"),
                input.service,
                input.reason,
            )
        )
        return await load_shipment(info, shipment_id)

    @mutation(ship.hand_over)
    async def hand_over(self, info: Info, input: HandOverInput) -> ShipmentResult:
        """Give a planned shipment to its carrier: the goods leave the stock (R1-61)."""
        shipment_id = await info.context.write(
            lambda work: ship.hand_over(
                work,
                key_of(input.shipment_id, "Shipment"),
                input.handed_over_to,
                optional_key_of(input.signature_file_id, "StoredFile"),
            )
        )
        return await load_shipment(info, shipment_id)

    @mutation(ship.arrive_at_pickup_point)
    async def arrive_at_pickup_point(
        self, info: Info, input: ArriveAtPickupPointInput
    ) -> ShipmentResult:
        """Bring a planned shipment to its pick-up point (R4-33)."""
        shipment_id = await info.context.write(
            lambda work: ship.arrive_at_pickup_point(
                work, key_of(input.shipment_id, "Shipment"), input.place
            )
        )
        return await load_shipment(info, shipment_id)

    @mutation(ship.report_tracking)
    async def report_tracking(self, info: Info, input: ReportTrackingInput) -> ShipmentResult:
        """Note where a shipment is (R3-24)."""
        report = ship.TrackingReport(
            shipment_id=key_of(input.shipment_id, "Shipment"),
            status=input.status,
            place=input.place,
            note=input.note,
            happened_at=input.happened_at,
            position=input.position and input.position.value(),
        )
        shipment_id = await info.context.write(lambda work: ship.report_tracking(work, report))
        return await load_shipment(info, shipment_id)

    @mutation(receive.sign_delivery)
    async def sign_delivery(self, info: Info, input: SignDeliveryInput) -> ShipmentResult:
        """Accept a delivery, refuse it, or accept a part (R3-61, R1-65)."""
        signature = receive.Signature(
            shipment_id=key_of(input.shipment_id, "Shipment"),
            signed_by=input.signed_by,
            refused=pieces_by_line(input.refused, "refused"),
            refuses_all=input.refuses_all,
            reason=input.reason,
            cash=input.cash,
            code=input.code,
            signature_file_id=optional_key_of(input.signature_file_id, "StoredFile"),
            photo_file_id=optional_key_of(input.photo_file_id, "StoredFile"),
        )
        keys = None
        if input.code is not None:
            keys = carrier_terms(info).keys
            await info.context.write(lambda work: receive.count_code(work, signature))
        shipment_id = await info.context.write(
            lambda work: receive.sign_delivery(work, signature, keys)
        )
        return await load_shipment(info, shipment_id)

    @mutation(receive.return_to_warehouse)
    async def return_to_warehouse(
        self, info: Info, input: ReturnToWarehouseInput
    ) -> ShipmentResult:
        """Put refused goods back into stock (R1-71)."""
        shipment_id = await info.context.write(
            lambda work: receive.return_to_warehouse(
                work,
                key_of(input.shipment_id, "Shipment"),
                deliver_again=input.deliver_again,
            )
        )
        return await load_shipment(info, shipment_id)

    @mutation(receive.confirm_receipt)
    async def confirm_receipt(self, info: Info, input: ConfirmReceiptInput) -> OrderResult:
        """Confirm what was signed for; what is missing is recorded (R3-62)."""
        received = pieces_by_line(input.received, "received")
        rating = input.rating and Rating(input.rating.stars, input.rating.words)
        order_id = await info.context.write(
            lambda work: receive.confirm_receipt(
                work, key_of(input.order_id, "Order"), received, rating
            )
        )
        return await load_order(info, order_id)
