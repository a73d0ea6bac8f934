"""Exceptions of the orders that the own organisation sells, as a worklist (R1-29)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, or_, select

from app.db.keyset import keyset
from app.db.work import Work
from app.kernel.paging import Page, PageRequest, page_of
from app.orders.models import Order, OrderException
from app.orders.operations.visibility import reachable
from app.orders.rules.states import ExceptionKind
from app.rbac.guard import requires
from app.rbac.models import Membership
from app.rbac.permissions import Permission


@dataclass(frozen=True, slots=True)
class ExceptionFilter:
    """Which exceptions to show; what is left out narrows nothing down."""

    is_open: bool = True
    kinds: Sequence[ExceptionKind] = ()
    is_mine: bool = False
    is_unowned: bool = False


@requires(Permission.EXCEPTION_WRITE)
async def order_exceptions(
    work: Work, page: PageRequest, chosen: ExceptionFilter
) -> Page[OrderException]:
    """Return exceptions that the actor may handle, the oldest first: those that wait longest."""
    whole = and_(Order.tenant_id == OrderException.tenant_id, Order.id == OrderException.order_id)
    statement = (
        select(OrderException)
        .join(Order, whole)
        .where(
            Order.seller_id == work.actor.own_organisation,
            reachable(work, [Permission.EXCEPTION_WRITE]),
        )
    )
    if chosen.is_open:
        statement = statement.where(OrderException.closed_at.is_(None))
    if chosen.kinds:
        statement = statement.where(OrderException.kind.in_(chosen.kinds))
    owners = [
        *([OrderException.owner_membership_id == work.actor.membership_id] * chosen.is_mine),
        *([OrderException.owner_membership_id.is_(None)] * chosen.is_unowned),
    ]
    if owners:
        statement = statement.where(or_(*owners))
    rows = (await work.session.scalars(keyset(statement, page, OrderException.id))).all()
    return page_of(rows, page, lambda row: (str(row.id),))


@requires(Permission.ORDER_READ)
async def owners_of_exceptions(work: Work, exception_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return who looks into exceptions, by exception; of one's own sales alone."""
    statement = (
        select(OrderException.id, Membership.name)
        .join(Membership, Membership.id == OrderException.owner_membership_id)
        .where(
            OrderException.id.in_(set(exception_ids)),
            Membership.organisation_id == work.actor.organisation_id,
        )
    )
    return {row.id: row.name for row in await work.session.execute(statement)}
