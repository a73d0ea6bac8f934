"""Row locks of orders, always in key order."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, select

from app.db.work import Work
from app.orders.models import Order, OrderHold, Shortage


async def order(
    work: Work, order_id: UUID, reach: ColumnElement[bool], is_held: ColumnElement[bool]
) -> tuple[Order, bool] | None:
    """Lock one order that the caller reaches; tells with it whether it is on hold."""
    statement = select(Order, is_held).where(Order.id == order_id, reach).with_for_update(of=Order)
    fresh = statement.execution_options(populate_existing=True)
    found = (await work.session.execute(fresh)).first()
    return None if found is None else (found[0], found[1])


async def orders(work: Work, order_ids: Collection[UUID]) -> Sequence[Order]:
    """Lock several orders, in the order of their ids."""
    statement = select(Order).where(Order.id.in_(order_ids)).order_by(Order.id).with_for_update()
    return (await work.session.scalars(statement)).all()


async def hold(work: Work, hold_id: UUID, *whose: ColumnElement[bool]) -> OrderHold | None:
    """Lock one hold; `whose` narrows it to those of an organisation."""
    statement = select(OrderHold).where(OrderHold.id == hold_id, *whose).with_for_update()
    return await work.session.scalar(statement)


async def unsupplied_shortages(
    work: Work, organisation_id: UUID, shortage_ids: Collection[UUID]
) -> Sequence[Shortage]:
    """Lock an organisation's open shortages that no order upstream covers yet, oldest first."""
    statement = select(Shortage).where(
        Shortage.organisation_id == organisation_id,
        Shortage.closed_at.is_(None),
        Shortage.supply_line_id.is_(None),
    )
    if shortage_ids:
        statement = statement.where(Shortage.id.in_(shortage_ids))
    ordered = statement.order_by(Shortage.recorded_at, Shortage.id).with_for_update()
    return (await work.session.scalars(ordered)).all()
