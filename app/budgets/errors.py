"""What budgets may refuse, in words for the person who can mend it."""

from dataclasses import dataclass
from typing import ClassVar

from app.kernel.errors import Refused


@dataclass(eq=False)
class BudgetExceeded(Refused):
    """More than the buyer's budget leaves; only its own people are told which, and how much."""

    code: ClassVar = "BUDGET_EXCEEDED"
    text: ClassVar = "The order goes beyond the buyer's budget. {left}"
    field_path: ClassVar = "lines"
    left: str


@dataclass(eq=False)
class BudgetEnded(Refused):
    """What has ended binds nobody any more."""

    code: ClassVar = "BUDGET_ENDED"
    text: ClassVar = "The budget has ended."
    field_path: ClassVar = "budgetId"
