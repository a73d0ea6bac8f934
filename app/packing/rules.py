"""Numbers of packages as GS1 has them, and how a package is what it was before."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from stdnum import ean

from app.kernel.quantity import PackagingLevel

DIGITS = 18
"""Of a serial shipping container code, the check digit among them."""


class PrefixUsedUp(ValueError):
    """The serial number does not fit beside the company prefix."""


def sscc(prefix: str, serial: int) -> str:
    """Write the code of a package: extension digit, company prefix, serial number, check digit.

    The serial number has what room the prefix leaves; what is more goes on in the extension digit.
    """
    room = DIGITS - 1 - len(prefix)
    digits = f"{serial:0{room}}"
    if len(digits) > room:
        raise PrefixUsedUp(prefix)
    body = f"{digits[0]}{prefix}{digits[1:]}"
    return body + ean.calc_check_digit(body)


@dataclass(frozen=True, slots=True)
class Packed:
    """What is in a package: pieces by line of the shipment; its level and weight where known."""

    level: PackagingLevel | None
    weight_kg: Decimal | None
    contents: Mapping[UUID, Decimal]


def in_units(pieces: Decimal, factor: Decimal) -> tuple[Decimal, Decimal]:
    """Tell how many whole units of so many pieces they make, and the pieces that are left."""
    units, rest = divmod(pieces, factor)
    return units, rest
