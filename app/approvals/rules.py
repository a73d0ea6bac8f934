"""When a rule asks for an approval, and whose turn it is: plain functions (Our rule 9)."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Protocol, TypeVar
from uuid import UUID


class Step(Protocol):
    """What decides whose turn it is."""

    @property
    def sequence(self) -> int:
        """Lower comes first."""
        ...

    @property
    def organisation_id(self) -> UUID:
        """The organisation that must say yes."""
        ...

    @property
    def approver_membership_id(self) -> UUID | None:
        """The one person who may decide, or none for anyone with the right."""
        ...


AnyStep = TypeVar("AnyStep", bound=Step)


def is_reached(operator: str, threshold: Decimal, total: Decimal) -> bool:
    """Whether a total needs approval: `ABOVE` leaves the threshold itself free."""
    return total > threshold if operator == "ABOVE" else total >= threshold


def because(operator: str, threshold: Decimal, currency: str) -> str:
    """Say in words why an approval is needed."""
    words = "above" if operator == "ABOVE" else "at least"
    return f"The total is {words} {threshold.normalize():f} {currency}."


def whose_turn(pending: Sequence[AnyStep]) -> list[AnyStep]:
    """Return the steps that can be decided now: all of the lowest sequence."""
    first = min((step.sequence for step in pending), default=0)
    return [step for step in pending if step.sequence == first]
