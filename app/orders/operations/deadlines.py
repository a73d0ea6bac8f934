"""Payment deadlines: how long an order may wait for its payment (R4-26)."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from app.db.work import Work
from app.orders.models import Order
from app.orders.rules.states import OrderState

MOST_A_RUN = 100


async def overdue_payments(work: Work) -> Sequence[UUID]:
    """Return the orders whose payment deadline has passed, the oldest deadline first; bounded."""
    statement = (
        select(Order.id)
        .where(Order.state == OrderState.PENDING_PAYMENT, Order.payment_due_at <= work.now)
        .order_by(Order.payment_due_at, Order.id)
        .limit(MOST_A_RUN)
    )
    return (await work.session.scalars(statement)).all()
