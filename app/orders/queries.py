"""What an actor may read of carts and orders (F2, F8)."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from sqlalchemy import ColumnElement, select, tuple_

from app.approvals.operations import waiting_for_actor
from app.audit.models import AuditEntry
from app.db.snapshots import once_read
from app.db.work import Work
from app.kernel.errors import Invalid, NotFound
from app.kernel.paging import Page, PageRequest, page_of
from app.orders.models import Order, OrderException, OrderLine, OrderQuote, Shortage
from app.orders.operations.benefits import OrderBenefit, granted_to
from app.orders.operations.carts import cart_wishes
from app.orders.operations.documents import OrderDocument, facts_of
from app.orders.operations.placing import relationship_to_order_in
from app.orders.operations.touched import Touched, touched
from app.orders.operations.visibility import readable
from app.orders.operations.wishes import LineWish
from app.orders.rules.states import OrderState
from app.orders.rules.transitions import TRANSITIONS, Availability, Side, Transition, availability
from app.pricing.operations.impact import Reach
from app.quotes.operations import as_actor_sees
from app.quotes.rules import Quote, QuotedLine, from_document
from app.rbac.guard import requires
from app.rbac.permissions import Permission

Revision = tuple[UUID, int]


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """Which orders to show: the side the viewer stands on, and states; everything by default."""

    side: Side = Side.EITHER
    states: Sequence[OrderState] = ()
    relationship_id: UUID | None = None


@requires(Permission.ORDER_READ)
async def orders(work: Work, wanted: OrderFilter, request: PageRequest) -> Page[Order]:
    """Return visible orders, the newest first."""
    statement = select(Order).where(readable(work), *_conditions(work, wanted))
    if request.after:
        statement = statement.where(
            tuple_(Order.created_at, Order.id) < tuple_(*_sort_key(request.after))
        )
    newest = statement.order_by(Order.created_at.desc(), Order.id.desc()).limit(request.size + 1)
    rows = (await work.session.scalars(newest)).all()
    return page_of(rows, request, lambda order: (order.created_at.isoformat(), str(order.id)))


@requires(Permission.ORDER_READ)
async def order(work: Work, order_id: UUID) -> Order:
    """Return one visible order; raises `NotFound`."""
    found = await orders_by_id(work, [order_id])
    if order_id not in found:
        raise NotFound("Order")
    return found[order_id]


@requires(Permission.ORDER_READ)
async def orders_by_id(work: Work, order_ids: Collection[UUID]) -> dict[UUID, Order]:
    """Return those of the orders that are visible, by id."""
    statement = select(Order).where(Order.id.in_(order_ids), readable(work))
    rows = await work.session.scalars(statement.execution_options(populate_existing=True))
    return {row.id: row for row in rows}


@requires(Permission.ORDER_READ)
async def lines_by_order(work: Work, order_list: Sequence[Order]) -> dict[UUID, list[OrderLine]]:
    """Return the lines of the orders' present revisions, in their positions."""
    present = [(item.id, item.revision) for item in order_list]
    found = await once_read(work, "order lines", present, partial(_lines, work))
    return {item.id: found.get((item.id, item.revision), []) for item in order_list}


@requires(Permission.ORDER_READ)
async def lines_by_id(work: Work, line_ids: Collection[UUID]) -> dict[UUID, OrderLine]:
    """Return those of the lines whose orders are visible, by id."""
    statement = (
        select(OrderLine)
        .join(Order, Order.id == OrderLine.order_id)
        .where(OrderLine.id.in_(line_ids), readable(work))
    )
    return {line.id: line for line in (await work.session.scalars(statement)).all()}


@requires(Permission.ORDER_READ)
async def quotes_by_order(work: Work, order_list: Sequence[Order]) -> dict[UUID, Quote]:
    """Return the quotes that the orders' present revisions were placed at (F5).

    Those of the seller who make prices see why others lost; see `as_actor_sees`.
    """
    found = await _stored_quotes(work, [(item.id, item.revision) for item in order_list])
    return {order_id: quote for (order_id, _), quote in found.items()}


@requires(Permission.ORDER_READ)
async def priced_by_line(work: Work, lines: Sequence[OrderLine]) -> dict[UUID, QuotedLine]:
    """Return how each line's price came about, from the stored quotes: years later too (R3-50)."""
    asked = dict.fromkeys((line.order_id, line.revision) for line in lines)
    found = await _stored_quotes(work, list(asked))
    quotes = {line.id: found.get((line.order_id, line.revision)) for line in lines}
    return {line.id: quote.lines[line.position - 1] for line in lines if (quote := quotes[line.id])}


