"""Quantity buckets of order lines, in pieces: how each event moves them (domain.md (e)).

A movement is a mapping from bucket to the signed change; the table's constraints stand behind.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal

ZERO = Decimal(0)
Movement = Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Buckets:
    """The buckets of one line, or their sums over an order's lines; all in pieces."""

    ordered: Decimal = ZERO
    cancelled: Decimal = ZERO
    short_closed: Decimal = ZERO
    unallocated: Decimal = ZERO
    backordered: Decimal = ZERO
    allocated: Decimal = ZERO
    picked: Decimal = ZERO
    packed: Decimal = ZERO
    shipped: Decimal = ZERO
    in_transit: Decimal = ZERO
    signed: Decimal = ZERO
    refused: Decimal = ZERO
    lost: Decimal = ZERO
    received: Decimal = ZERO
    missing: Decimal = ZERO
    returned: Decimal = ZERO

    def __add__(self, other: "Buckets") -> "Buckets":
        """Sum two lines' buckets."""
        return Buckets(
            **{
                item.name: getattr(self, item.name) + getattr(other, item.name)
                for item in fields(Buckets)
            }
        )

    def moved(self, movement: Movement) -> "Buckets":
        """Return the buckets after a movement."""
        return self + Buckets(**movement)

    @property
    def to_pick(self) -> Decimal:
        """Set aside and not yet picked."""
        return self.allocated - self.picked

    @property
    def to_ship(self) -> Decimal:
        """Packed and not yet gone."""
        return self.packed - self.shipped

    @property
    def to_receive(self) -> Decimal:
        """Signed for, and receipt not yet confirmed."""
        return self.signed - self.received - self.missing


def allocate(line: Buckets, covered: Decimal, *, short_close: bool) -> Movement:
    """Set `covered` aside; the rest of what was open waits, or is closed short (Our rule 10)."""
    rest = line.unallocated - covered
    return {
        "unallocated": -line.unallocated,
        "allocated": covered,
        "short_closed" if short_close else "backordered": rest,
    }


def cover_backorder(quantity: Decimal) -> Movement:
    """Goods have come for a waiting quantity."""
    return {"backordered": -quantity, "allocated": quantity}


def close_short(line: Buckets) -> Movement:
    """Give up what still waits."""
    return {"backordered": -line.backordered, "short_closed": line.backordered}


def fall_short(quantity: Decimal, *, short_close: bool) -> Movement:
    """Goods set aside were not found: they wait again, or are closed short (Our rule 10)."""
    return {"allocated": -quantity, "short_closed" if short_close else "backordered": quantity}


def prepare(line: Buckets) -> Movement:
    """Pick and pack everything that is set aside."""
    return {"picked": line.to_pick, "packed": line.allocated - line.packed}


def ship(quantity: Decimal) -> Movement:
    """Hand packed goods to the carrier."""
    return {"shipped": quantity, "in_transit": quantity}


def sign(accepted: Decimal, refused: Decimal) -> Movement:
    """Accept some of a delivery and refuse the rest."""
    return {"in_transit": -(accepted + refused), "signed": accepted, "refused": refused}


def lose(quantity: Decimal) -> Movement:
    """Goods on their way will not arrive: nobody owes anything for them."""
    return {"in_transit": -quantity, "lost": quantity}


def confirm_receipt(received: Decimal, missing: Decimal) -> Movement:
    """Count what was signed for."""
    return {"received": received, "missing": missing}


def take_back(quantity: Decimal, *, deliver_again: bool) -> Movement:
    """Refused goods are back: set aside for a second delivery, or cancelled."""
    undone = {"refused": -quantity, "shipped": -quantity, "packed": -quantity, "picked": -quantity}
    if deliver_again:
        return undone
    return {**undone, "allocated": -quantity, "cancelled": quantity}


def cancel(line: Buckets) -> Movement:
    """Cancel everything that preparation has not begun on."""
    return {
        "unallocated": -line.unallocated,
        "backordered": -line.backordered,
        "allocated": -line.to_pick,
        "cancelled": line.unallocated + line.backordered + line.to_pick,
    }
