"""Row locks of saved carts, always in key order."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, select

from app.db.work import Work
from app.ordering.models import OrderRequest, SavedCart, StandingOrder


async def saved_carts(
    work: Work, ids: Collection[UUID], reach: ColumnElement[bool]
) -> dict[UUID, SavedCart]:
    """Lock those of the saved carts that the caller reaches."""
    statement = (
        select(SavedCart)
        .where(SavedCart.id.in_(ids), reach)
        .order_by(SavedCart.id)
        .with_for_update(of=SavedCart)
        .execution_options(populate_existing=True)
    )
    return {row.id: row for row in await work.session.scalars(statement)}


async def order_request(
    work: Work, request_id: UUID, reach: ColumnElement[bool]
) -> OrderRequest | None:
    """Lock a request that the caller reaches."""
    statement = select(OrderRequest).where(OrderRequest.id == request_id, reach)
    locked = statement.with_for_update(of=OrderRequest)
    return await work.session.scalar(locked.execution_options(populate_existing=True))


async def standing_order(
    work: Work, standing_id: UUID, reach: ColumnElement[bool]
) -> StandingOrder | None:
    """Lock a standing order that the caller reaches."""
    statement = select(StandingOrder).where(StandingOrder.id == standing_id, reach)
    locked = statement.with_for_update(of=StandingOrder)
    return await work.session.scalar(locked.execution_options(populate_existing=True))
