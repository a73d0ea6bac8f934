"""Tables of spending budgets: what they allow, what is used of them, which order holds how much."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.budgets.rules import BudgetOutcome, BudgetPeriod
from app.db.tables import AMOUNT, Identified, Table, TenantOwned, belongs_to, one_of


class SpendingBudget(Identified, Table):
    """What a buyer's orders in a currency may come to: of all its people, of a role, of a person.

    `order_limit` bounds one order, `period_limit` all of a calendar period of `time_zone`. Days are
    whole ones. What goes above is refused, or asks `approver`, kept as `rules.Approver` is.
    """

    __tablename__ = "spending_budget"
    __table_args__ = (
        belongs_to("organisation_id", "organisation"),
        belongs_to("membership_id", "membership"),
        belongs_to("role_id", "role"),
        one_of("period", BudgetPeriod),
        one_of("outcome", BudgetOutcome),
        CheckConstraint("order_limit >= 0 AND period_limit >= 0", name="limits"),
        CheckConstraint("(period IS NULL) = (period_limit IS NULL)", name="period_has_limit"),
        CheckConstraint("membership_id IS NULL OR role_id IS NULL", name="binds"),
        CheckConstraint("ends_on >= starts_on", name="days"),
        Index(None, "tenant_id", "organisation_id", "id"),
    )

    organisation_id: Mapped[UUID]
    name: Mapped[str]
    membership_id: Mapped[UUID | None]
    role_id: Mapped[UUID | None]
    currency: Mapped[str]
    order_limit: Mapped[Decimal | None] = mapped_column(AMOUNT)
    period: Mapped[str | None]
    period_limit: Mapped[Decimal | None] = mapped_column(AMOUNT)
    outcome: Mapped[str]
    approver: Mapped[dict[str, Any] | None]
    time_zone: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class SpendingUse(TenantOwned, Table):
    """What orders hold of a budget in the period that began on a day.

    Counted with one conditional update (Our rule 5): of `most`, where more is refused.
    """

    __tablename__ = "spending_use"
    __table_args__ = (
        belongs_to("budget_id", "spending_budget"),
        CheckConstraint("used >= 0 AND used <= most", name="never_exceeded"),
    )

    budget_id: Mapped[UUID] = mapped_column(primary_key=True)
    starts_on: Mapped[date] = mapped_column(primary_key=True)
    most: Mapped[Decimal | None] = mapped_column(AMOUNT)
    used: Mapped[Decimal] = mapped_column(AMOUNT)


class SpendingEntry(Identified, Table):
    """What one order holds of a budget in a period; nothing once it was given back."""

    __tablename__ = "spending_entry"
    __table_args__ = (
        belongs_to("budget_id", "spending_budget"),
        belongs_to("order_id", "orders"),
        CheckConstraint("amount >= 0", name="amount"),
        Index(None, "tenant_id", "order_id"),
        Index(None, "tenant_id", "budget_id", "starts_on"),
    )

    budget_id: Mapped[UUID]
    starts_on: Mapped[date]
    order_id: Mapped[UUID]
    amount: Mapped[Decimal] = mapped_column(AMOUNT)
    counted_at: Mapped[datetime]
