"""Which budgets bind an order, and how it would stand to them; the statement's common part."""

from decimal import Decimal
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Date,
    DateTime,
    Text,
    Uuid,
    and_,
    bindparam,
    cast,
    exists,
    func,
    or_,
    select,
)

from app.approvals.models import ApprovalManager
from app.approvals.rules import Approver, ApproverKind, Place
from app.approvals.rules.asking import seat_of
from app.budgets.models import SpendingBudget, SpendingUse
from app.budgets.rules import BudgetOutcome, Standing, Wanted
from app.db.reading import TENANT, sent
from app.db.tables import AMOUNT, table_of
from app.db.work import Work
from app.organisations.models import Organisation
from app.rbac.assignments import counts_at
from app.rbac.models import MembershipRole

BUYER = bindparam("buyer", type_=Uuid())
PLACED_BY = bindparam("placed_by", type_=Uuid())
NOW = bindparam("now", type_=DateTime(timezone=True))
AMOUNT_ASKED = bindparam("amount", type_=AMOUNT)
_CURRENCY = bindparam("currency", type_=Text())
_budget, _use = table_of(SpendingBudget).c, table_of(SpendingUse).c
_held, _unit = table_of(MembershipRole).c, table_of(Organisation).c
_manager = table_of(ApprovalManager).c
_ANYONE = Approver(ApproverKind.ANYONE)


def local_day_of(instant: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return the day of an instant in a budget's zone."""
    return cast(func.timezone(_budget.time_zone, instant), Date)


def started_on(instant: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return the first day of a budget's period at an instant; none of one without a period."""
    local = func.timezone(_budget.time_zone, instant)
    return cast(func.date_trunc(func.lower(_budget.period), local), Date)


def binds(person: ColumnElement[Any], instant: ColumnElement[Any]) -> ColumnElement[bool]:
    """Hold budgets to those that bind a person now: everybody's, a role's of theirs, their own."""
    day = local_day_of(instant)
    in_role = exists().where(
        _held.tenant_id == _budget.tenant_id,
        _held.membership_id == person,
        _held.role_id == _budget.role_id,
        counts_at(_held, instant),
    )
    return and_(
        _budget.ended_at.is_(None),
        _budget.starts_on <= day,
        or_(_budget.ends_on.is_(None), _budget.ends_on >= day),
        or_(_budget.membership_id.is_(None), _budget.membership_id == person),
        or_(_budget.role_id.is_(None), in_role),
    )


def bound() -> CTE:
    """Build the part of a statement that reads the budgets an order would count in."""
    parent = select(_unit.parent_id).where(_unit.tenant_id == TENANT, _unit.id == BUYER)
    manager = select(_manager.manager_membership_id).where(
        _manager.tenant_id == TENANT, _manager.membership_id == PLACED_BY
    )
    return (
        select(
            _budget.id,
            _budget.name,
            _budget.currency,
            _budget.order_limit,
            _budget.period_limit,
            _budget.outcome,
            _budget.approver,
            started_on(NOW).label("starts_on"),
            parent.scalar_subquery().label("parent_id"),
            manager.scalar_subquery().label("manager_id"),
        )
        .where(
            _budget.tenant_id == TENANT,
            _budget.organisation_id == BUYER,
            _budget.currency == _CURRENCY,
            binds(PLACED_BY, NOW),
        )
        .cte("bound")
    )


def _standing_statement() -> Any:
    found = bound()
    used = select(_use.used).where(
        _use.tenant_id == TENANT,
        _use.budget_id == found.c.id,
        _use.starts_on == found.c.starts_on,
    )
    return select(found, used.correlate(found).scalar_subquery().label("used")).order_by(
        found.c.name, found.c.id
    )


_STANDING = _standing_statement()


def standing_of(row: Any, used: Decimal | None, wanted: Wanted) -> Standing:
    """Read how an order stands to a budget, of which so much was used before."""
    approver = Approver.read(row.approver) if row.approver else _ANYONE
    left = None if row.period_limit is None else row.period_limit - (used or 0)
    return Standing(
        budget_id=row.id,
        name=row.name,
        currency=row.currency,
        outcome=BudgetOutcome(row.outcome),
        order_limit=row.order_limit,
        period_limit=row.period_limit,
        left=left,
        amount=wanted.amount,
        seat=seat_of(approver, Place(wanted.buyer_id, row.parent_id, row.manager_id)),
    )


async def standings(work: Work, wanted: Wanted) -> list[Standing]:
    """Return how an order would stand to the budgets that bind it now, by name; one statement."""
    found = await sent(work, _STANDING, **asked_of(work, wanted))
    return [standing_of(row, row.used, wanted) for row in found]


def asked_of(work: Work, wanted: Wanted) -> dict[str, object]:
    """Return the parameters of what is bound."""
    return {
        "buyer": wanted.buyer_id,
        "placed_by": wanted.placed_by,
        "currency": wanted.currency,
        "now": work.now,
    }
