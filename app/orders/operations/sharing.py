"""Share what does not suffice for all among the orders that wait for it (P19, Our rule 10)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from uuid import UUID

from sqlalchemy import and_, exists, or_, select

from app.db.work import Work
from app.inventory.operations import Demand, free_lots, locked_lots, quotas_left, reserve_for_many
from app.inventory.rules import (
    FreeLot,
    Share,
    SharingManner,
    fair_shares,
    in_order_of_keeping,
)
from app.orders.errors import NothingToShare, SharesChanged
from app.orders.models import Order, OrderLine
from app.orders.operations.documents import (
    OrderDocument,
    buckets_of,
    enter_state,
    move_all,
    open_many,
    settle_state,
)
from app.orders.operations.stock import (
    buyers_of,
    close_covered_shortages,
    days_to_keep,
    record_shortages,
)
from app.orders.rules import buckets
from app.orders.rules.states import CreditStatus, OrderState
from app.orders.rules.transitions import BY_COMMAND, OrderCommand
from app.organisations.models import ShortagePolicy, TradingRelationship
from app.organisations.operations import find_relationships

MOST_ORDERS = 500
"""As many orders share at once, those that were confirmed first; the others go on waiting."""

_NONE = Decimal(0)
_WAITING = BY_COMMAND[OrderCommand.COVER_BACKORDER].sources


@dataclass(frozen=True, slots=True)
class SharePlan:
    """What each waiting line of a SKU would get of what is free now, the earliest order first."""

    sku_id: UUID
    manner: SharingManner
    available: Decimal
    shares: Sequence[Share]
    orders: Mapping[UUID, UUID]

    @property
    def token(self) -> str:
        """Name exactly these shares: others have another token."""
        said = [f"{each.line_id}:{each.asked:f}:{each.given:f}" for each in self.shares]
        return sha256("|".join([self.manner, *said]).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class _Situation:
    documents: Sequence[OrderDocument]
    terms: Mapping[UUID, TradingRelationship]
    demands: Sequence[Demand]


async def preview(work: Work, sku_id: UUID, manner: SharingManner) -> SharePlan:
    """Work out the shares of what is free now; nothing is locked and nothing written."""
    documents = await _documents(work, await _waiting(work, sku_id))
    situation = await _situation(work, documents)
    lots = await free_lots(work, work.actor.own_organisation, [sku_id])
    return await _plan(work, situation, sku_id, manner, lots)


async def share(work: Work, sku_id: UUID, manner: SharingManner, token: str) -> SharePlan:
    """Give the shares that were previewed; the rest goes on waiting.

    Orders that were not allocated yet get their other SKUs too, as far as stock reaches. Raises
    `SharesChanged` when the shares are others by now, `NothingToShare` when nobody gets anything.
    """
    documents = [
        document
        for document in await open_many(work, await _waiting(work, sku_id))
        if _is_waiting(document, sku_id)
    ]
    situation = await _situation(work, sorted(documents, key=_by_age))
    wanted = {each.sku_id for each in _rest(situation, sku_id)} | {sku_id}
    lots = await locked_lots(work, work.actor.own_organisation, wanted)
    plan = await _plan(
        work, situation, sku_id, manner, [lot for lot in lots if lot.sku_id == sku_id]
    )
    if plan.token != token:
        raise SharesChanged(given=sum((each.given for each in plan.shares), _NONE))
    if not any(each.given for each in plan.shares):
        raise NothingToShare
    await _carry_out(work, situation, plan)
    return plan


async def _waiting(work: Work, sku_id: UUID) -> Sequence[UUID]:
    line_waits = exists().where(
        OrderLine.tenant_id == Order.tenant_id,
        OrderLine.order_id == Order.id,
        OrderLine.revision == Order.revision,
        OrderLine.sku_id == sku_id,
        or_(
            and_(Order.state == OrderState.CONFIRMED, OrderLine.unallocated > 0),
            and_(Order.state.in_(_WAITING), OrderLine.backordered > 0),
        ),
    )
    statement = (
        select(Order.id)
        .where(
            Order.seller_id == work.actor.own_organisation,
            Order.credit_status != CreditStatus.HELD,
            line_waits,
        )
        .order_by(Order.confirmed_at, Order.id)
        .limit(MOST_ORDERS)
    )
    return (await work.session.scalars(statement)).all()


async def _documents(work: Work, order_ids: Sequence[UUID]) -> list[OrderDocument]:
    orders = select(Order).where(Order.id.in_(order_ids)).order_by(Order.confirmed_at, Order.id)
    lines = select(OrderLine).where(OrderLine.order_id.in_(order_ids)).order_by(OrderLine.position)
    found = (await work.session.scalars(orders)).all()
    of_order: dict[tuple[UUID, int], list[OrderLine]] = {}
    for line in await work.session.scalars(lines):
        of_order.setdefault((line.order_id, line.revision), []).append(line)
    return [OrderDocument(order, of_order[order.id, order.revision]) for order in found]


def _by_age(document: OrderDocument) -> tuple[str, UUID]:
    confirmed = document.order.confirmed_at
    return (confirmed.isoformat() if confirmed else "", document.order.id)


def _is_waiting(document: OrderDocument, sku_id: UUID) -> bool:
    return document.order.credit_status != CreditStatus.HELD and any(
        _asked(document, line) > 0 for line in document.lines if line.sku_id == sku_id
    )


def _asked(document: OrderDocument, line: OrderLine) -> Decimal:
    if document.order.state == OrderState.CONFIRMED:
        return line.unallocated
    return line.backordered if document.order.state in _WAITING else _NONE


async def _situation(work: Work, documents: Sequence[OrderDocument]) -> _Situation:
    terms = await find_relationships(work, {each.order.relationship_id for each in documents})
    keeps = await days_to_keep(work, documents, terms)
    buyers = await buyers_of(work, documents, terms)
    demands = [
        Demand(
            line.id,
            line.sku_id,
            _asked(document, line),
            keeps[document.order.id, line.sku_id],
            buyers[document.order.id],
            line.unit_factor,
        )
        for document in documents
        for line in sorted(document.lines, key=lambda line: line.position)
        if _asked(document, line) > 0
    ]
    return _Situation(documents, terms, demands)


def _rest(situation: _Situation, sku_id: UUID) -> list[Demand]:
    """Find what orders not allocated yet ask for besides: they are allocated as a whole."""
    first = {
        line.id
        for document in situation.documents
        if document.order.state == OrderState.CONFIRMED
        for line in document.lines
    }
    return [
        each for each in situation.demands if each.sku_id != sku_id and each.source_line_id in first
    ]


async def _plan(
    work: Work,
    situation: _Situation,
    sku_id: UUID,
    manner: SharingManner,
    lots: Sequence[FreeLot],
) -> SharePlan:
    wanted = [each for each in situation.demands if each.sku_id == sku_id]
    quotas = await quotas_left(work, work.actor.own_organisation, wanted)
    of_line = {line.id: each.order for each in situation.documents for line in each.lines}
    priorities = {
        each.source_line_id: situation.terms[
            of_line[each.source_line_id].relationship_id
        ].allocation_priority
        for each in wanted
    }
    found = fair_shares(wanted, lots, quotas, manner, priorities)
    available = sum((lot.free for lot in lots), _NONE)
    orders = {each.source_line_id: of_line[each.source_line_id].id for each in wanted}
    return SharePlan(sku_id, manner, available, found, orders)


async def _carry_out(work: Work, situation: _Situation, plan: SharePlan) -> None:
    given = {each.line_id: each.given for each in plan.shares}
    shared = [
        Demand(
            each.source_line_id,
            each.sku_id,
            given[each.source_line_id],
            each.expires_not_before,
            each.buyer,
            each.pack,
        )
        for each in situation.demands
        if given.get(each.source_line_id)
    ]
    served = _moving(situation, shared)
    demands = [
        *in_order_of_keeping(shared),
        *(each for each in _rest(situation, plan.sku_id) if each.source_line_id in served),
    ]
    sources = {line: served[line] for line in (each.source_line_id for each in demands)}
    covered = await reserve_for_many(work, work.actor.own_organisation, sources, demands)
    await _move(work, situation, covered, set(served.values()), plan)


def _moving(situation: _Situation, shared: Sequence[Demand]) -> dict[UUID, UUID]:
    """Return the lines, with their orders, of those that get a share; the others stay as they are.

    An order without a share is not touched: it may wait for its whole.
    """
    lucky = {each.source_line_id for each in shared}
    return {
        line.id: document.order.id
        for document in situation.documents
        if any(line.id in lucky for line in document.lines)
        for line in document.lines
    }


async def _move(
    work: Work,
    situation: _Situation,
    covered: Mapping[UUID, Decimal],
    order_ids: set[UUID],
    plan: SharePlan,
) -> None:
    touched = [each for each in situation.documents if each.order.id in order_ids]
    first = [each for each in touched if each.order.state == OrderState.CONFIRMED]
    movements: dict[UUID, buckets.Movement] = {}
    for document in touched:
        for line in document.lines:
            movements |= _movement(situation, document, line, covered.get(line.id, _NONE))
    is_first = {each.order.id for each in first}
    await move_all(work, touched, movements)
    await record_shortages(work, first)
    await close_covered_shortages(
        work,
        {
            line.id: covered[line.id]
            for document in touched
            if document.order.id not in is_first
            for line in document.lines
            if covered.get(line.id)
        },
    )
    for document in touched:
        command = OrderCommand.COVER_BACKORDER
        if document.order.id in is_first:
            command = OrderCommand.ALLOCATE
        pieces = sum((covered.get(line.id, _NONE) for line in document.lines), _NONE)
        data = {"shared": plan.manner, "pieces": str(pieces)}
        enter_state(work, document.order, command, settle_state(document), data=data)


def _movement(
    situation: _Situation, document: OrderDocument, line: OrderLine, covered: Decimal
) -> dict[UUID, buckets.Movement]:
    if document.order.state == OrderState.CONFIRMED and line.unallocated > 0:
        policy = situation.terms[document.order.relationship_id].shortage_policy
        short_close = policy == ShortagePolicy.SHORT_CLOSE
        return {line.id: buckets.allocate(buckets_of(line), covered, short_close=short_close)}
    return {line.id: buckets.cover_backorder(covered)} if covered > 0 else {}
