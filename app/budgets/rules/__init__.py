"""What a spending budget says, and what an order means for it: plain values."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from app.approvals.rules import Seat


class BudgetPeriod(StrEnum):
    """How often a budget starts anew: with the calendar, by the days of its time zone."""

    MONTH = "MONTH"
    QUARTER = "QUARTER"
    YEAR = "YEAR"


class BudgetOutcome(StrEnum):
    """What becomes of an order above a budget: it is refused, or waits for approval."""

    REFUSE = "REFUSE"
    ASK = "ASK"


@dataclass(frozen=True, slots=True)
class Wanted:
    """An order as far as budgets look at it; `placed_by` is none for nobody of the buyer's."""

    buyer_id: UUID
    placed_by: UUID | None
    currency: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Standing:
    """How an order of an amount stands to one budget that binds it; money in its currency.

    `left` is what the period leaves before the order, below zero where more was approved.
    """

    budget_id: UUID
    name: str
    currency: str
    outcome: BudgetOutcome
    order_limit: Decimal | None
    period_limit: Decimal | None
    left: Decimal | None
    amount: Decimal
    seat: Seat

    @property
    def is_exceeded(self) -> bool:
        """Whether the order goes beyond what one order, or the period, may come to."""
        return self.most is not None and self.amount > self.most

    @property
    def most(self) -> Decimal | None:
        """The largest order that the budget lets through now."""
        bounds = [each for each in (self.order_limit, self.left) if each is not None]
        return min(bounds, default=None)

    @property
    def in_words(self) -> str:
        """Say what the budget leaves, for the buyer's own people."""
        left = max(self.most or Decimal(0), Decimal(0))
        return f"The budget {self.name} leaves {left.normalize():f} {self.currency}."
