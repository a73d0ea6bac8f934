"""Requests of buyers, for both sides."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, select

from app.db.keyset import newest_first
from app.db.work import Work
from app.kernel.paging import Page, PageRequest, page_of
from app.ordering.models import OrderRequest
from app.ordering.operations.reach import ORDERING, orderable
from app.ordering.rules.words import RequestState
from app.rbac.guard import requires


@requires(*ORDERING)
async def order_requests(
    work: Work, page: PageRequest, state: RequestState | None
) -> Page[OrderRequest]:
    """Return the requests of the relationships that the actor orders in, the newest first."""
    statement = select(OrderRequest).where(_within_reach(work))
    if state is not None:
        statement = statement.where(OrderRequest.state == state)
    rows = await work.session.scalars(newest_first(statement, page, OrderRequest.id))
    return page_of(rows.all(), page, lambda row: (str(row.id),))


@requires(*ORDERING)
async def order_requests_by_id(work: Work, ids: Collection[UUID]) -> dict[UUID, OrderRequest]:
    """Return those of the requests that the actor may see, by id."""
    statement = select(OrderRequest).where(OrderRequest.id.in_(set(ids)), _within_reach(work))
    return {row.id: row for row in await work.session.scalars(statement)}


def _within_reach(work: Work) -> ColumnElement[bool]:
    return OrderRequest.relationship_id.in_(orderable(work))
