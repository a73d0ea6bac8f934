"""Shipments as both parties see them."""
# pyright: reportIncompatibleMethodOverride=false
# Relay types `resolve_nodes` wider than it calls it.

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from urllib.parse import quote
from uuid import UUID

import strawberry
from strawberry import relay

from app.carriers import models as carrier_models
from app.carriers.models import BookingStatus
from app.fulfilment import models, queries
from app.fulfilment.models import ShipmentStatus
from app.rbac.permissions import Permission
from app.schema.batch import batch
from app.schema.catalog import Sku, skus_by_id
from app.schema.context import Info
from app.schema.cost import list_size
from app.schema.deliveries import DeliveryRating, DeliveryRecord, HandOverRecord
from app.schema.package_files import DELIVERY_NOTE, LABELS, papers_of
from app.schema.packages import ShipmentPackage, packages_of
from app.schema.quotes.files import DownloadableFile

strawberry.enum(ShipmentStatus, description=ShipmentStatus.__doc__)
strawberry.enum(BookingStatus, description=BookingStatus.__doc__)


@strawberry.type
class Position:
    """Where a device in a vehicle was: degrees north and east in WGS 84 (R1-62)."""

    latitude: Decimal
    longitude: Decimal


@strawberry.type
class TrackingEvent:
    """One report of where a shipment is."""

    status: ShipmentStatus
    place: str
    note: str
    happened_at: datetime
    recorded_at: datetime
    position: Position | None

    @classmethod
    def of(cls, row: models.TrackingEvent) -> "TrackingEvent":
        """Show a report."""
        return cls(
            status=ShipmentStatus(row.status),
            place=row.place,
            note=row.note,
            happened_at=row.happened_at,
            recorded_at=row.recorded_at,
            position=(
                None
                if row.latitude is None or row.longitude is None
                else Position(latitude=row.latitude, longitude=row.longitude)
            ),
        )


@strawberry.type
class ShipmentLine:
    """Pieces of an order line in a shipment, and what became of them."""

    shipment_line_id: relay.GlobalID
    order_line_id: relay.GlobalID
    pieces: Decimal
    signed: Decimal
    refused: Decimal
    lost: Decimal
    returned: Decimal
    received: Decimal
    sku_id: strawberry.Private[UUID]

    @batch
    @staticmethod
    async def sku(lines: list["ShipmentLine"], info: Info) -> list[Sku | None]:
        """The SKU that travels."""
        return await skus_by_id(info, [line.sku_id for line in lines])

    @classmethod
    def of(cls, row: models.ShipmentLine) -> "ShipmentLine":
        """Show a line; quantities are in pieces."""
        return cls(
            shipment_line_id=relay.GlobalID("ShipmentLine", str(row.id)),
            order_line_id=relay.GlobalID("OrderLine", str(row.order_line_id)),
            pieces=row.quantity,
            signed=row.signed,
            refused=row.refused,
            lost=row.lost,
            returned=row.returned,
            received=row.received,
            sku_id=row.sku_id,
        )


@strawberry.type
class CarrierBooking:
    """What came of asking a carrier to take a shipment; for the seller's people only."""

    status: BookingStatus
    service: str
    asked_at: datetime
    tries: int = strawberry.field(description="How often it was asked and did not answer.")
    next_try_at: datetime | None
    give_up_at: datetime = strawberry.field(description="It is asked until then, and no longer.")
    answered_at: datetime | None
    reference: str | None = strawberry.field(description="The carrier's own word for it.")
    problem: str

    @classmethod
    def of(cls, row: carrier_models.CarrierBooking) -> "CarrierBooking":
        """Show what was asked."""
        return cls(
            status=BookingStatus(row.status),
            service=row.service,
            asked_at=row.asked_at,
            tries=row.tries,
            next_try_at=row.next_try_at,
            give_up_at=row.give_up_at,
            answered_at=row.answered_at,
            reference=row.reference,
            problem=row.problem,
        )