@requires(Permission.ORDER_READ)
async def benefits_by_order(
    work: Work, order_list: Sequence[Order]
) -> dict[UUID, list[OrderBenefit]]:
    """Return what schemes gave to the orders' present revisions: to their two parties only.

    Who pays for a benefit is for those of the seller only who may read its schemes.
    """
    own = work.actor.organisation_id
    reads_schemes = work.actor.may(Permission.SCHEME_READ)
    parties = {item.id: item for item in order_list if own in {item.seller_id, item.buyer_id}}
    found: dict[UUID, list[OrderBenefit]] = defaultdict(list)
    for benefit in await granted_to(work, parties):
        item = parties[benefit.order_id]
        if benefit.revision == item.revision:
            is_told = item.seller_id == own and reads_schemes
            found[item.id].append(benefit if is_told else benefit.as_buyer_sees)
    return found


@requires(Permission.ORDER_READ)
async def history_by_order(work: Work, order_ids: Sequence[UUID]) -> dict[UUID, list[AuditEntry]]:
    """Return every change of the orders: who, for whom, when and why, the oldest first (R2-33)."""
    statement = (
        select(AuditEntry)
        .where(AuditEntry.subject_kind == "order", AuditEntry.subject_id.in_(order_ids))
        .order_by(AuditEntry.subject_id, AuditEntry.at, AuditEntry.id)
    )
    found: dict[UUID, list[AuditEntry]] = defaultdict(list)
    for entry in (await work.session.scalars(statement)).all():
        found[entry.subject_id].append(entry)
    return found


@requires(Permission.ORDER_READ)
async def actions_by_order(
    work: Work, order_list: Sequence[Order]
) -> dict[UUID, list[Availability]]:
    """Return for each order what this viewer may do now, and why not otherwise (F8)."""
    lines = await lines_by_order(work, order_list)
    waiting = await waiting_for_actor(work, [item.id for item in order_list])
    found: dict[UUID, list[Availability]] = {}
    for item in order_list:
        document = OrderDocument(item, lines[item.id])
        facts = facts_of(work, document, may_approve=item.id in waiting)
        found[item.id] = [availability(row, facts, work.actor) for row in TRANSITIONS]
    return found


@requires(Permission.ORDER_READ)
async def exceptions_by_order(
    work: Work, order_ids: Sequence[UUID]
) -> dict[UUID, list[OrderException]]:
    """Return the orders' exceptions, the oldest first."""
    statement = (
        select(OrderException)
        .where(OrderException.order_id.in_(order_ids))
        .order_by(OrderException.opened_at, OrderException.id)
    )
    found: dict[UUID, list[OrderException]] = defaultdict(list)
    for row in (await work.session.scalars(statement)).all():
        found[row.order_id].append(row)
    return found


@requires(Permission.ORDER_READ)
async def exceptions_by_id(
    work: Work, exception_ids: Collection[UUID]
) -> dict[UUID, OrderException]:
    """Return those of the exceptions whose orders are visible, by id."""
    statement = (
        select(OrderException)
        .join(Order, Order.id == OrderException.order_id)
        .where(OrderException.id.in_(exception_ids), readable(work))
    )
    return {row.id: row for row in (await work.session.scalars(statement)).all()}


@requires(Permission.PROCUREMENT_WRITE, Permission.ORDER_ALLOCATE)
async def shortages(work: Work, request: PageRequest) -> Page[Shortage]:
    """Return the acting organisation's own open shortages, the oldest first."""
    statement = select(Shortage).where(
        Shortage.organisation_id == work.actor.own_organisation, Shortage.closed_at.is_(None)
    )
    if request.after:
        statement = statement.where(
            tuple_(Shortage.recorded_at, Shortage.id) > tuple_(*_sort_key(request.after))
        )
    oldest = statement.order_by(Shortage.recorded_at, Shortage.id).limit(request.size + 1)
    rows = (await work.session.scalars(oldest)).all()
    return page_of(rows, request, lambda row: (row.recorded_at.isoformat(), str(row.id)))


