"""Standing orders: who reaches them, when they are due, and what becomes of a day."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import partial
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select

from app.audit.operations import record
from app.db.outbox import DomainEvent
from app.db.work import Work
from app.deliverydays.operations import plan_for
from app.deliverydays.rules import DeliveryPlan
from app.kernel.errors import NotFound
from app.ordering import locks
from app.ordering.models import SavedCart, StandingOrder, StandingOrderRun
from app.ordering.operations.reach import orderable
from app.ordering.rules.calendar import Calendar
from app.ordering.rules.words import RunOutcome, StandingState
from app.organisations.models import TradingRelationship
from app.rbac.models import Membership
from app.rbac.operations import people_of
from app.rbac.permissions import Permission

MOST_A_RUN = 100
MINUTES = 60
LOOKED_AGAIN_AFTER = timedelta(hours=1)
_RIGHTS = (Permission.ORDER_PLACE, Permission.ORDER_PLACE_FOR_CUSTOMER)


async def due_standing_orders(work: Work) -> Sequence[UUID]:
    """Return active standing orders whose instant has come, the longest ago first; bounded."""
    statement = (
        select(StandingOrder.id)
        .where(StandingOrder.state == StandingState.ACTIVE, StandingOrder.next_at <= work.now)
        .order_by(StandingOrder.next_at, StandingOrder.id)
        .limit(MOST_A_RUN)
    )
    return (await work.session.scalars(statement)).all()


def reachable(work: Work) -> ColumnElement[bool]:
    """Hold `StandingOrder` rows to the own organisation's, of relationships one orders in."""
    if work.actor.is_system:
        return StandingOrder.tenant_id == work.tenant_id
    return and_(
        StandingOrder.organisation_id == work.actor.own_organisation,
        StandingOrder.relationship_id.in_(orderable(work)),
    )


async def locked_standing(work: Work, standing_id: UUID) -> StandingOrder:
    """Lock a standing order within reach; raises `NotFound`."""
    row = await locks.standing_order(work, standing_id, reachable(work))
    if row is None:
        raise NotFound("StandingOrder").at("standingOrderId")
    return row


def calendar_of(row: StandingOrder) -> Calendar:
    """Return a standing order's calendar."""
    return Calendar(
        weekdays=frozenset(map(int, row.weekdays)),
        every_weeks=row.every_weeks,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        zone=row.time_zone,
        at=time(*divmod(row.at_minute, MINUTES)),
    )


async def days_dealt_with(work: Work, standing_id: UUID) -> Collection[date]:
    """Return the days that have an outcome, such as those that are to be skipped."""
    statement = select(StandingOrderRun.due_on).where(
        StandingOrderRun.standing_order_id == standing_id
    )
    return set(await work.session.scalars(statement))


async def calendar_for(work: Work, row: StandingOrder) -> Calendar:
    """Return its calendar, held to the cut-offs of its seller as they are now where it wants so."""
    bare = calendar_of(row)
    if row.minutes_before_cut_off is None or row.delivery_after_days is None:
        return bare
    terms = await work.session.get_one(TradingRelationship, (work.tenant_id, row.relationship_id))
    plan = await plan_for(work, terms)
    if plan is None:
        return bare
    margin = timedelta(minutes=row.minutes_before_cut_off)
    return replace(bare, latest=partial(_latest, plan, row.delivery_after_days, margin))


def look_ahead(work: Work, row: StandingOrder, calendar: Calendar, but: Collection[date]) -> None:
    """Set when it is made next: after this instant, and on no day that is dealt with.

    One that is held to cut-offs is looked at each hour, as its seller may change them.
    """
    day = calendar.next_after(work.now, but)
    at = calendar.instant_of(day) if day else None
    if at is not None and row.minutes_before_cut_off is not None:
        at = min(at, work.now + LOOKED_AGAIN_AFTER)
    row.next_on, row.next_at = day, at


def _latest(plan: DeliveryPlan, after_days: int, margin: timedelta, day: date) -> datetime | None:
    found = plan.first_from(day + timedelta(days=after_days))
    return None if found is None else found.order_before - margin


async def conclude(
    work: Work,
    row: StandingOrder,
    days: Sequence[date],
    last: StandingOrderRun,
    number: str | None = None,
) -> None:
    """Write what became of the days that were due, and when it is made next.

    `last` is the outcome of the last of them; those before were missed. Whoever set it up is told
    where something is to be looked at.
    """
    missed = [
        StandingOrderRun(
            standing_order_id=row.id,
            due_on=day,
            outcome=RunOutcome.MISSED,
            told=f"Made up for on {days[-1]}.",
            ran_at=work.now,
        )
        for day in days[:-1]
    ]
    if missed:
        last.told = f"{len(missed)} days before it were missed. {last.told}".strip()
    dealt = {*await days_dealt_with(work, row.id), *days}
    look_ahead(work, row, await calendar_for(work, row), dealt)
    await work.save(*missed, last)
    _record(work, row, last)
    if last.told:
        await _tell(work, row, last, number)


def _record(work: Work, row: StandingOrder, run: StandingOrderRun) -> None:
    after = {"due_on": str(run.due_on), "outcome": run.outcome, "order_id": str(run.order_id)}
    record(work, "RUN_STANDING_ORDER", "standing_order", row.id, after=after, reason=run.told)


async def _tell(work: Work, row: StandingOrder, run: StandingOrderRun, number: str | None) -> None:
    kind = "standing_order_incomplete" if run.order_id else "standing_order_refused"
    name = select(SavedCart.name).where(SavedCart.id == row.cart_id)
    data = {
        "organisation_id": str(row.organisation_id),
        "name": str(await work.session.scalar(name)),
        "day": str(run.due_on),
        "told": run.told,
        "number": number,
        "recipients": [str(person) for person in await _people(work, row)],
    }
    work.tell(DomainEvent(kind, "standing_order", row.id, data))


async def _people(work: Work, row: StandingOrder) -> Sequence[UUID]:
    """Return who set it up, or, where they have left, those of the house who may order."""
    maker = select(Membership.id).where(
        Membership.id == row.membership_id, Membership.ended_at.is_(None)
    )
    if await work.session.scalar(maker) is not None:
        return [row.membership_id]
    found = [await people_of(work, [row.organisation_id], right) for right in _RIGHTS]
    return sorted({person for people in found for person in people})
