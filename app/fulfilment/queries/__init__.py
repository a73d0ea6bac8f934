"""What an actor may read of shipments, waves of picks and preparation (F2)."""

from app.fulfilment.queries.choosing import choices_by_order, choices_by_shipment
from app.fulfilment.queries.performance import Performance, performance_by_carrier
from app.fulfilment.queries.plans import (
    PlannedStop,
    delivery_plans,
    drivers_of_plans,
    plans_by_id,
    stops_of_plans,
)
from app.fulfilment.queries.proofs import Record, readable_proofs, records_by_shipment
from app.fulfilment.queries.shipments import (
    bookings_by_shipment,
    lines_by_shipment,
    shipment,
    shipments_by_id,
    shipments_by_order,
    tracking_addresses,
    tracking_by_shipment,
)
from app.fulfilment.queries.waves import (
    Preparation,
    people_of_waves,
    pick_waves,
    preparation_by_order,
    stops_by_id,
    stops_by_wave,
    waves_by_id,
)

__all__ = [
    "Performance",
    "PlannedStop",
    "Preparation",
    "Record",
    "bookings_by_shipment",
    "choices_by_order",
    "choices_by_shipment",
    "delivery_plans",
    "drivers_of_plans",
    "lines_by_shipment",
    "people_of_waves",
    "performance_by_carrier",
    "pick_waves",
    "plans_by_id",
    "preparation_by_order",
    "readable_proofs",
    "records_by_shipment",
    "shipment",
    "shipments_by_id",
    "shipments_by_order",
    "stops_by_id",
    "stops_by_wave",
    "stops_of_plans",
    "tracking_addresses",
    "tracking_by_shipment",
    "waves_by_id",
]
