"""Who may decide an order now, what waits for the viewer, and what an order would meet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache, partial
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Integer,
    Select,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    exists,
    func,
    not_,
    select,
    true,
    tuple_,
)

from app.approvals.models import ApprovalStep
from app.approvals.operations import (
    ANYBODY,
    Capacity,
    Met,
    decidable,
    of_organisation,
    people_in,
    who_can_act,
)
from app.budgets.operations import standings
from app.budgets.rules import BudgetOutcome, Wanted
from app.db.reading import TENANT, rows
from app.db.revisions import as_of_start
from app.db.tables import table_of
from app.db.work import Work
from app.kernel.paging import Page, PageRequest, page_of
from app.orders.models import Order, OrderLine
from app.orders.operations.approving import Placing, needed_for
from app.orders.operations.discounts import given_by_actor
from app.orders.operations.documents import makers_of_rows
from app.orders.operations.drafting import priced
from app.orders.operations.placing import relationship_to_order_in
from app.orders.operations.wishes import OrderWish
from app.orders.queries.cursors import read_place
from app.orders.queries.relations import lines_by_order
from app.orders.rules.states import OrderState
from app.organisations.models import Organisation
from app.rbac.guard import requires
from app.rbac.models import Membership
from app.rbac.permissions import Permission


class InboxFilter(StrEnum):
    """Which approvals to show: asked of oneself, of whom one stands in for, escalated, or all."""

    ALL = "ALL"
    MINE = "MINE"
    DELEGATED = "DELEGATED"
    ESCALATED = "ESCALATED"


@dataclass(frozen=True, slots=True)
class WaitingApproval:
    """One approval that the viewer may give now: as far as an approver above may know of it."""

    step_id: UUID
    order_id: UUID
    number: str
    revision: int
    total: Decimal
    currency: str
    seller_name: str
    buyer_name: str
    because: str
    requested_at: datetime
    escalated_at: datetime | None
    as_whom: Sequence[UUID]


@dataclass(frozen=True, slots=True)
class NeededApproval:
    """One approval of the own side that an order would need, and who could give it."""

    met: Met
    people: Sequence[Capacity]


@dataclass(frozen=True, slots=True)
class ApprovalPreview:
    """What an order would meet: of the other side only whether it would have to approve."""

    total: Decimal
    currency: str
    needed: Sequence[NeededApproval]
    is_asked_of_partner: bool


_order, _step = table_of(Order).c, table_of(ApprovalStep).c
_line, _person = table_of(OrderLine).c, table_of(Membership).c
_ME, _OWN = bindparam("me", type_=Uuid()), bindparam("own", type_=Uuid())
_SIZE = bindparam("size", type_=Integer())
_AFTER = tuple_(
    bindparam("after_instant", type_=DateTime(timezone=True)), bindparam("after_id", type_=Uuid())
)


@requires(Permission.ORDER_READ)
async def who_can_act_by_order(
    work: Work, order_list: Sequence[Order]
) -> dict[UUID, list[Capacity]]:
    """Return who of the own organisation may decide each order now, by name.

    One statement besides the lines, and none where no order waits for a decision. Whoever made an
    order is not among them.
    """
    own = work.actor.organisation_id
    waiting = [item for item in order_list if item.state == OrderState.PENDING_APPROVAL]
    if not waiting:
        return {}
    found = await who_can_act(work, [item.id for item in waiting])
    lines = await lines_by_order(work, waiting)
    return {
        item.id: _told_once(
            each
            for each in found[item.id]
            if each.organisation_id == own
            and not {each.membership_id, each.in_place_of} & makers_of_rows(item, lines[item.id])
        )
        for item in waiting
    }


@requires(Permission.APPROVAL_DECIDE)
async def approval_inbox(
    work: Work, wanted: InboxFilter, request: PageRequest
) -> Page[WaitingApproval]:
    """Return what waits for the viewer's decision, the longest waiting first; one statement.

    Of orders that the viewer made nothing is shown: nobody decides their own.
    """
    given = {**_viewer(work), "size": request.size + 1}
    if request.after is not None:
        given["after_instant"], given["after_id"] = read_place(request.after)
    found = await rows(work, _inbox(wanted, has_place=request.after is not None), **given)
    waiting = [WaitingApproval(*row) for row in found]
    return page_of(waiting, request, lambda it: (it.requested_at.isoformat(), str(it.step_id)))


@requires(Permission.APPROVAL_DECIDE)
async def approval_inbox_counts(work: Work) -> Mapping[InboxFilter, int]:
    """Return how much waits for the viewer, by filter; one statement."""
    statement = _counts()
    (found,) = await rows(work, statement, **_viewer(work))
    return dict(zip(InboxFilter, found, strict=True))


@requires(Permission.ORDER_PLACE, Permission.ORDER_PLACE_FOR_CUSTOMER)
async def preview_approvals(work: Work, wish: OrderWish) -> ApprovalPreview:
    """Return which rules an order would meet now, and who could approve; nothing is written."""
    relationship = await relationship_to_order_in(work, wish.relationship_id)
    lines = await given_by_actor(work, relationship, wish.lines)
    asked = replace(wish, lines=lines)
    quote = await as_of_start(work, partial(priced, work, relationship, asked))
    own = work.actor.own_organisation
    placing = Placing(wish.channel, work.actor.membership_id, own)
    is_own = relationship.buyer_id == own
    placed_by = work.actor.membership_id if is_own else None
    wanted = Wanted(relationship.buyer_id, placed_by, quote.currency, quote.total)
    exceeded = [
        each
        for each in await standings(work, wanted)
        if each.is_exceeded and each.outcome is BudgetOutcome.ASK
    ]
    needed = await needed_for(work, relationship, quote, placing, exceeded)
    ours = [met for met in needed if met.organisation_id == own]
    people = await people_in(work, [met.seats for met in ours]) if ours else []
    me = work.actor.membership_id
    return ApprovalPreview(
        quote.total,
        quote.currency,
        [
            NeededApproval(
                met,
                [
                    each
                    for each in of_met
                    if each.organisation_id == own and each.membership_id != me
                ],
            )
            for met, of_met in zip(ours, people, strict=True)
        ],
        is_asked_of_partner=len(ours) < len(needed),
    )


def _viewer(work: Work) -> dict[str, Any]:
    return {"own": work.actor.own_organisation, **decidable(work)}


def _made_by(person: ColumnElement[UUID]) -> ColumnElement[bool]:
    """Hold orders to those that a person made: placed, changed, or discounted by hand."""
    changed = func.coalesce(_order.changed_by, func.jsonb_build_array())
    discounted = exists().where(
        _line.tenant_id == TENANT,
        _line.order_id == _order.id,
        _line.revision == _order.revision,
        _line.discounted_by_membership_id == person,
    )
    around = (table_of(Order), table_of(Membership))
    return (
        (_order.placed_by_membership_id.is_not_distinct_from(person))
        | func.jsonb_exists(changed, person.cast(Text()))
        | discounted.correlate(*around)
    )


def _waiting() -> Select[*tuple[Any, ...]]:
    """Select what waits for the viewer, with as whom it may be decided."""
    seller, buyer = table_of(Organisation).alias("seller"), table_of(Organisation).alias("buyer")
    beside = (table_of(Order), seller, buyer)
    as_whom = ANYBODY.as_whom(_ME, not_(_made_by(_person.id)), beside=beside).label("as_whom")
    parties = and_(_order.tenant_id == TENANT, _order.id == _step.subject_id)
    return (
        select(
            _step.id.label("step_id"),
            _order.id.label("order_id"),
            _order.number,
            _order.revision,
            _order.total,
            _order.currency,
            seller.c.name.label("seller_name"),
            buyer.c.name.label("buyer_name"),
            _step.because,
            _step.requested_at,
            _step.escalated_at,
            as_whom,
        )
        .join_from(table_of(ApprovalStep), table_of(Order), parties)
        .join(seller, and_(seller.c.tenant_id == TENANT, seller.c.id == _order.seller_id))
        .join(buyer, and_(buyer.c.tenant_id == TENANT, buyer.c.id == _order.buyer_id))
        .where(
            _step.tenant_id == TENANT,
            _step.revision == _order.revision,
            _order.state == OrderState.PENDING_APPROVAL,
            of_organisation(_OWN),
            ANYBODY.in_turn,
            not_(_made_by(_ME)),
        )
    )


@cache
def _inbox(wanted: InboxFilter, *, has_place: bool) -> Select[*tuple[Any, ...]]:
    waiting = _waiting().subquery()
    place = tuple_(waiting.c.requested_at, waiting.c.step_id)
    return (
        select(waiting)
        .where(
            waiting.c.as_whom.is_not(None),
            _of(wanted, waiting.c),
            place > _AFTER if has_place else true(),
        )
        .order_by(waiting.c.requested_at, waiting.c.step_id)
        .limit(_SIZE)
    )


@cache
def _counts() -> Select[*tuple[Any, ...]]:
    waiting = _waiting().subquery()
    return select(*(func.count().filter(_of(kind, waiting.c)) for kind in InboxFilter)).where(
        waiting.c.as_whom.is_not(None)
    )


def _of(wanted: InboxFilter, waiting: Any) -> ColumnElement[bool]:
    mine = any_(waiting.as_whom) == _ME
    return {
        InboxFilter.ALL: true(),
        InboxFilter.MINE: mine,
        InboxFilter.DELEGATED: not_(mine),
        InboxFilter.ESCALATED: waiting.escalated_at.is_not(None),
    }[wanted]


def _told_once(people: Any) -> list[Capacity]:
    return list({each.membership_id: each for each in people}.values())
