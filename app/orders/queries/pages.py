"""Pages of orders, the newest first, each from indexes that have them in that order.

What an actor sees is the sum of a few ways to an order: as the seller's, the buyer's, and for some
scopes by person or relationship. Each way is walked for one page at most, and the pages are merged.
One condition for all ways together would read and sort every order there is.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    DateTime,
    FromClause,
    Integer,
    Select,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    select,
    true,
    tuple_,
    union_all,
)

from app.db.reading import TENANT, rows_like
from app.db.tables import table_of
from app.db.work import Work
from app.kernel.actor import Scope
from app.kernel.paging import Page, PageRequest, page_of
from app.orders.models import Order
from app.orders.operations.visibility import ANYBODY, readable, sight_of, viewer_in
from app.orders.queries.cursors import read_place
from app.orders.rules.states import OrderState
from app.orders.rules.transitions import Side
from app.rbac.guard import requires
from app.rbac.permissions import Permission

_table = table_of(Order)
_order = _table.c
_SIZE = bindparam("size", type_=Integer())
_STATES = bindparam("states", type_=ARRAY(Text()))
_RELATIONSHIP = bindparam("relationship_id", type_=Uuid())
_REFERENCE = bindparam("buyer_reference", type_=Text())
_PLACE = tuple_(
    bindparam("after_instant", type_=DateTime(timezone=True)), bindparam("after_id", type_=Uuid())
)


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """Which orders to show: the side the viewer stands on, and states; everything by default."""

    side: Side = Side.EITHER
    states: Sequence[OrderState] = ()
    relationship_id: UUID | None = None
    buyer_reference: str | None = None


@dataclass(frozen=True, slots=True)
class _Shape:
    """What makes one statement differ from another; all else stands in parameters."""

    scope: Scope
    side: Side
    has_states: bool
    has_relationship: bool
    has_reference: bool
    has_place: bool


@requires(Permission.ORDER_READ)
async def orders(work: Work, wanted: OrderFilter, request: PageRequest) -> Page[Order]:
    """Return visible orders, the newest first; one statement."""
    shape = _Shape(
        sight_of(work),
        wanted.side,
        has_states=bool(wanted.states),
        has_relationship=wanted.relationship_id is not None,
        has_reference=wanted.buyer_reference is not None,
        has_place=request.after is not None,
    )
    given: dict[str, Any] = {"size": request.size + 1, **viewer_in(work)}
    if wanted.states:
        given["states"] = [state.value for state in wanted.states]
    if wanted.relationship_id:
        given["relationship_id"] = wanted.relationship_id
    if wanted.buyer_reference:
        given["buyer_reference"] = wanted.buyer_reference
    if request.after is not None:
        given["after_instant"], given["after_id"] = read_place(request.after)
    found = await rows_like(Order, work, _page(shape), **given)
    return page_of(found, request, lambda order: (order.created_at.isoformat(), str(order.id)))


@cache
def _page(shape: _Shape) -> Select[Any]:
    ways = _ways(shape)
    if len(ways) == 1:
        return ways[0]
    merged = union_all(*(select(way.subquery()) for way in ways)).subquery()
    return _newest(select(merged), merged)


def _ways(shape: _Shape) -> list[Select[Any]]:
    """Return pages of which no two hold the same order, and all together hold whatever is seen."""
    scope, wanted = shape.scope, and_(true(), *_wanted(shape))
    if shape.has_relationship or scope is Scope.TENANT:
        return [_those(readable(scope), *_of_side(shape.side), wanted)]
    if scope is Scope.OWN:
        return [_those(ANYBODY.placed, *_of_side(shape.side), wanted)]
    if scope is Scope.ASSIGNED:
        each = _order.relationship_id, ANYBODY.assigned
        return [_of_each(*each, ANYBODY.sells, *_of_side(shape.side), wanted)]
    if shape.side is not Side.EITHER:
        return [_those(*_of_side(shape.side), wanted)]
    ways = [_those(ANYBODY.sells, wanted), _those(ANYBODY.buys, ~ANYBODY.sells, wanted)]
    if scope is Scope.BRANCH:
        each = _order.seller_id, ANYBODY.sellers_below
        ways.append(_of_each(*each, ANYBODY.is_shown_upstream, ~ANYBODY.buys, wanted))
    return ways


def _of_side(side: Side) -> Sequence[ColumnElement[bool]]:
    return {Side.SELLER: [ANYBODY.sells], Side.BUYER: [ANYBODY.buys], Side.EITHER: []}[side]


def _wanted(shape: _Shape) -> Iterator[ColumnElement[bool]]:
    if shape.has_states:
        yield _order.state == any_(_STATES)
    if shape.has_relationship:
        yield _order.relationship_id == _RELATIONSHIP
    if shape.has_reference:
        yield _order.buyer_reference == _REFERENCE
    if shape.has_place:
        yield tuple_(_order.created_at, _order.id) < _PLACE


def _those(*conditions: ColumnElement[bool]) -> Select[Any]:
    seen = select(_table).where(_order.tenant_id == TENANT, ANYBODY.is_told, *conditions)
    return _newest(seen, _table)


def _of_each(
    column: ColumnElement[UUID], values: Select[Any], *conditions: ColumnElement[bool]
) -> Select[Any]:
    """Walk the orders of each value for a page of its own; the newest of all are the page."""
    each = values.subquery()
    (value,) = each.c
    newest = _those(column == value, *conditions).lateral()
    return _newest(select(newest).join_from(each, newest, true()), newest)


def _newest(statement: Select[Any], rows: FromClause) -> Select[Any]:
    return statement.order_by(rows.c.created_at.desc(), rows.c.id.desc()).limit(_SIZE)
