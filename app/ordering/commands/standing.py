"""Standing orders: set up, changed, skipped by people; made by the clock (domain.md (b) 60)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from uuid import UUID

from sqlalchemy import select

from app.assortments.operations import facts_for
from app.audit.operations import record
from app.db.idempotency import once
from app.db.work import Work
from app.deliverydays.operations import plan_for
from app.identities.principal import standing_in
from app.kernel.errors import DomainError, Invalid, Unauthenticated
from app.kernel.ids import new_id
from app.kernel.period import UnknownZone, sensible_day, zone_of
from app.ordering.errors import (
    CalendarEmpty,
    MakerGone,
    NothingToOrder,
    NotItsDay,
    StandingOrderEnded,
)
from app.ordering.models import SavedCart, StandingOrder, StandingOrderRun
from app.ordering.operations.filling import priced_outcomes, taken
from app.ordering.operations.lines import Target, lines_in
from app.ordering.operations.reach import ORDERING, locked_cart
from app.ordering.operations.standing import (
    MINUTES,
    calendar_of,
    conclude,
    days_dealt_with,
    locked_standing,
    look_ahead,
)
from app.ordering.rules.calendar import MOST_WEEKS
from app.ordering.rules.filling import LineOutcome, LineOutcomeKind, outcome_of
from app.ordering.rules.words import RunOutcome, StandingState
from app.orders.errors import OrderEmpty
from app.orders.models import Order
from app.orders.operations.placing import place, relationship_to_order_in
from app.orders.operations.wishes import LineWish, OrderWish
from app.orders.rules.states import CreditStatus
from app.organisations.models import TradingRelationship
from app.rbac.guard import requires
from app.rbac.policy import PolicyCache
from app.tenants.operations import tenant_of

MOST_DELIVERY_DAYS = 60


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


@requires(*ORDERING)
async def create_standing_order(work: Work, cart_id: UUID, schedule: Schedule, key: str) -> UUID:
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
        await _schedule(work, row, schedule, ())
        await work.save(row)
        _note(work, row, "CREATE_STANDING_ORDER")

    body = [cart_id, *_words(schedule)]
    return await once(work, key, "createStandingOrder", body, new_id(), command)


@requires(*ORDERING)
async def change_standing_order(
    work: Work,
    standing_id: UUID,
    schedule: Schedule | None = None,
    state: StandingState | None = None,
) -> UUID:
    """Give a standing order other days, or pause, resume or end it.

    Days that passed while it was paused are not made up for.
    """
    row = await locked_standing(work, standing_id)
    if row.state == StandingState.ENDED:
        raise StandingOrderEnded
    if state is not None:
        row.state = state
    dealt = await days_dealt_with(work, standing_id)
    if schedule is not None:
        await _schedule(work, row, schedule, dealt)
    else:
        look_ahead(work, row, dealt)
    row.changed_at = work.now
    _note(work, row, "CHANGE_STANDING_ORDER")
    return standing_id


@requires(*ORDERING)
async def skip_standing_order(work: Work, standing_id: UUID, day: date) -> UUID:
    """Leave one day out; raises `NotItsDay` for any but those to come."""
    row = await locked_standing(work, standing_id)
    dealt, calendar = await days_dealt_with(work, standing_id), calendar_of(row)
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
    look_ahead(work, row, {*dealt, day})
    row.changed_at = work.now
    _note(work, row, "SKIP_STANDING_ORDER", day=str(day))
    return standing_id


@requires(*ORDERING)
async def make_standing_order(work: Work, standing_id: UUID) -> UUID:
    """Make the order of a standing order whose instant has come; nothing where it is not due.

    Of several days that have passed the last is ordered. What cannot be ordered is left out and
    said; the price is that of this moment. Whatever placing refuses is noted by
    `refuse_standing_order`.
    """
    row = await locked_standing(work, standing_id)
    days = await _due(work, row)
    if not days:
        return standing_id
    made = await _make(await _as_maker(work, row), row, days[-1])
    run = StandingOrderRun(
        standing_order_id=row.id,
        due_on=days[-1],
        outcome=RunOutcome.PARTLY_ORDERED if made.is_partial else RunOutcome.ORDERED,
        order_id=made.order_id,
        told=made.said,
        ran_at=work.now,
    )
    await conclude(work, row, days, run, made.number)
    return standing_id


@requires(*ORDERING)
async def refuse_standing_order(work: Work, standing_id: UUID, refusal: DomainError) -> UUID:
    """Note that no order was made, and why; it is tried again on its next day."""
    row = await locked_standing(work, standing_id)
    days = await _due(work, row)
    if days:
        run = StandingOrderRun(
            standing_order_id=row.id,
            due_on=days[-1],
            outcome=RunOutcome.REFUSED,
            told=refusal.message,
            ran_at=work.now,
        )
        await conclude(work, row, days, run)
    return standing_id


@dataclass(frozen=True, slots=True)
class _Made:
    """The order that was made, and what its maker should know of it."""

    order_id: UUID
    number: str
    said: str
    is_partial: bool


async def _make(work: Work, row: StandingOrder, day: date) -> _Made:
    """Place the order as whoever set it up; raises whatever refuses all of it."""
    relationship = await relationship_to_order_in(work, row.relationship_id)
    saved = await _cart(work, row)
    wanted = await lines_in(work, Target(relationship, saved))
    if not wanted:
        raise OrderEmpty
    outcomes = await _outcomes(work, relationship, wanted)
    left_out = [each for each in outcomes if not each.is_taken]
    said = [f"Left out: {each.text}. {each.reason}" for each in left_out]
    lines = taken(outcomes)
    if not lines:
        raise NothingToOrder(" ".join(said))
    order_id, (deliver_on, moved) = new_id(), await _delivery(work, relationship, row, day)
    said += moved
    wish = OrderWish(
        relationship_id=relationship.id,
        lines=lines,
        requested_delivery_on=deliver_on,
        note=saved.name,
    )
    await place(work, order_id, relationship, wish)
    await work.session.flush()
    written = select(Order.number, Order.credit_status).where(Order.id == order_id)
    number, credit = (await work.session.execute(written)).one()
    if credit == CreditStatus.HELD:
        said.insert(0, "It exceeds the credit limit, and is held until somebody releases it.")
    return _Made(order_id, number, " ".join(said), is_partial=bool(left_out))


async def _delivery(
    work: Work, relationship: TradingRelationship, row: StandingOrder, day: date
) -> tuple[date | None, list[str]]:
    """Return for which day to order, and what to say of it: the next on which one delivers."""
    if row.delivery_after_days is None:
        return None, []
    wanted = day + timedelta(days=row.delivery_after_days)
    plan = await plan_for(work, relationship)
    if plan is None:
        return wanted, []
    found = next(plan.following(work.now, wanted), None)
    if found is None or found.on == wanted:
        return wanted, []
    return found.on, [f"For {found.on}: {wanted} is no delivery day, or its cut-off has passed."]


async def _due(work: Work, row: StandingOrder) -> list[date]:
    if row.state != StandingState.ACTIVE or row.next_on is None:
        return []
    dealt = await days_dealt_with(work, row.id)
    return calendar_of(row).due(row.next_on, work.now, dealt)


async def _as_maker(work: Work, row: StandingOrder) -> Work:
    """Return the work as whoever set it up would do it, with the rights of this moment."""
    identify = standing_in(work.tenant_id, row.membership_id, PolicyCache())
    try:
        actor = await identify(work.session)
    except Unauthenticated:
        raise MakerGone from None
    if not any(actor.may(right) for right in ORDERING):
        raise MakerGone
    return replace(work, actor=actor)


async def _cart(work: Work, row: StandingOrder) -> SavedCart:
    return (await work.session.scalars(select(SavedCart).where(SavedCart.id == row.cart_id))).one()


async def _outcomes(
    work: Work, relationship: TradingRelationship, wanted: Sequence[LineWish]
) -> list[LineOutcome]:
    facts = await facts_for(work, relationship, {line.sku_id for line in wanted})
    read: list[LineOutcome] = []
    for number, line in enumerate(wanted, start=1):
        sku = facts[line.sku_id]
        text = f"{line.quantity.normalize():f} {line.packaging_level} of {sku.name}"
        bare = LineOutcome(number=number, text=text, kind=LineOutcomeKind.TAKEN, sku_id=line.sku_id)
        read.append(outcome_of(bare, sku, line.packaging_level, line.quantity))
    return await priced_outcomes(work, Target(relationship), read)


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
    look_ahead(work, row, dealt)
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
    ]


def _note(work: Work, row: StandingOrder, action: str, **more: str) -> None:
    after = {"state": row.state, "weekdays": row.weekdays, "next_on": str(row.next_on), **more}
    record(work, action, "standing_order", row.id, after=after)
