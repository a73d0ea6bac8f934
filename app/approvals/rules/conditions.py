"""What a rule looks at: conditions as data, and whether they hold (R0-29, R0-30, R3-53)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID


class ApprovalParty(StrEnum):
    """On whose side of the order the rule stands: the seller's, or the buyer's own."""

    SELLER = "SELLER"
    BUYER = "BUYER"


class RuleOperator(StrEnum):
    """How the attribute is compared with the threshold."""

    AT_LEAST = "AT_LEAST"
    ABOVE = "ABOVE"


class ConditionKind(StrEnum):
    """What a condition looks at beside the total.

    CATEGORY: goods in any of the categories or below them. DISCOUNT: so many percent are taken off
    a line at least, by hand or by schemes. NEW_CUSTOMER: none of the buyer's orders was confirmed
    before. OVERDUE: the oldest invoice that is not paid in full is so many days past its payment
    term. OUTSIDE_PRICE_BAND: a price stands outside a band or below a floor. CHANNEL: how the order
    came in. PERSON, ROLE: who placed it, as far as it is one of the rule's own side.
    """

    CATEGORY = "CATEGORY"
    DISCOUNT = "DISCOUNT"
    NEW_CUSTOMER = "NEW_CUSTOMER"
    OVERDUE = "OVERDUE"
    OUTSIDE_PRICE_BAND = "OUTSIDE_PRICE_BAND"
    CHANNEL = "CHANNEL"
    PERSON = "PERSON"
    ROLE = "ROLE"


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing that must be so: a number to reach, or any of some ids or words."""

    kind: ConditionKind
    number: Decimal | None = None
    ids: tuple[UUID, ...] = ()
    words: tuple[str, ...] = ()

    def stored(self) -> dict[str, Any]:
        """Return it as it is kept."""
        number = None if self.number is None else str(self.number)
        ids = [str(key) for key in self.ids]
        return {"kind": self.kind.value, "number": number, "ids": ids, "words": list(self.words)}

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> "Condition":
        """Read it from how it is kept."""
        number = kept["number"]
        return cls(
            ConditionKind(kept["kind"]),
            None if number is None else Decimal(number),
            tuple(UUID(key) for key in kept["ids"]),
            tuple(kept["words"]),
        )


@dataclass(frozen=True, slots=True)
class Facts:
    """What rules look at of one order; `discount_percent` is that of the line with the most."""

    total: Decimal
    currency: str
    categories: frozenset[UUID]
    discount_percent: Decimal
    is_new_customer: bool
    overdue_days: int
    is_outside_band: bool
    channel: str
    placed_by: UUID | None
    placed_by_organisation: UUID
    placed_by_roles: frozenset[UUID]


def is_reached(operator: str, threshold: Decimal, total: Decimal) -> bool:
    """Whether a total needs approval: `ABOVE` leaves the threshold itself free."""
    return total > threshold if operator == "ABOVE" else total >= threshold


def holds(condition: Condition, facts: Facts, organisation_id: UUID) -> bool:
    """Whether a condition of a rule that speaks for an organisation is so."""
    return _HOLDS[condition.kind](condition, facts, organisation_id)


def because(operator: str, threshold: Decimal, currency: str | None) -> str:
    """Say in words why an approval is needed: the total's share of it."""
    if currency is None:
        return ""
    words = "above" if operator == "ABOVE" else "at least"
    return f"The total is {words} {threshold.normalize():f} {currency}."


def in_words(condition: Condition, facts: Facts) -> str:
    """Say in words what a condition found."""
    number = condition.number or Decimal(0)
    return {
        ConditionKind.CATEGORY: "Goods of a category that needs approval.",
        ConditionKind.DISCOUNT: f"A discount of {number.normalize():f} % or more.",
        ConditionKind.NEW_CUSTOMER: "The customer is new.",
        ConditionKind.OVERDUE: f"An invoice is {number.normalize():f} days overdue or more.",
        ConditionKind.OUTSIDE_PRICE_BAND: "A price is outside its limits.",
        ConditionKind.CHANNEL: f"It came in by {facts.channel}.",
        ConditionKind.PERSON: "The person who ordered needs approval.",
        ConditionKind.ROLE: "The role of who ordered needs approval.",
    }[condition.kind]


_HOLDS: Mapping[ConditionKind, Callable[[Condition, Facts, UUID], bool]] = {
    ConditionKind.CATEGORY: lambda given, facts, _: not facts.categories.isdisjoint(given.ids),
    ConditionKind.DISCOUNT: lambda given, facts, _: facts.discount_percent >= (given.number or 0),
    ConditionKind.NEW_CUSTOMER: lambda _, facts, __: facts.is_new_customer,
    ConditionKind.OVERDUE: lambda given, facts, _: facts.overdue_days >= (given.number or 1),
    ConditionKind.OUTSIDE_PRICE_BAND: lambda _, facts, __: facts.is_outside_band,
    ConditionKind.CHANNEL: lambda given, facts, _: facts.channel in given.words,
    ConditionKind.PERSON: lambda given, facts, own: (
        facts.placed_by_organisation == own and facts.placed_by in given.ids
    ),
    ConditionKind.ROLE: lambda given, facts, own: (
        facts.placed_by_organisation == own and not facts.placed_by_roles.isdisjoint(given.ids)
    ),
}
