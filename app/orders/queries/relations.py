"""What belongs to orders that were read before, for all of them at once."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from functools import cache, partial
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Integer, Select, Uuid, and_, any_, bindparam, column, func, select

from app.approvals.operations import waiting_for_actor
from app.audit.models import AuditEntry
from app.db.reading import TENANT, rows, rows_like
from app.db.snapshots import once_read
from app.db.tables import table_of
from app.db.work import Work
from app.kernel.actor import Scope
from app.orders.models import Order, OrderException, OrderLine, OrderQuote
from app.orders.operations.benefits import OrderBenefit, granted_to
from app.orders.operations.documents import OrderDocument, facts_of
from app.orders.operations.holds import NOW, is_held
from app.orders.operations.visibility import readable, sight_of, viewer_in
from app.orders.rules.states import OrderState
from app.orders.rules.transitions import (
    BY_COMMAND,
    TRANSITIONS,
    Availability,
    OrderCommand,
    availability,
)
from app.quotes.operations import as_actor_sees
from app.quotes.rules import Quote, QuotedLine, from_document
from app.rbac.guard import requires
from app.rbac.permissions import Permission

Revision = tuple[UUID, int]

_IDS = bindparam("ids", type_=ARRAY(Uuid()))
_given = (
    func.unnest(_IDS, bindparam("revisions", type_=ARRAY(Integer())))
    .table_valued(column("order_id", Uuid()), column("revision", Integer()))
    .render_derived(name="given")
)
_order, _line, _quote = table_of(Order), table_of(OrderLine), table_of(OrderQuote)
_exception, _entry = table_of(OrderException), table_of(AuditEntry)

_LINES = (
    select(_line, is_held(TENANT, NOW).label("is_on_hold"))
    .join_from(
        _given,
        _line,
        and_(_line.c.order_id == _given.c.order_id, _line.c.revision == _given.c.revision),
    )
    .join(_order, and_(_order.c.tenant_id == TENANT, _order.c.id == _line.c.order_id))
    .where(_line.c.tenant_id == TENANT)
    .order_by(_line.c.order_id, _line.c.position)
)
_EXCEPTIONS = (
    select(_exception)
    .where(_exception.c.tenant_id == TENANT, _exception.c.order_id == any_(_IDS))
    .order_by(_exception.c.opened_at, _exception.c.id)
)
_HISTORY = (
    select(_entry)
    .where(
        _entry.c.tenant_id == TENANT,
        _entry.c.subject_kind == "order",
        _entry.c.subject_id == any_(_IDS),
    )
    .order_by(_entry.c.subject_id, _entry.c.at, _entry.c.id)
)
_DECIDABLE = frozenset(
    state
    for command in (OrderCommand.APPROVE, OrderCommand.REJECT)
    for state in BY_COMMAND[command].sources
)


@requires(Permission.ORDER_READ)
async def lines_by_order(work: Work, order_list: Sequence[Order]) -> dict[UUID, list[OrderLine]]:
    """Return the lines of the orders' present revisions, in their positions."""
    present = [(item.id, item.revision) for item in order_list]
    found = await once_read(work, "order lines", present, partial(_lines, work))
    return {item.id: found.get((item.id, item.revision), []) for item in order_list}


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
    found: dict[UUID, list[AuditEntry]] = defaultdict(list)
    for entry in await rows_like(AuditEntry, work, _HISTORY, ids=list(order_ids)):
        found[entry.subject_id].append(entry)
    return found


@requires(Permission.ORDER_READ)
async def actions_by_order(
    work: Work, order_list: Sequence[Order]
) -> dict[UUID, list[Availability]]:
    """Return for each order what this viewer may do now, and why not otherwise (F8).

    One statement besides the lines, and none where no order waits for a decision.
    """
    lines = await lines_by_order(work, order_list)
    undecided = [item.id for item in order_list if OrderState(item.state) in _DECIDABLE]
    waiting = await waiting_for_actor(work, undecided) if undecided else dict[UUID, set[UUID]]()
    found: dict[UUID, list[Availability]] = {}
    for item in order_list:
        held = any(getattr(line, "is_on_hold", False) for line in lines[item.id])
        document = OrderDocument(item, lines[item.id], is_on_hold=held)
        facts = facts_of(work, document, waiting.get(item.id, ()))
        found[item.id] = [availability(row, facts, work.actor) for row in TRANSITIONS]
    return found


@requires(Permission.ORDER_READ)
async def exceptions_by_order(
    work: Work, order_ids: Sequence[UUID]
) -> dict[UUID, list[OrderException]]:
    """Return the orders' exceptions, the oldest first."""
    found: dict[UUID, list[OrderException]] = defaultdict(list)
    for row in await rows_like(OrderException, work, _EXCEPTIONS, ids=list(order_ids)):
        found[row.order_id].append(row)
    return found


async def _lines(work: Work, revisions: Collection[Revision]) -> dict[Revision, list[OrderLine]]:
    found: dict[Revision, list[OrderLine]] = defaultdict(list)
    given = {**_columns(revisions), "now": work.now}
    for line in await rows_like(OrderLine, work, _LINES, **given):
        found[line.order_id, line.revision].append(line)
    return found


async def _stored_quotes(work: Work, revisions: Collection[Revision]) -> dict[Revision, Quote]:
    return await once_read(work, "order quotes", revisions, partial(_quotes, work))


async def _quotes(work: Work, revisions: Collection[Revision]) -> dict[Revision, Quote]:
    given = {**_columns(revisions), **viewer_in(work)}
    found = await rows(work, _visible_quotes(sight_of(work)), **given)
    return {
        (order_id, revision): as_actor_sees(work, from_document(document))
        for order_id, revision, document in found
    }


@cache
def _visible_quotes(scope: Scope) -> Select[*tuple[Any, ...]]:
    """Select stored quotes with their orders: a quote tells prices, so the order is asked again."""
    whole = and_(_order.c.tenant_id == _quote.c.tenant_id, _order.c.id == _quote.c.order_id)
    asked = and_(_quote.c.order_id == _given.c.order_id, _quote.c.revision == _given.c.revision)
    return (
        select(_quote.c.order_id, _quote.c.revision, _quote.c.quote)
        .join_from(_given, _quote, asked)
        .join(_order, whole)
        .where(_quote.c.tenant_id == TENANT, readable(scope))
    )


def _columns(revisions: Collection[Revision]) -> dict[str, list[Any]]:
    order_ids, numbers = zip(*revisions, strict=True) if revisions else ((), ())
    return {"ids": list(order_ids), "revisions": list(numbers)}
