"""Standing orders: set up, changed, skipped by people; made by the clock (domain.md (b) 60)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, time
from uuid import UUID

from app.audit.operations import record
from app.db.idempotency import once
from app.db.work import Work
from app.kernel.errors import Invalid
from app.kernel.ids import new_id
from app.kernel.period import UnknownZone, sensible_day, zone_of
from app.ordering.errors import (
    CalendarEmpty,
    NotItsDay,
    StandingOrderEnded,
)
from app.ordering.models import StandingOrder, StandingOrderRun
from app.ordering.operations.reach import ORDERING, locked_cart
from app.ordering.operations.standing import (
    MINUTES,
    calendar_for,
    days_dealt_with,
    locked_standing,
    look_ahead,
)
from app.ordering.rules.calendar import MOST_WEEKS
from app.ordering.rules.words import MissingGoods, RunOutcome, StandingState
from app.orders.operations.placing import relationship_to_order_in
from app.rbac.guard import requires
from app.tenants.operations import tenant_of

MOST_DELIVERY_DAYS = 60
LONGEST_MARGIN = 7 * 24 * MINUTES


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """When a standing order is made; the network's zone where none is named."""

    weekdays: Sequence[int]
    at: time
    starts_on: date
    every_weeks: int = 1
    ends_on: date | None = None
    time_zone: str | None = None
    delivery_after_days: int | None = None
    minutes_before_cut_off: int | None = None


@dataclass(frozen=True, slots=True)
class Manner:
    """What becomes of lines that cannot be ordered; what is none stays as it is."""

    allows_substitutes: bool | None = None
    missing_goods: MissingGoods | None = None


@requires(*ORDERING)
async def create_standing_order(
    work: Work, cart_id: UUID, schedule: Schedule, manner: Manner, key: str
) -> UUID:
    """Have a saved cart ordered by itself on some days, at the prices of each; returns its id.

    It is made with the rights that whoever sets it up has then. Raises `CalendarEmpty`.
    """

    async def command(standing_id: UUID) -> None:
        saved = await locked_cart(work, cart_id)
        relationship = await relationship_to_order_in(work, saved.relationship_id)
        row = StandingOrder(
            id=standing_id,
            cart_id=saved.id,
            relationship_id=relationship.id,
            organisation_id=work.actor.own_organisation,
            membership_id=work.actor.membership_id,
            state=StandingState.ACTIVE,
            created_at=work.now,
            changed_at=work.now,
        )
        _set_manner(row, manner)
        await _schedule(work, row, schedule, ())
        await work.save(row)
        _note(work, row, "CREATE_STANDING_ORDER")

    body = [cart_id, *_words(schedule), manner.allows_substitutes, manner.missing_goods]
    return await once(work, key, "createStandingOrder", body, new_id(), command)


@requires(*ORDERING)
async def change_standing_order(
    work: Work,
    standing_id: UUID,
    schedule: Schedule | None,
    state: StandingState | None,
    manner: Manner,
) -> UUID:
    """Give a standing order other days or another manner, or pause, resume or end it.

    Days that passed while it was paused are not made up for.
    """
    row = await locked_standing(work, standing_id)
    if row.state == StandingState.ENDED:
        raise StandingOrderEnded
    if state is not None:
        row.state = state
    _set_manner(row, manner)
    dealt = await days_dealt_with(work, standing_id)
    if schedule is not None:
        await _schedule(work, row, schedule, dealt)
    else:
        look_ahead(work, row, await calendar_for(work, row), dealt)
    row.changed_at = work.now
    _note(work, row, "CHANGE_STANDING_ORDER")
    return standing_id


@requires(*ORDERING)
async def skip_standing_order(work: Work, standing_id: UUID, day: date) -> UUID:
    """Leave one day out; raises `NotItsDay` for any but those to come."""
    row = await locked_standing(work, standing_id)
    dealt, calendar = await days_dealt_with(work, standing_id), await calendar_for(work, row)
    if row.state == StandingState.ENDED:
        raise StandingOrderEnded
    if day in dealt or not calendar.has(day) or calendar.instant_of(day) <= work.now:
        raise NotItsDay(str(day))
    skipped = StandingOrderRun(
        standing_order_id=row.id,
        due_on=day,
        outcome=RunOutcome.SKIPPED,
        told=f"Skipped by {work.actor.name}.",
        ran_at=work.now,
    )
    await work.save(skipped)
    look_ahead(work, row, calendar, {*dealt, day})
    row.changed_at = work.now
    _note(work, row, "SKIP_STANDING_ORDER", day=str(day))
    return standing_id


async def _schedule(
    work: Work, row: StandingOrder, schedule: Schedule, dealt: Collection[date]
) -> None:
    _check(schedule)
    row.weekdays = sorted(set(schedule.weekdays))
    row.every_weeks = schedule.every_weeks
    row.starts_on, row.ends_on = schedule.starts_on, schedule.ends_on
    row.time_zone = schedule.time_zone or (await tenant_of(work)).time_zone
    row.at_minute = schedule.at.hour * MINUTES + schedule.at.minute
    row.delivery_after_days = schedule.delivery_after_days
    row.minutes_before_cut_off = schedule.minutes_before_cut_off
    look_ahead(work, row, await calendar_for(work, row), dealt)
    if row.next_on is None:
        raise CalendarEmpty


def _check(schedule: Schedule) -> None:
    if not schedule.weekdays or not set(schedule.weekdays) <= set(range(1, 8)):
        raise Invalid("calendar.weekdays", "must name one weekday at least")
    if not 1 <= schedule.every_weeks <= MOST_WEEKS:
        raise Invalid("calendar.everyWeeks", f"must be 1 to {MOST_WEEKS}")
    if schedule.at.tzinfo is not None:
        raise Invalid("calendar.at", "must be a time without an offset: its zone is timeZone")
    after = schedule.delivery_after_days
    if after is not None and not 0 <= after <= MOST_DELIVERY_DAYS:
        raise Invalid("calendar.deliveryAfterDays", f"must be 0 to {MOST_DELIVERY_DAYS}")
    margin = schedule.minutes_before_cut_off
    if margin is not None and not 1 <= margin <= LONGEST_MARGIN:
        raise Invalid("calendar.minutesBeforeCutOff", f"must be 1 to {LONGEST_MARGIN}")
    if margin is not None and after is None:
        raise Invalid("calendar.deliveryAfterDays", "must say for which day, to know its cut-off")
    try:
        sensible_day(schedule.starts_on)
        sensible_day(schedule.ends_on or schedule.starts_on)
    except ValueError as wrong:
        raise Invalid("calendar.startsOn", str(wrong)) from None
    try:
        zone_of(schedule.time_zone or "UTC")
    except UnknownZone as unknown:
        raise Invalid("calendar.timeZone", str(unknown)) from None


def _words(schedule: Schedule) -> list[object]:
    return [
        list(schedule.weekdays),
        str(schedule.at),
        str(schedule.starts_on),
        schedule.every_weeks,
        str(schedule.ends_on),
        schedule.time_zone,
        schedule.delivery_after_days,
        schedule.minutes_before_cut_off,
    ]


def _set_manner(row: StandingOrder, manner: Manner) -> None:
    if manner.allows_substitutes is not None:
        row.allows_substitutes = manner.allows_substitutes
    if manner.missing_goods is not None:
        row.missing_goods = manner.missing_goods


def _note(work: Work, row: StandingOrder, action: str, **more: str) -> None:
    after = {"state": row.state, "weekdays": row.weekdays, "next_on": str(row.next_on), **more}
    record(work, action, "standing_order", row.id, after=after)
