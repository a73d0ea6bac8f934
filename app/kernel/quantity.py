"""Exact quantities in base units, and the packs they are ordered in."""

from decimal import Context, Decimal
from enum import StrEnum

MAX_QUANTITY = Decimal("999999999999.999999")
"""The largest quantity, in base units, that the column type numeric(18,6) holds."""

QUANTITY_PLACES = 6
"""Decimal places that a quantity may have."""

_EXACT = Context(prec=120)
_STEP = Decimal(1).scaleb(-QUANTITY_PLACES)


class PackagingLevel(StrEnum):
    """The unit in which goods are ordered; how many base units it holds is said per SKU."""

    PIECE = "PIECE"
    INNER = "INNER"
    CASE = "CASE"
    PALLET = "PALLET"


class QuantityOutOfRange(ValueError):
    """The quantity is too large, too fine or not a number."""


class FractionalPieces(ValueError):
    """The quantity would cut a base unit that is only handed out whole."""


def checked_quantity(quantity: Decimal) -> Decimal:
    """Pass the quantity on unchanged, or fail if numeric(18,6) could not hold it exactly."""
    if not quantity.is_finite() or quantity.copy_abs() > MAX_QUANTITY:
        raise QuantityOutOfRange(f"{quantity} is not within {MAX_QUANTITY}")
    if _EXACT.remainder(quantity, _STEP):
        raise QuantityOutOfRange(f"{quantity} has more than {QUANTITY_PLACES} decimal places")
    return quantity


def to_base(quantity: Decimal, factor: Decimal, *, divisible: bool = False) -> Decimal:
    """Convert to base units exactly; factor is the number of base units in one unit ordered.

    A fraction of a base unit is refused unless the base unit is divisible (weight, volume).
    Never converts back: drift starts there.
    """
    if factor <= 0:
        raise QuantityOutOfRange(f"a unit of {factor} base units does not exist")
    base = _EXACT.multiply(checked_quantity(quantity), checked_quantity(factor))
    if not divisible and base != _EXACT.to_integral_value(base):
        raise FractionalPieces(f"{quantity} units of {factor} make {base} base units")
    return checked_quantity(base)
