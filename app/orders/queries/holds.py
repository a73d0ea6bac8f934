"""What keeps orders from going on, as the seller's own people see it."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, bindparam, select

from app.db.keyset import newest_first
from app.db.reading import rows
from app.db.tables import table_of
from app.db.work import Work
from app.kernel.paging import Page, PageRequest, page_of
from app.orders.models import Order, OrderHold
from app.orders.operations.holds import holds_with_orders
from app.rbac.guard import requires
from app.rbac.permissions import Permission

_HOLDS = holds_with_orders(table_of(Order).c.id == any_(bindparam("ids", type_=ARRAY(Uuid()))))
_RIGHTS = (Permission.ORDER_REVIEW, Permission.CREDIT_RELEASE)


@requires(Permission.ORDER_READ)
async def holds_by_order(work: Work, order_list: Sequence[Order]) -> dict[UUID, list[Any]]:
    """Return what keeps each of the own sales from going on now, the oldest first; one statement.

    Why a seller holds an order is its own affair: the buyer is shown nothing.
    """
    own = work.actor.organisation_id
    sales = [item.id for item in order_list if item.seller_id == own]
    found: dict[UUID, list[Any]] = defaultdict(list)
    for row in await rows(work, _HOLDS, ids=sales, now=work.now) if sales else ():
        found[row.held_order_id].append(row)
    return found


@requires(*_RIGHTS)
async def order_holds(work: Work, page: PageRequest, *, is_active: bool = True) -> Page[OrderHold]:
    """Return the own organisation's holds, the newest first: those that count, or all."""
    statement = select(OrderHold).where(OrderHold.seller_id == work.actor.own_organisation)
    if is_active:
        statement = statement.where(
            OrderHold.ended_at.is_(None),
            OrderHold.expires_at.is_(None) | (OrderHold.expires_at > work.now),
        )
    in_order = newest_first(statement, page, OrderHold.id)
    found = (await work.session.execute(in_order)).scalars().all()
    return page_of(found, page, lambda row: (str(row.id),))


@requires()
async def order_holds_by_id(work: Work, ids: Collection[UUID]) -> dict[UUID, OrderHold]:
    """Return own holds by id; none without a right on them."""
    if not any(work.actor.may(right) for right in _RIGHTS):
        return {}
    statement = select(OrderHold).where(
        OrderHold.id.in_(set(ids)), OrderHold.seller_id == work.actor.own_organisation
    )
    return {row.id: row for row in (await work.session.execute(statement)).scalars()}
