"""Open an order for a command, move its buckets and its state, and leave a trace (F8)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from functools import reduce
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm.attributes import set_committed_value

from app.approvals.operations import asked_of, waiting_for_actor
from app.audit.operations import record
from app.db.bulk import update_rows
from app.db.outbox import DomainEvent
from app.db.work import Work
from app.kernel.errors import NotFound
from app.orders import locks
from app.orders.errors import NotPossibleNow
from app.orders.models import Order, OrderLine
from app.orders.operations.holds import is_held_in
from app.orders.operations.spending import keep_what_is_left
from app.orders.operations.visibility import reachable, side_of
from app.orders.rules.buckets import Buckets, Movement
from app.orders.rules.roll_up import fulfilment_status, roll_up
from app.orders.rules.states import ApprovalStatus, CreditStatus, DeliveryMode, OrderState
from app.orders.rules.transitions import (
    BY_COMMAND,
    OrderCommand,
    OrderFacts,
    Side,
    allowed_commands,
    availability,
)
from app.organisations.models import PaymentWay
from app.rbac.permissions import Permission

_BUCKETS = tuple(item.name for item in fields(Buckets))
_THE_BUYERS = frozenset({"CREATE", "SUBMIT", "REVISE", "CHANGE", "SIGN", "CONFIRM_RECEIPT"})
_SHORTENING = frozenset({"cancelled", "short_closed"})
_DECISIONS = frozenset({OrderCommand.APPROVE, OrderCommand.REJECT})


@dataclass(slots=True)
class OrderDocument:
    """An order that is locked for this work, with the lines of its present revision."""

    order: Order
    lines: Sequence[OrderLine]
    is_on_hold: bool = False

    @property
    def total(self) -> Buckets:
        """The buckets of all lines, summed."""
        return reduce(Buckets.__add__, map(buckets_of, self.lines), Buckets())

    def line(self, line_id: UUID) -> OrderLine:
        """Return one line; raises `NotFound` for a line of another order or revision."""
        for line in self.lines:
            if line.id == line_id:
                return line
        raise NotFound("OrderLine")


def buckets_of(line: OrderLine) -> Buckets:
    """Return a line's buckets as a value."""
    return Buckets(**{name: getattr(line, name) for name in _BUCKETS})


async def open_for(
    work: Work, order_id: UUID, command: OrderCommand, *, is_asked: bool = False
) -> OrderDocument:
    """Lock an order and check that this actor may give the command now.

    One that `is_asked` also reaches orders about which an organisation below asks their own.
    Raises `NotFound` for what is out of reach and `NotPossibleNow` with the reason.
    """
    transition = BY_COMMAND[command]
    reach = reachable(work, transition.permissions)
    if is_asked and not work.actor.is_system:
        reach = or_(reach, Order.id.in_(asked_of(work)))
    found = await locks.order(work, order_id, reach, is_held_in(work))
    if found is None:
        raise NotFound("Order")
    order, is_on_hold = found
    document = OrderDocument(order, await lines_of(work, order), is_on_hold)
    as_whom = (await waiting_for_actor(work, [order.id]))[order.id] if command in _DECISIONS else ()
    facts = facts_of(work, document, as_whom)
    answer = availability(transition, facts, work.actor)
    if not answer.is_available:
        raise not_possible(command, answer.reason, facts.state)
    return document


async def sold_order(
    work: Work, order_id: UUID, permissions: Collection[Permission]
) -> Order | None:
    """Lock an order that the actor sells and reaches with any of the permissions, or none."""
    found = await locks.order(work, order_id, reachable(work, permissions), is_held_in(work))
    order = found[0] if found else None
    if order is None or (not work.actor.is_system and side_of(work, order) is not Side.SELLER):
        return None
    return order


def makers_of(document: OrderDocument) -> set[UUID | None]:
    """Return who placed the order, changed it, or lowered prices: they approve nothing of it."""
    return makers_of_rows(document.order, document.lines)


def makers_of_rows(order: Order, lines: Iterable[OrderLine]) -> set[UUID | None]:
    """Return who placed an order, changed it, or lowered prices on these lines."""
    changed_by = map(UUID, order.changed_by or ())
    return {order.placed_by_membership_id, *changed_by, *discounters_of(lines)}


def note_change(work: Work, order: Order) -> None:
    """Count the actor among who made the order: they approve nothing of it from now on.

    So does whoever made the API key that acts.
    """
    known = makers_of_rows(order, ())
    acting = (work.actor.membership_id, work.actor.answered_by)
    new = [str(actor) for actor in acting if actor is not None and actor not in known]
    if new:
        order.changed_by = [*(order.changed_by or ()), *new]


def discounters_of(lines: Iterable[OrderLine]) -> set[UUID]:
    """Return the memberships that discounted a line by hand."""
    return {line.discounted_by_membership_id for line in lines if line.discounted_by_membership_id}


