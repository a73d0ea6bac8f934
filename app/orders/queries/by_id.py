"""Orders, their lines and exceptions by id, as far as the actor sees their orders."""

from collections.abc import Collection
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Select, Uuid, and_, any_, bindparam, select

from app.db.reading import TENANT, rows_like
from app.db.tables import TenantOwned, table_of
from app.db.work import Work
from app.kernel.actor import Scope
from app.kernel.errors import NotFound
from app.orders.models import Order, OrderException, OrderLine
from app.orders.operations.visibility import readable, sight_of, viewer_in
from app.rbac.guard import requires
from app.rbac.permissions import Permission

_IDS = bindparam("ids", type_=ARRAY(Uuid()))
_order = table_of(Order)


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
    given = {"ids": list(order_ids), **viewer_in(work)}
    found = await rows_like(Order, work, _orders(sight_of(work)), **given)
    return {row.id: row for row in found}


@requires(Permission.ORDER_READ)
async def lines_by_id(work: Work, line_ids: Collection[UUID]) -> dict[UUID, OrderLine]:
    """Return those of the lines whose orders are visible, by id."""
    given = {"ids": list(line_ids), **viewer_in(work)}
    found = await rows_like(OrderLine, work, _of_orders(OrderLine, sight_of(work)), **given)
    return {row.id: row for row in found}


@requires(Permission.ORDER_READ)
async def exceptions_by_id(
    work: Work, exception_ids: Collection[UUID]
) -> dict[UUID, OrderException]:
    """Return those of the exceptions whose orders are visible, by id."""
    given = {"ids": list(exception_ids), **viewer_in(work)}
    statement = _of_orders(OrderException, sight_of(work))
    found = await rows_like(OrderException, work, statement, **given)
    return {row.id: row for row in found}


@cache
def _orders(scope: Scope) -> Select[Any]:
    return select(_order).where(
        _order.c.tenant_id == TENANT, _order.c.id == any_(_IDS), readable(scope)
    )


@cache
def _of_orders(model: type[TenantOwned], scope: Scope) -> Select[Any]:
    part = table_of(model)
    whole = and_(_order.c.tenant_id == part.c.tenant_id, _order.c.id == part.c.order_id)
    return (
        select(part)
        .join_from(part, _order, whole)
        .where(part.c.tenant_id == TENANT, part.c.id == any_(_IDS), readable(scope))
    )
