"""Numbers as people read them in reasons."""

from decimal import Context, Decimal

_FULL = Context(prec=5000)


def shown(number: Decimal) -> str:
    """Write a number in full, without the zeros that its column adds: 240, not 240.000000."""
    return format(number.normalize(_FULL), "f")


def counted(number: Decimal, word: str) -> str:
    """Write so many of something: 1 case, 10 cases."""
    return f"{shown(number)} {word}{'' if number == 1 else 's'}"