@requires(Permission.PROCUREMENT_WRITE, Permission.ORDER_ALLOCATE)
async def shortages_by_id(work: Work, shortage_ids: Collection[UUID]) -> dict[UUID, Shortage]:
    """Return those of the shortages that are the acting organisation's own, by id."""
    statement = select(Shortage).where(
        Shortage.id.in_(shortage_ids), Shortage.organisation_id == work.actor.own_organisation
    )
    return {row.id: row for row in (await work.session.scalars(statement)).all()}


@requires(Permission.ORDER_READ)
async def shortages_by_line(work: Work, line_ids: Collection[UUID]) -> dict[UUID, list[Shortage]]:
    """Return the own organisation's shortages of the lines it sells, closed ones too."""
    found: dict[UUID, list[Shortage]] = defaultdict(list)
    for row in await _own_shortages(work, Shortage.order_line_id.in_(line_ids)):
        found[row.order_line_id].append(row)
    return found


@requires(Permission.ORDER_READ)
async def shortages_by_supply(work: Work, line_ids: Collection[UUID]) -> dict[UUID, list[Shortage]]:
    """Return the own organisation's shortages that lines of its purchases cover, oldest first."""
    found: dict[UUID, list[Shortage]] = defaultdict(list)
    for row in await _own_shortages(work, Shortage.supply_line_id.in_(line_ids)):
        if row.supply_line_id:
            found[row.supply_line_id].append(row)
    return found


@requires(Permission.ORDER_PLACE, Permission.ORDER_PLACE_FOR_CUSTOMER)
async def cart(work: Work, relationship_id: UUID) -> list[LineWish]:
    """Return the caller's own cart for a relationship they may order in."""
    relationship = await relationship_to_order_in(work, relationship_id)
    return await cart_wishes(work, relationship.id)


@requires()
async def order_transitions(work: Work) -> tuple[Transition, ...]:
    """Return the whole table of transitions, as it is enforced (F8, R2-31)."""
    del work
    return TRANSITIONS


async def _lines(work: Work, revisions: Collection[Revision]) -> dict[Revision, list[OrderLine]]:
    statement = (
        select(OrderLine)
        .where(tuple_(OrderLine.order_id, OrderLine.revision).in_(revisions))
        .order_by(OrderLine.order_id, OrderLine.position)
        .execution_options(populate_existing=True)
    )
    found: dict[Revision, list[OrderLine]] = defaultdict(list)
    for line in (await work.session.scalars(statement)).all():
        found[line.order_id, line.revision].append(line)
    return found


async def _stored_quotes(work: Work, revisions: Collection[Revision]) -> dict[Revision, Quote]:
    return await once_read(work, "order quotes", revisions, partial(_quotes, work))


async def _quotes(work: Work, revisions: Collection[Revision]) -> dict[Revision, Quote]:
    statement = (
        select(OrderQuote)
        .join(Order, Order.id == OrderQuote.order_id)
        .where(tuple_(OrderQuote.order_id, OrderQuote.revision).in_(revisions), readable(work))
    )
    rows = await work.session.scalars(statement)
    return {
        (row.order_id, row.revision): as_actor_sees(work, from_document(row.quote)) for row in rows
    }


async def _own_shortages(work: Work, condition: ColumnElement[bool]) -> Sequence[Shortage]:
    statement = (
        select(Shortage)
        .where(condition, Shortage.organisation_id == work.actor.own_organisation)
        .order_by(Shortage.recorded_at, Shortage.id)
        .execution_options(populate_existing=True)
    )
    return (await work.session.scalars(statement)).all()


def _conditions(work: Work, wanted: OrderFilter) -> list[ColumnElement[bool]]:
    own = work.actor.organisation_id
    sides = {Side.SELLER: Order.seller_id == own, Side.BUYER: Order.buyer_id == own}
    conditions: list[ColumnElement[bool]] = []
    if wanted.side in sides:
        conditions.append(sides[wanted.side])
    if wanted.states:
        conditions.append(Order.state.in_(wanted.states))
    if wanted.relationship_id:
        conditions.append(Order.relationship_id == wanted.relationship_id)
    return conditions


def _sort_key(after: tuple[str, ...]) -> tuple[datetime, UUID]:
    try:
        instant, key = after
        return datetime.fromisoformat(instant), UUID(key)
    except ValueError:
        raise Invalid("after", "must be a cursor that this connection gave out") from None


@requires(Permission.PRICE_READ)
async def touched_trade(work: Work, reaches: Mapping[UUID, Reach]) -> dict[UUID, Touched]:
    """Count the open carts and orders that own price changes reach: how many, not whose."""
    return await touched(work, reaches)
