"""In which order the stops of a day's own delivery stand (R1-60). Nothing here knows of roads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

_WEEKDAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
_ANY_TIME = "24:00"


@dataclass(frozen=True, slots=True)
class Stop:
    """A shipment, the place that it goes to, how that is written, and until when it takes goods.

    `closes_at` is `HH:MM` of the place.
    """

    shipment_id: UUID
    place: str
    written: tuple[str, ...] = ()
    closes_at: str = _ANY_TIME


def windows_on(address: Mapping[str, Any] | None, day: date) -> list[Mapping[str, str]]:
    """Return between which hours of a day an address takes goods; none means at any time."""
    windows = address["windows"] if address else ()
    return [each for each in windows if each["weekday"] == _WEEKDAYS[day.weekday()]]


def stop_of(
    shipment_id: UUID, buyer_id: UUID, address: Mapping[str, Any] | None, day: date
) -> Stop:
    """Return the stop that a shipment is; without an address it goes to its buyer's place."""
    if address is None:
        return Stop(shipment_id, str(buyer_id))
    closes = min((each["closes_at"] for each in windows_on(address, day)), default=_ANY_TIME)
    written = tuple(address[name] for name in ("city", "street", "label"))
    return Stop(shipment_id, address["id"], written, closes)


def in_order(stops: Sequence[Stop], *, keeps_order: bool) -> list[UUID]:
    """Return the shipments in the order of their stops; those for one place stand together.

    Without an order that is kept: by the earliest end of a window, then by the address.
    """
    if not keeps_order:
        stops = sorted(stops, key=lambda stop: (stop.closes_at, stop.written, stop.place))
    places = list(dict.fromkeys(stop.place for stop in stops))
    return [stop.shipment_id for stop in sorted(stops, key=lambda stop: places.index(stop.place))]
