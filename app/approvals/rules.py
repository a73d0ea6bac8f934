"""When a rule asks for an approval: plain functions (Our rule 9)."""

from decimal import Decimal


def is_reached(operator: str, threshold: Decimal, total: Decimal) -> bool:
    """Whether a total needs approval: `ABOVE` leaves the threshold itself free."""
    return total > threshold if operator == "ABOVE" else total >= threshold


def because(operator: str, threshold: Decimal, currency: str) -> str:
    """Say in words why an approval is needed."""
    words = "above" if operator == "ABOVE" else "at least"
    return f"The total is {words} {threshold.normalize():f} {currency}."
