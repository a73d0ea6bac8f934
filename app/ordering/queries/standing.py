"""Standing orders of the own organisation, and what became of their days."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import func, select

from app.db.keyset import newest_first
from app.db.work import Work
from app.kernel.paging import Page, PageRequest, page_of
from app.ordering.models import StandingOrder, StandingOrderRun
from app.ordering.operations.reach import ORDERING
from app.ordering.operations.standing import calendar_of, reachable
from app.ordering.rules.words import RunOutcome, StandingState
from app.rbac.guard import requires

MOST_RUNS = 20
SHOWN_DAYS = 5


@requires(*ORDERING)
async def standing_orders(
    work: Work, page: PageRequest, state: StandingState | None
) -> Page[StandingOrder]:
    """Return the own organisation's standing orders within reach, the newest first."""
    statement = select(StandingOrder).where(reachable(work))
    if state is not None:
        statement = statement.where(StandingOrder.state == state)
    rows = await work.session.scalars(newest_first(statement, page, StandingOrder.id))
    return page_of(rows.all(), page, lambda row: (str(row.id),))


@requires(*ORDERING)
async def standing_orders_by_id(work: Work, ids: Collection[UUID]) -> dict[UUID, StandingOrder]:
    """Return those of the standing orders that are within reach, by id."""
    statement = select(StandingOrder).where(StandingOrder.id.in_(set(ids)), reachable(work))
    return {row.id: row for row in await work.session.scalars(statement)}


@requires(*ORDERING)
async def runs_of(
    work: Work, standing_ids: Collection[UUID]
) -> Mapping[UUID, Sequence[StandingOrderRun]]:
    """Return the last days of standing orders that were read before, the newest first."""
    place = func.row_number().over(
        partition_by=StandingOrderRun.standing_order_id,
        order_by=StandingOrderRun.due_on.desc(),
    )
    ranked = (
        select(StandingOrderRun.id.label("id"), place.label("place"))
        .where(StandingOrderRun.standing_order_id.in_(standing_ids))
        .subquery()
    )
    newest = select(ranked.c.id).where(ranked.c.place <= MOST_RUNS)
    statement = (
        select(StandingOrderRun)
        .where(StandingOrderRun.id.in_(newest))
        .order_by(StandingOrderRun.due_on.desc(), StandingOrderRun.id)
    )
    found: dict[UUID, list[StandingOrderRun]] = defaultdict(list)
    for row in await work.session.scalars(statement):
        found[row.standing_order_id].append(row)
    return found


@requires(*ORDERING)
async def next_days_of(work: Work, rows: Sequence[StandingOrder]) -> Mapping[UUID, Sequence[date]]:
    """Return the next days on which active standing orders will be made; one statement."""
    statement = select(StandingOrderRun.standing_order_id, StandingOrderRun.due_on).where(
        StandingOrderRun.standing_order_id.in_([row.id for row in rows]),
        StandingOrderRun.outcome == RunOutcome.SKIPPED,
    )
    skipped: dict[UUID, set[date]] = defaultdict(set)
    for key, day in await work.session.execute(statement):
        skipped[key].add(day)
    return {row.id: _next(row, skipped[row.id]) for row in rows}


def _next(row: StandingOrder, skipped: Collection[date]) -> Sequence[date]:
    if row.state != StandingState.ACTIVE or row.next_on is None:
        return []
    days = calendar_of(row).days_from(row.next_on, skipped)
    return [day for day, _ in zip(days, range(SHOWN_DAYS), strict=False)]
