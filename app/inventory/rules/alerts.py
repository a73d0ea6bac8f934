"""When stock calls for somebody, and what should be done about it: plain values (R1-52, R1-53)."""

from enum import StrEnum


class AlertKind(StrEnum):
    """What is wrong with the stock of a SKU in a warehouse, or with one lot of it.

    LOW: less is free than its threshold. HIGH: more lies there. NEAR_EXPIRY: the lot expires within
    its band. EXPIRED: it has expired and still lies there.
    """

    LOW = "LOW"
    HIGH = "HIGH"
    NEAR_EXPIRY = "NEAR_EXPIRY"
    EXPIRED = "EXPIRED"


class AlertAction(StrEnum):
    """What an alert asks for.

    REPLENISH from a supplier, or TRANSFER from another own warehouse that has enough beyond its own
    threshold; PROMOTE what would be left over; DISPOSE of what expired, or return it.
    """

    REPLENISH = "REPLENISH"
    TRANSFER = "TRANSFER"
    PROMOTE = "PROMOTE"
    DISPOSE = "DISPOSE"


class AlertState(StrEnum):
    """Where an alert stands: OPEN, ACKNOWLEDGED by a person while it is not mended, MENDED."""

    OPEN = "OPEN"
    ACKNOWLEDGED = "ACKNOWLEDGED"
    MENDED = "MENDED"


NEAR_EXPIRY_BANDS: tuple[tuple[int, int], ...] = (
    (365, 45),
    (180, 20),
    (90, 15),
    (30, 10),
    (16, 5),
    (8, 3),
    (0, 1),
)
"""How many days before its expiry a lot is near it, from a shelf life of so many days on."""


def near_expiry_days(shelf_life_days: int) -> int:
    """Return the band of a shelf life."""
    return next(days for least, days in NEAR_EXPIRY_BANDS if shelf_life_days >= least)
