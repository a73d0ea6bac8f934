"""Holds: what keeps an order, or all orders of a customer, from going on until somebody lets it.

Whether an order is held is asked each time anew: a hold on the customer meets every order that is
there and every one to come, however it was made, and nothing has to be copied.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, DateTime, Select, bindparam, exists, literal, or_, select

from app.db.reading import TENANT
from app.db.tables import table_of
from app.db.work import Work
from app.orders.models import HoldOverride, Order, OrderHold

MOST_A_RUN = 100
_hold, _override = table_of(OrderHold), table_of(HoldOverride).c
_order = table_of(Order).c
NOW = bindparam("now", type_=DateTime(timezone=True))


def meets(tenant: ColumnElement[UUID], now: ColumnElement[datetime]) -> ColumnElement[bool]:
    """Hold holds to those that keep the order of the statement around them from going on now."""
    hold = _hold.c
    overridden = exists().where(
        _override.tenant_id == tenant,
        _override.hold_id == hold.id,
        _override.order_id == _order.id,
    )
    return (
        (hold.tenant_id == tenant)
        & (hold.relationship_id == _order.relationship_id)
        & or_(hold.order_id.is_(None), hold.order_id == _order.id)
        & hold.ended_at.is_(None)
        & or_(hold.expires_at.is_(None), hold.expires_at > now)
        & ~overridden.correlate(_hold, table_of(Order))
    )


def is_held(tenant: ColumnElement[UUID], now: ColumnElement[datetime]) -> ColumnElement[bool]:
    """Select whether the order of the statement around it is on hold now."""
    return exists().where(meets(tenant, now)).correlate(table_of(Order))


def is_held_in(work: Work) -> ColumnElement[bool]:
    """Select whether the order of the statement around it is on hold in this work."""
    return is_held(literal(work.tenant_id), literal(work.now))


def holds_with_orders(*more: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """Build a select of the holds that keep orders from going on now, each with its order."""
    return (
        select(_order.id.label("held_order_id"), _hold)
        .join_from(table_of(Order), _hold, meets(TENANT, NOW))
        .where(_order.tenant_id == TENANT, *more)
        .order_by(_order.id, _hold.c.set_at, _hold.c.id)
    )


async def holds_on(work: Work, order: Order) -> Sequence[OrderHold]:
    """Return what keeps an order from going on now, the oldest first."""
    statement = (
        select(OrderHold)
        .join(Order, Order.id == order.id)
        .where(meets(literal(work.tenant_id), literal(work.now)))
        .order_by(OrderHold.set_at, OrderHold.id)
    )
    return (await work.session.scalars(statement)).all()


async def expired_holds(work: Work) -> Sequence[UUID]:
    """Return holds whose time is over and that nobody has noted yet; bounded."""
    statement = (
        select(OrderHold.id)
        .where(OrderHold.ended_at.is_(None), OrderHold.expires_at <= work.now)
        .order_by(OrderHold.expires_at, OrderHold.id)
        .limit(MOST_A_RUN)
    )
    return (await work.session.scalars(statement)).all()
