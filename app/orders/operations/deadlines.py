"""Payment deadlines: how long a submitted order may wait for its payment (R4-26)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import and_, func, select

from app.db.work import Work
from app.orders.models import Order
from app.orders.rules.states import OrderState
from app.organisations.models import TradingRelationship
from app.organisations.operations import find_relationship

MOST_A_RUN = 100


async def overdue_payments(work: Work) -> Sequence[UUID]:
    """Return the orders whose payment deadline has passed, the oldest deadline first; bounded."""
    days = func.make_interval(0, 0, 0, TradingRelationship.payment_days)
    deadline = Order.submitted_at + days
    statement = (
        select(Order.id)
        .join(
            TradingRelationship,
            and_(
                TradingRelationship.tenant_id == Order.tenant_id,
                TradingRelationship.id == Order.relationship_id,
            ),
        )
        .where(Order.state == OrderState.PENDING_PAYMENT, deadline <= work.now)
        .order_by(deadline, Order.id)
        .limit(MOST_A_RUN)
    )
    return (await work.session.scalars(statement)).all()


async def payment_deadline(work: Work, order: Order) -> datetime | None:
    """Return until when an order may wait for its payment, by the terms of now; none: for ever."""
    terms = await find_relationship(work, order.relationship_id)
    if terms is None or terms.payment_days is None or order.submitted_at is None:
        return None
    return order.submitted_at + timedelta(days=terms.payment_days)
