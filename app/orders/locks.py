"""Row locks of orders, always in key order."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, select

from app.db.work import Work
from app.orders.models import Order


async def order(work: Work, order_id: UUID, reach: ColumnElement[bool]) -> Order | None:
    """Lock one order that the caller reaches."""
    statement = select(Order).where(Order.id == order_id, reach).with_for_update()
    return await work.session.scalar(statement.execution_options(populate_existing=True))


async def orders(work: Work, order_ids: Collection[UUID]) -> Sequence[Order]:
    """Lock several orders, in the order of their ids."""
    statement = select(Order).where(Order.id.in_(order_ids)).order_by(Order.id).with_for_update()
    return (await work.session.scalars(statement)).all()
