"""Standing orders are made by the clock: once on each day, and whatever goes wrong is told."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select

from app.assortments.operations import facts_for
from app.db.work import Work
from app.deliverydays.operations import plan_for
from app.identities.principal import standing_in
from app.kernel.errors import DomainError, Unauthenticated
from app.kernel.ids import new_id
from app.ordering.errors import MakerGone, NothingToOrder, StandingOrderWaits
from app.ordering.models import SavedCart, StandingOrder, StandingOrderRun
from app.ordering.operations.filling import priced_outcomes, taken
from app.ordering.operations.lines import Target, lines_in
from app.ordering.operations.reach import ORDERING
from app.ordering.operations.standing import (
    calendar_for,
    conclude,
    days_dealt_with,
    locked_standing,
    look_ahead,
)
from app.ordering.operations.substituting import substituted
from app.ordering.rules.filling import LineOutcome, LineOutcomeKind, outcome_of
from app.ordering.rules.words import MissingGoods, RunOutcome, StandingState
from app.orders.errors import OrderEmpty
from app.orders.models import Order
from app.orders.operations.placing import place, relationship_to_order_in
from app.orders.operations.wishes import LineWish, OrderWish
from app.orders.rules.states import CreditStatus
from app.organisations.models import TradingRelationship
from app.rbac.guard import requires
from app.rbac.policy import PolicyCache


@requires(*ORDERING)
async def make_standing_order(work: Work, standing_id: UUID) -> UUID:
    """Make the order of a standing order whose instant has come; nothing where it is not due.

    One that is held to cut-offs is looked at more often, and its instant counted anew.

    Of several days that have passed the last is ordered. What cannot be ordered is left out and
    said; the price is that of this moment. Whatever placing refuses is noted by
    `refuse_standing_order`.
    """
    row = await locked_standing(work, standing_id)
    days = await _due(work, row)
    if not days:
        if row.next_on is not None and row.minutes_before_cut_off is not None:
            dealt = await days_dealt_with(work, standing_id)
            look_ahead(work, row, await calendar_for(work, row), dealt)
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
    outcomes, said = await _outcomes(work, relationship, wanted), list[str]()
    if row.allows_substitutes:
        outcomes, said = await substituted(work, relationship, outcomes)
    left_out = [each for each in outcomes if not each.is_taken]
    if left_out and row.missing_goods == MissingGoods.WAIT:
        raise StandingOrderWaits(" ".join(f"{each.text}: {each.reason}" for each in left_out))
    said += [f"Left out: {each.text}. {each.reason}" for each in left_out]
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
    return (await calendar_for(work, row)).due(row.next_on, work.now, dealt)


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
        bare = LineOutcome(
            number=number,
            text=text,
            kind=LineOutcomeKind.TAKEN,
            sku_id=line.sku_id,
            level=line.packaging_level,
        )
        read.append(outcome_of(bare, sku, line.packaging_level, line.quantity))
    return await priced_outcomes(work, Target(relationship), read)
