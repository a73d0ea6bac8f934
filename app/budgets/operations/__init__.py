"""What packages above may ask of budgets, unguarded."""

from app.budgets.operations.binding import standings
from app.budgets.operations.counting import Spending, keep_spending, spend

__all__ = ["Spending", "keep_spending", "spend", "standings"]
