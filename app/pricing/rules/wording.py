"""Numbers as people read them in reasons."""

from decimal import Decimal


def shown(number: Decimal) -> str:
    """Write a number in full without the zeros that its column adds: 24, not 24.000000 or 2.4E+1."""
    return format(number.normalize(), "f")
