"""A place on the earth, as a device in a vehicle gives it (R1-62)."""

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

_STEP = Decimal("0.000001")
_MOST_LATITUDE, _MOST_LONGITUDE = Decimal(90), Decimal(180)


class NoPosition(ValueError):
    """There is no such place."""


@dataclass(frozen=True, slots=True)
class Position:
    """Degrees north and east in WGS 84, to six places: some 11 cm."""

    latitude: Decimal
    longitude: Decimal


def position(latitude: Decimal, longitude: Decimal) -> Position:
    """Return a position, rounded half to even to six places; raises `NoPosition`."""
    if not (_is_within(latitude, _MOST_LATITUDE) and _is_within(longitude, _MOST_LONGITUDE)):
        raise NoPosition("must lie from -90 to 90 degrees north and from -180 to 180 degrees east")
    return Position(
        latitude.quantize(_STEP, ROUND_HALF_EVEN), longitude.quantize(_STEP, ROUND_HALF_EVEN)
    )


def _is_within(degrees: Decimal, most: Decimal) -> bool:
    return degrees.is_finite() and -most <= degrees <= most
