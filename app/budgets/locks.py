"""Row locks of budgets: a budget while it changes, and uses in key order while orders give back."""

from uuid import UUID

from sqlalchemy import CTE, ColumnElement, select, tuple_

from app.budgets.models import SpendingBudget, SpendingUse
from app.db.reading import TENANT
from app.db.tables import table_of
from app.db.work import Work

_use = table_of(SpendingUse).c


async def own_budget(work: Work, budget_id: UUID) -> SpendingBudget | None:
    """Lock a budget of the own organisation."""
    statement = (
        select(SpendingBudget)
        .where(
            SpendingBudget.id == budget_id,
            SpendingBudget.organisation_id == work.actor.own_organisation,
        )
        .with_for_update(key_share=True)
    )
    return await work.session.scalar(statement.execution_options(populate_existing=True))


def uses_of(held: CTE) -> CTE:
    """Build the part of a statement that locks, in key order, the uses that entries count in."""
    places = select(held.c.budget_id, held.c.starts_on)
    where: ColumnElement[bool] = tuple_(_use.budget_id, _use.starts_on).in_(places)
    return (
        select(_use.budget_id, _use.starts_on)
        .where(_use.tenant_id == TENANT, where)
        .order_by(_use.budget_id, _use.starts_on)
        .with_for_update()
        .cte("locked")
    )
