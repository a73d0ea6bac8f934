"""What an actor may read of spending budgets: all of the own organisation's, or what binds them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ColumnElement, DateTime, Uuid, literal, select

from app.budgets.models import SpendingBudget, SpendingUse
from app.budgets.operations.binding import binds, started_on
from app.db.keyset import newest_first
from app.db.work import Work
from app.kernel.paging import Page, PageRequest, page_of
from app.rbac.guard import requires
from app.rbac.permissions import Permission

_NONE = Decimal(0)
READING = (Permission.APPROVAL_RULE_WRITE, Permission.ORDER_PLACE)


@dataclass(frozen=True, slots=True)
class Current:
    """What is used of a budget in the period that runs now; nothing is left below zero."""

    starts_on: date
    used: Decimal
    left: Decimal


@requires(*READING)
async def spending_budgets(work: Work, page: PageRequest) -> Page[SpendingBudget]:
    """Return the own organisation's budgets, the newest first, ended ones too.

    Who does not set budgets sees those that bind them now.
    """
    statement = select(SpendingBudget).where(_seen(work))
    in_order = newest_first(statement, page, SpendingBudget.id)
    rows = (await work.session.execute(in_order)).scalars().all()
    return page_of(rows, page, lambda row: (str(row.id),))


@requires()
async def spending_budgets_by_id(work: Work, ids: Collection[UUID]) -> dict[UUID, SpendingBudget]:
    """Return budgets that the actor sees, by id."""
    if not any(map(work.actor.may, READING)):
        return {}
    statement = select(SpendingBudget).where(SpendingBudget.id.in_(set(ids)), _seen(work))
    return {row.id: row for row in (await work.session.execute(statement)).scalars()}


@requires()
async def current_uses(work: Work, ids: Collection[UUID]) -> dict[UUID, Current]:
    """Return how budgets stand that this work was answered, by id; none without a period."""
    now = literal(work.now, DateTime(timezone=True))
    start = started_on(now)
    used = select(SpendingUse.used).where(
        SpendingUse.tenant_id == work.tenant_id,
        SpendingUse.budget_id == SpendingBudget.id,
        SpendingUse.starts_on == start,
    )
    statement = select(
        SpendingBudget.id, SpendingBudget.period_limit, start, used.scalar_subquery()
    ).where(SpendingBudget.id.in_(set(ids)), SpendingBudget.period.is_not(None), _seen(work))
    return {
        key: Current(starts_on, spent or _NONE, max((most or _NONE) - (spent or _NONE), _NONE))
        for key, most, starts_on, spent in await work.session.execute(statement)
    }


def _seen(work: Work) -> ColumnElement[bool]:
    own = SpendingBudget.organisation_id == work.actor.own_organisation
    if work.actor.may(Permission.APPROVAL_RULE_WRITE):
        return own
    me = literal(work.actor.membership_id, Uuid())
    return own & binds(me, literal(work.now, DateTime(timezone=True)))