@strawberry.type
class Shipment(relay.Node):
    """Goods of one order that travel together with one carrier (R3-23, R3-24)."""

    id: relay.NodeID[UUID]
    number: int
    status: ShipmentStatus
    carrier: str
    tracking_number: str
    booked_at: datetime
    expected_at: datetime | None
    handed_over_at: datetime | None
    signed_at: datetime | None
    signed_by: str | None
    refusal_reason: str | None
    order_id: relay.GlobalID
    carrier_id: strawberry.Private[UUID | None]

    @batch
    @staticmethod
    async def booking(shipments: list["Shipment"], info: Info) -> list[CarrierBooking | None]:
        """What came of asking its carrier; null for others than the seller's shippers."""
        async with info.context.read() as work:
            may = (Permission.CARRIER_BOOK, Permission.SHIPMENT_WRITE)
            if not any(map(work.actor.may, may)):
                return [None for _ in shipments]
            found = await queries.bookings_by_shipment(work, [item.id for item in shipments])
        return [
            CarrierBooking.of(found[item.id]) if item.id in found else None for item in shipments
        ]

    @batch
    @staticmethod
    async def carrier_reason(shipments: list["Shipment"], info: Info) -> list[str | None]:
        """Why it has its carrier: the rule that chose it, or why another one was taken.

        Null for others than the seller's shippers.
        """
        async with info.context.read() as work:
            if not any(map(work.actor.may, (Permission.CARRIER_BOOK, Permission.SHIPMENT_WRITE))):
                return [None for _ in shipments]
            found = await queries.choices_by_shipment(work, [item.id for item in shipments])
        return [found[item.id].carrier_reason if item.id in found else None for item in shipments]

    @batch
    @staticmethod
    async def tracking_url(shipments: list["Shipment"], info: Info) -> list[str | None]:
        """Where the carrier itself shows where it is; null until it has a tracking number."""
        known = {item.carrier_id for item in shipments if item.carrier_id and item.tracking_number}
        if not known:
            return [None for _ in shipments]
        async with info.context.read() as work:
            found = await queries.tracking_addresses(work, known)
        return [
            _filled_in(found.get(item.carrier_id or item.id, ""), item.tracking_number)
            for item in shipments
        ]

    @batch
    @staticmethod
    async def hand_over(shipments: list["Shipment"], info: Info) -> list[HandOverRecord | None]:
        """Who gave it to whom, and when; null before, and for others than the order's two sides."""
        return [each and HandOverRecord.of(each) for each in await _records(info, shipments)]

    @batch
    @staticmethod
    async def proof(shipments: list["Shipment"], info: Info) -> list[DeliveryRecord | None]:
        """The proof of delivery; null before, and for others than the order's two sides."""
        return [each and DeliveryRecord.of(each) for each in await _records(info, shipments)]

    @batch
    @staticmethod
    async def rating(shipments: list["Shipment"], info: Info) -> list[DeliveryRating | None]:
        """What its buyer said of the delivery; null for others than the order's two sides."""
        return [each and DeliveryRating.of(each) for each in await _records(info, shipments)]

    @list_size(20)
    @batch
    @staticmethod
    async def lines(shipments: list["Shipment"], info: Info) -> list[list[ShipmentLine]]:
        """What is in it, in the order it was planned."""
        async with info.context.read() as work:
            found = await queries.lines_by_shipment(work, [item.id for item in shipments])
        return [[ShipmentLine.of(row) for row in found.get(item.id, [])] for item in shipments]

    @list_size(20)
    @batch
    @staticmethod
    async def packages(shipments: list["Shipment"], info: Info) -> list[list[ShipmentPackage]]:
        """The packages that its goods are in, in their order; none until it was packed (R1-56)."""
        return await packages_of(info, [item.id for item in shipments])

    @batch
    @staticmethod
    async def delivery_note(
        shipments: list["Shipment"], info: Info
    ) -> list[DownloadableFile | None]:
        """What travels by lot, without prices, as a PDF in the buyer's language (R0-37).

        For seller and buyer; null for others.
        """
        return await papers_of(info, DELIVERY_NOTE, [item.id for item in shipments])

    @batch
    @staticmethod
    async def labels(shipments: list["Shipment"], info: Info) -> list[DownloadableFile | None]:
        """A label for each package as PDF, for seller and buyer; null until it was packed."""
        return await papers_of(info, LABELS, [item.id for item in shipments])

    @list_size(10)
    @batch
    @staticmethod
    async def tracking(shipments: list["Shipment"], info: Info) -> list[list[TrackingEvent]]:
        """Where it was, the oldest report first."""
        async with info.context.read() as work:
            found = await queries.tracking_by_shipment(work, [item.id for item in shipments])
        return [[TrackingEvent.of(row) for row in found.get(item.id, [])] for item in shipments]

    @classmethod
    def of(cls, row: models.Shipment) -> "Shipment":
        """Show a shipment."""
        return cls(
            id=row.id,
            number=row.number,
            status=ShipmentStatus(row.status),
            carrier=row.carrier,
            tracking_number=row.tracking_number,
            booked_at=row.booked_at,
            expected_at=row.expected_at,
            handed_over_at=row.handed_over_at,
            signed_at=row.signed_at,
            signed_by=row.signed_by,
            refusal_reason=row.refusal_reason,
            order_id=relay.GlobalID("Order", str(row.order_id)),
            carrier_id=row.carrier_id,
        )

    @classmethod
    async def resolve_nodes(
        cls, *, info: Info, node_ids: Iterable[str], required: bool = False
    ) -> list["Shipment | None"]:
        """Load by global id; unknown and foreign ids give null."""
        del required
        keys = [UUID(key) for key in node_ids]
        async with info.context.read() as work:
            found = await queries.shipments_by_id(work, keys)
        return [Shipment.of(found[key]) if key in found else None for key in keys]


async def load_shipment(info: Info, shipment_id: UUID) -> Shipment:
    """Load a shipment that has just been written."""
    async with info.context.read() as work:
        return Shipment.of(await queries.shipment(work, shipment_id))


async def _records(info: Info, shipments: list[Shipment]) -> list[queries.Record | None]:
    async with info.context.read() as work:
        found = await queries.records_by_shipment(work, [item.id for item in shipments])
    return [found.get(item.id) for item in shipments]


def _filled_in(address: str, tracking_number: str) -> str | None:
    if not address or not tracking_number:
        return None
    return address.format(trackingNumber=quote(tracking_number, safe=""))