async def open_many(work: Work, order_ids: Sequence[UUID]) -> list[OrderDocument]:
    """Lock several orders for the system's own transitions."""
    orders = await locks.orders(work, order_ids)
    statement = select(OrderLine).where(OrderLine.order_id.in_([order.id for order in orders]))
    lines = (await work.session.scalars(statement)).all()
    return [
        OrderDocument(
            order,
            [
                line
                for line in lines
                if line.order_id == order.id and line.revision == order.revision
            ],
        )
        for order in orders
    ]


async def lines_of(work: Work, order: Order) -> Sequence[OrderLine]:
    """Return the lines of the order's present revision, in their positions."""
    statement = (
        select(OrderLine)
        .where(OrderLine.order_id == order.id, OrderLine.revision == order.revision)
        .order_by(OrderLine.position)
    )
    return (await work.session.scalars(statement)).all()


def facts_of(work: Work, document: OrderDocument, as_whom: Collection[UUID] = ()) -> OrderFacts:
    """Gather what the transitions' guards look at; the actor could decide a step as these people.

    Nobody decides as somebody who made the order.
    """
    order, makers = document.order, makers_of(document)
    return OrderFacts(
        state=OrderState(order.state),
        total=document.total,
        approval_status=ApprovalStatus(order.approval_status),
        credit_status=CreditStatus(order.credit_status),
        delivery_mode=DeliveryMode(order.delivery_mode),
        is_fully_paid=order.paid >= order.total,
        has_planned_shipment=order.planned_shipments > 0,
        has_open_exception=order.has_open_exception,
        viewer_made_it=work.actor.membership_id in makers,
        viewer_may_approve=bool(set(as_whom) - makers),
        viewer_side=_side(work, order, as_whom),
        is_on_hold=document.is_on_hold,
        is_paid_from_balance=order.payment_way == PaymentWay.PREPAID_BALANCE,
    )


def _side(work: Work, order: Order, as_whom: Collection[UUID]) -> Side | None:
    if work.actor.is_system:
        return Side.SELLER
    return side_of(work, order) or (Side.EITHER if as_whom else None)


def not_possible(command: OrderCommand, reason: str, state: OrderState) -> NotPossibleNow:
    """Build the refusal of an illegal move, naming the moves that the state permits."""
    allowed = ", ".join(allowed_commands(state)) or "none"
    return NotPossibleNow(command=command, reason=reason, allowed=allowed)


async def move(work: Work, document: OrderDocument, movements: Mapping[UUID, Movement]) -> None:
    """Move one order's buckets, by line id; see `move_all`."""
    await move_all(work, [document], movements)


async def move_all(
    work: Work, documents: Sequence[OrderDocument], movements: Mapping[UUID, Movement]
) -> None:
    """Move lines' buckets, by line id, in one statement; the objects follow.

    What is cancelled or closed short goes back to the buyer's budgets, in another one.
    """
    moving = {key: movement for key, movement in movements.items() if any(movement.values())}
    names = sorted({name for movement in moving.values() for name in movement})
    rows = [
        {"id": key, **{name: movement.get(name, Decimal(0)) for name in names}}
        for key, movement in moving.items()
    ]
    await update_rows(work, OrderLine, rows, add=names)
    for line in (line for document in documents for line in document.lines):
        for name, change in moving.get(line.id, {}).items():
            set_committed_value(line, name, getattr(line, name) + change)
    if not _SHORTENING.isdisjoint(names):
        await keep_what_is_left(
            work, {each.order.id: (each.order.currency, each.lines) for each in documents}
        )


def settle_state(document: OrderDocument) -> OrderState:
    """Work out the state that the lines amount to, and set the derived fulfilment status."""
    order = document.order
    order.fulfilment_status = fulfilment_status(document.total)
    return roll_up(
        document.total,
        is_preparing=order.is_preparing,
        delivery_mode=DeliveryMode(order.delivery_mode),
    )


def enter_state(  # noqa: PLR0913  # a step has this many particulars, by name
    work: Work,
    order: Order,
    command: str,
    state: OrderState,
    *,
    reason: str | None = None,
    data: Mapping[str, Any] | None = None,
) -> None:
    """Put the order into a state, and note who did it, for whom, when and why (R2-33)."""
    before = order.state
    order.state = state
    order.changed_at = work.now
    record(
        work,
        command,
        "order",
        order.id,
        before={"state": before},
        after={"state": state, "revision": order.revision, **(data or {})},
        on_behalf_of=_on_behalf(work, order, command),
        reason=reason,
    )
    work.tell(event_of("order_changed", order, {"command": command, **(data or {})}))


def event_of(kind: str, order: Order, data: Mapping[str, Any]) -> DomainEvent:
    """Make an event about an order; the parties and its number are always in it."""
    common = {
        "number": order.number,
        "seller_id": str(order.seller_id),
        "buyer_id": str(order.buyer_id),
        "state": order.state,
    }
    return DomainEvent(kind, "order", order.id, {**common, **data})


def _on_behalf(work: Work, order: Order, command: str) -> UUID | None:
    stands_in = command in _THE_BUYERS and work.actor.organisation_id != order.buyer_id
    return order.buyer_id if stands_in else None
