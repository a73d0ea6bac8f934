"""Count an order in its buyer's budgets, and give back what is cancelled of it (Our rule 5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, bindparam, case, column, func, or_, select, update
from sqlalchemy.dialects.postgresql import ARRAY, insert

from app.budgets import locks
from app.budgets.errors import BudgetExceeded
from app.budgets.models import SpendingEntry, SpendingUse
from app.budgets.operations.binding import (
    AMOUNT_ASKED,
    asked_of,
    bound,
    standing_of,
    standings,
)
from app.budgets.rules import BudgetOutcome, Standing, Wanted
from app.db.reading import TENANT, sent
from app.db.tables import AMOUNT, table_of
from app.db.work import Work
from app.kernel.ids import new_id

_entry, _use = table_of(SpendingEntry).c, table_of(SpendingUse).c


@dataclass(frozen=True, slots=True)
class Spending:
    """What an order holds from now on: rows to write with it, and the budgets that it exceeds."""

    entries: Sequence[Mapping[str, Any]]
    exceeded: Sequence[Standing]


def _count_statement() -> Any:
    """Count an amount in every budget that binds, where it is within, or may go beyond and ask."""
    found = bound()
    asks = found.c.outcome == BudgetOutcome.ASK
    counting = (
        select(
            TENANT.label("tenant_id"),
            found.c.id,
            found.c.starts_on,
            case((asks, None), else_=found.c.period_limit),
            AMOUNT_ASKED,
        )
        .where(found.c.starts_on.is_not(None), or_(asks, found.c.period_limit >= AMOUNT_ASKED))
        .order_by(found.c.id)
    )
    names = ["tenant_id", "budget_id", "starts_on", "most", "used"]
    adding = insert(table_of(SpendingUse)).from_select(names, counting)
    sum_of_all = _use.used + adding.excluded.used
    counted = (
        adding.on_conflict_do_update(
            index_elements=["tenant_id", "budget_id", "starts_on"],
            set_={"used": sum_of_all, "most": adding.excluded.most},
            where=or_(adding.excluded.most.is_(None), sum_of_all <= adding.excluded.most),
        )
        .returning(_use.budget_id, _use.used)
        .cte("counted")
    )
    joined = found.outerjoin(counted, counted.c.budget_id == found.c.id)
    return select(found, counted.c.used).select_from(joined).order_by(found.c.name, found.c.id)


def _lower_statement() -> Any:
    """Lower what orders hold to what is kept of each, and the uses with it."""
    orders = bindparam("orders", type_=ARRAY(Uuid()))
    amounts = bindparam("amounts", type_=ARRAY(AMOUNT))
    kept = (
        func.unnest(orders, amounts)
        .table_valued(column("order_id", Uuid()), column("amount", AMOUNT))
        .render_derived(name="kept")
    )
    held = (
        select(
            _entry.id,
            _entry.budget_id,
            _entry.starts_on,
            _entry.amount,
            kept.c.amount.label("kept"),
        )
        .join_from(table_of(SpendingEntry), kept, kept.c.order_id == _entry.order_id)
        .where(_entry.tenant_id == TENANT, _entry.amount > kept.c.amount)
        .cte("held")
    )
    locked = locks.uses_of(held)
    lowered = (
        update(table_of(SpendingEntry))
        .where(_entry.tenant_id == TENANT, _entry.id == held.c.id)
        .values(amount=held.c.kept)
        .returning(_entry.id)
        .cte("lowered")
    )
    back = (
        select(
            held.c.budget_id,
            held.c.starts_on,
            func.sum(held.c.amount - held.c.kept).label("amount"),
        )
        .group_by(held.c.budget_id, held.c.starts_on)
        .cte("back")
    )
    return (
        update(table_of(SpendingUse))
        .where(
            _use.tenant_id == TENANT,
            _use.budget_id == back.c.budget_id,
            _use.starts_on == back.c.starts_on,
            locked.c.budget_id == _use.budget_id,
            locked.c.starts_on == _use.starts_on,
        )
        .values(used=_use.used - back.c.amount)
        .returning(_use.budget_id)
        .add_cte(lowered)
    )


_COUNT, _LOWER = _count_statement(), _lower_statement()


async def spend(work: Work, order_id: UUID, wanted: Wanted) -> Spending:
    """Count an order in every budget that binds it, all or none; one statement.

    Raises `BudgetExceeded` where a budget refuses what goes beyond. The limit is compared where it
    is counted, never before: others count at the same time. The entries are to be written with the
    order.
    """
    found = await sent(work, _COUNT, **asked_of(work, wanted), amount=wanted.amount)
    exceeded: list[Standing] = []
    for row in found:
        used = None if row.used is None else row.used - wanted.amount
        standing = standing_of(row, used, wanted)
        is_refused = row.starts_on is not None and row.used is None
        if is_refused or (standing.is_exceeded and standing.outcome is BudgetOutcome.REFUSE):
            raise BudgetExceeded(await _words(work, wanted))
        if standing.is_exceeded:
            exceeded.append(standing)
    entries = [
        {
            "id": new_id(),
            "budget_id": row.id,
            "starts_on": row.starts_on,
            "order_id": order_id,
            "amount": wanted.amount,
            "counted_at": work.now,
        }
        for row in found
        if row.starts_on is not None
    ]
    return Spending(entries, exceeded)


async def keep_spending(work: Work, kept: Mapping[UUID, Decimal]) -> None:
    """Lower what orders, by id, hold of budgets to these amounts, never more; one statement."""
    await sent(work, _LOWER, orders=list(kept), amounts=list(kept.values()))


async def _words(work: Work, wanted: Wanted) -> str:
    """Say which budget stands in the way; to nobody but the buyer's own people."""
    if work.actor.organisation_id != wanted.buyer_id:
        return "Please ask the buyer."
    refusing = [
        each
        for each in await standings(work, wanted)
        if each.is_exceeded and each.outcome is BudgetOutcome.REFUSE
    ]
    return " ".join(each.in_words for each in refusing)
