"""Tables of pick tasks, shipments and tracking."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.tables import QUANTITY, Identified, Table, TenantOwned, belongs_to, one_of
from app.kernel.quantity import PackagingLevel


class WaveStatus(StrEnum):
    """How far a wave of picks is.

    OPEN: something is still to be picked. PICKED: all is picked, or was not found. CHECKED: a
    second person has found it right.
    """

    OPEN = "OPEN"
    PICKED = "PICKED"
    CHECKED = "CHECKED"


class ShipmentStatus(StrEnum):
    """Where a shipment is (domain.md (e))."""

    PLANNED = "PLANNED"
    IN_TRANSIT = "IN_TRANSIT"
    DELAYED = "DELAYED"
    ARRIVED = "ARRIVED"
    SIGNED = "SIGNED"
    REFUSED = "REFUSED"
    RETURNED_TO_WAREHOUSE = "RETURNED_TO_WAREHOUSE"
    LOST = "LOST"
    CANCELLED = "CANCELLED"


class PickTask(Identified, Table):
    """Take so many pieces of a lot from a warehouse for an order line (R1-54).

    What was not found is taken off; nothing may be left of it then. `planned` are in a shipment,
    `shipped` have left.
    """

    __tablename__ = "pick_task"
    __table_args__ = (
        belongs_to("order_id", "orders"),
        belongs_to("order_line_id", "order_line"),
        belongs_to("warehouse_id", "warehouse"),
        belongs_to("lot_id", "stock_lot"),
        belongs_to("sku_id", "sku"),
        CheckConstraint("quantity >= 0", name="quantity"),
        CheckConstraint("shipped >= 0 AND shipped <= planned", name="shipped"),
        CheckConstraint("planned <= quantity", name="planned"),
        Index(None, "tenant_id", "order_id"),
    )

    order_id: Mapped[UUID]
    order_line_id: Mapped[UUID]
    warehouse_id: Mapped[UUID]
    sku_id: Mapped[UUID]
    lot_id: Mapped[UUID]
    quantity: Mapped[Decimal] = mapped_column(QUANTITY)
    planned: Mapped[Decimal] = mapped_column(QUANTITY, default=Decimal(0))
    shipped: Mapped[Decimal] = mapped_column(QUANTITY, default=Decimal(0))
    created_at: Mapped[datetime]
    picked_at: Mapped[datetime | None]
    picked_by_membership_id: Mapped[UUID | None]


class Shipment(Identified, Table):
    """Goods of one order that travel together with one carrier, kept (`carrier_id`) or named.

    `late_noted_for` is the expected arrival that people were told will not be kept. `wrong_codes`
    counts what was tried as its delivery code since the last right one. `rating` is of its buyer.
    `proposed_carrier_id` is whom the seller's rules chose, `carrier_reason` why it has its carrier.
    """

    __tablename__ = "shipment"
    __table_args__ = (
        belongs_to("order_id", "orders"),
        belongs_to("carrier_id", "carrier"),
        belongs_to("proposed_carrier_id", "carrier"),
        belongs_to("handed_over_by_membership_id", "membership"),
        belongs_to("handed_over_signature_id", "stored_file"),
        belongs_to("signed_by_membership_id", "membership"),
        belongs_to("signature_id", "stored_file"),
        belongs_to("photo_id", "stored_file"),
        one_of("status", ShipmentStatus),
        CheckConstraint("wrong_codes >= 0", name="wrong_codes"),
        CheckConstraint("rating BETWEEN 1 AND 5", name="rating"),
        UniqueConstraint("tenant_id", "order_id", "number"),
        Index(None, "tenant_id", "status", "expected_at"),
    )

    order_id: Mapped[UUID]
    number: Mapped[int]
    status: Mapped[str] = mapped_column(default=ShipmentStatus.PLANNED)
    carrier: Mapped[str]
    carrier_id: Mapped[UUID | None]
    proposed_carrier_id: Mapped[UUID | None]
    carrier_reason: Mapped[str] = mapped_column(default="")
    tracking_number: Mapped[str] = mapped_column(default="")
    booked_at: Mapped[datetime]
    expected_at: Mapped[datetime | None]
    late_noted_for: Mapped[datetime | None]
    handed_over_at: Mapped[datetime | None]
    handed_over_to: Mapped[str | None]
    handed_over_by_membership_id: Mapped[UUID | None]
    handed_over_signature_id: Mapped[UUID | None]
    signed_at: Mapped[datetime | None]
    signed_by: Mapped[str | None]
    signed_by_membership_id: Mapped[UUID | None]
    signature_id: Mapped[UUID | None]
    photo_id: Mapped[UUID | None]
    code_confirmed_at: Mapped[datetime | None]
    wrong_codes: Mapped[int] = mapped_column(default=0)
    wrong_code_at: Mapped[datetime | None]
    refusal_reason: Mapped[str | None]
    rating: Mapped[int | None]
    rating_words: Mapped[str | None]
    rated_at: Mapped[datetime | None]


class ShipmentLine(Identified, Table):
    """Pieces of an order line, of one lot, in a shipment, and what became of them."""

    __tablename__ = "shipment_line"
    __table_args__ = (
        belongs_to("shipment_id", "shipment"),
        belongs_to("pick_task_id", "pick_task"),
        belongs_to("order_line_id", "order_line"),
        belongs_to("warehouse_id", "warehouse"),
        belongs_to("sku_id", "sku"),
        belongs_to("lot_id", "stock_lot"),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("signed >= 0 AND refused >= 0 AND lost >= 0", name="outcome_positive"),
        CheckConstraint("signed + refused + lost <= quantity", name="outcome_within_quantity"),
        CheckConstraint("received >= 0 AND missing >= 0", name="counted_positive"),
        CheckConstraint("received + missing <= signed", name="counted_within_signed"),
        CheckConstraint("returned >= 0 AND returned <= refused", name="returned"),
        Index(None, "tenant_id", "shipment_id"),
        Index(None, "tenant_id", "order_line_id"),
    )

    shipment_id: Mapped[UUID]
    pick_task_id: Mapped[UUID]
    order_line_id: Mapped[UUID]
    warehouse_id: Mapped[UUID]
    sku_id: Mapped[UUID]
    lot_id: Mapped[UUID]
    quantity: Mapped[Decimal] = mapped_column(QUANTITY)
    signed: Mapped[Decimal] = mapped_column(QUANTITY, default=Decimal(0))
    refused: Mapped[Decimal] = mapped_column(QUANTITY, default=Decimal(0))
    lost: Mapped[Decimal] = mapped_column(QUANTITY, default=Decimal(0))
    returned: Mapped[Decimal] = mapped_column(QUANTITY, default=Decimal(0))
    received: Mapped[Decimal] = mapped_column(QUANTITY, default=Decimal(0))
    missing: Mapped[Decimal] = mapped_column(QUANTITY, default=Decimal(0))


class TrackingEvent(Identified, Table):
    """One report of where a shipment is (R3-24); append-only."""

    __tablename__ = "tracking_event"
    __table_args__ = (
        belongs_to("shipment_id", "shipment"),
        one_of("status", ShipmentStatus),
        Index(None, "tenant_id", "shipment_id", "happened_at"),
        CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="position"),
    )

    shipment_id: Mapped[UUID]
    status: Mapped[str]
    place: Mapped[str]
    note: Mapped[str]
    latitude: Mapped[Decimal | None] = mapped_column(Numeric(8, 6))
    longitude: Mapped[Decimal | None] = mapped_column(Numeric(9, 6))
    happened_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    recorded_by_membership_id: Mapped[UUID | None]


class StockPlace(TenantOwned, Table):
    """Where a SKU lies in a warehouse; who picks walks from place to place in their order."""

    __tablename__ = "stock_place"
    __table_args__ = (belongs_to("warehouse_id", "warehouse"), belongs_to("sku_id", "sku"))

    warehouse_id: Mapped[UUID] = mapped_column(primary_key=True)
    sku_id: Mapped[UUID] = mapped_column(primary_key=True)
    place: Mapped[str]


class PickWave(Identified, Table):
    """Pick tasks of one warehouse that one person walks for, in one round (R1-54)."""

    __tablename__ = "pick_wave"
    __table_args__ = (
        belongs_to("organisation_id", "organisation"),
        belongs_to("warehouse_id", "warehouse"),
        belongs_to("picker_membership_id", "membership"),
        belongs_to("checked_by_membership_id", "membership"),
        one_of("status", WaveStatus),
        UniqueConstraint("tenant_id", "warehouse_id", "number"),
        Index(None, "tenant_id", "organisation_id", "id"),
    )

    organisation_id: Mapped[UUID]
    warehouse_id: Mapped[UUID]
    number: Mapped[int]
    status: Mapped[str] = mapped_column(default=WaveStatus.OPEN)
    picker_membership_id: Mapped[UUID | None]
    created_at: Mapped[datetime]
    picked_at: Mapped[datetime | None]
    checked_at: Mapped[datetime | None]
    checked_by_membership_id: Mapped[UUID | None]


class PickLine(Identified, Table):
    """One stop of a wave: whole cases or loose pieces of a pick task, in pieces.

    `picked` were scanned, `short` were not found. `position` is the order of the walk.
    """

    __tablename__ = "pick_line"
    __table_args__ = (
        belongs_to("wave_id", "pick_wave"),
        belongs_to("pick_task_id", "pick_task"),
        one_of("level", PackagingLevel),
        UniqueConstraint("tenant_id", "pick_task_id", "level"),
        UniqueConstraint("tenant_id", "wave_id", "position"),
        CheckConstraint("quantity > 0 AND factor > 0", name="quantity"),
        CheckConstraint("picked >= 0 AND short >= 0", name="done_positive"),
        CheckConstraint("picked + short <= quantity", name="done_within_quantity"),
    )

    wave_id: Mapped[UUID]
    pick_task_id: Mapped[UUID]
    position: Mapped[int]
    place: Mapped[str]
    level: Mapped[str]
    factor: Mapped[Decimal] = mapped_column(QUANTITY)
    quantity: Mapped[Decimal] = mapped_column(QUANTITY)
    picked: Mapped[Decimal] = mapped_column(QUANTITY, default=Decimal(0))
    short: Mapped[Decimal] = mapped_column(QUANTITY, default=Decimal(0))
    short_reason: Mapped[str | None]
    picked_by_membership_id: Mapped[UUID | None]


class DeliveryPlan(Identified, Table):
    """One tour of an own vehicle on one day: from a warehouse, by a colleague (R1-60).

    It is open until it has departed or was cancelled, with the reason.
    """

    __tablename__ = "delivery_plan"
    __table_args__ = (
        belongs_to("organisation_id", "organisation"),
        belongs_to("warehouse_id", "warehouse"),
        belongs_to("driver_membership_id", "membership"),
        Index(None, "tenant_id", "organisation_id", "day"),
    )

    organisation_id: Mapped[UUID]
    warehouse_id: Mapped[UUID]
    driver_membership_id: Mapped[UUID]
    day: Mapped[date]
    vehicle: Mapped[str]
    created_at: Mapped[datetime]
    departed_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str | None]


class DeliveryStop(TenantOwned, Table):
    """A shipment in a plan, and as which of its stops; what came of it the shipment says."""

    __tablename__ = "delivery_stop"
    __table_args__ = (
        belongs_to("plan_id", "delivery_plan"),
        belongs_to("shipment_id", "shipment"),
        Index(None, "tenant_id", "shipment_id"),
    )

    plan_id: Mapped[UUID] = mapped_column(primary_key=True)
    shipment_id: Mapped[UUID] = mapped_column(primary_key=True)
    position: Mapped[int]
