"""How long an order may wait: for its payment (R4-26), and for those who are to approve it."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import exists, select

from app.approvals.models import ApprovalStep
from app.approvals.operations import ANYBODY, is_due
from app.db.reading import TENANT, rows
from app.db.tables import table_of
from app.db.work import Work
from app.orders.models import Order
from app.orders.rules.states import OrderState

MOST_A_RUN = 100
_order, _step = table_of(Order).c, table_of(ApprovalStep).c
_NEGLECTED = (
    select(_order.id)
    .where(
        _order.tenant_id == TENANT,
        _order.state == OrderState.PENDING_APPROVAL,
        exists()
        .where(
            _step.tenant_id == TENANT,
            _step.subject_id == _order.id,
            _step.revision == _order.revision,
            ANYBODY.in_turn,
            is_due(_order.changed_at, ANYBODY.now),
        )
        .correlate(table_of(Order)),
    )
    .order_by(_order.changed_at, _order.id)
    .limit(MOST_A_RUN)
)


async def overdue_payments(work: Work) -> Sequence[UUID]:
    """Return the orders whose payment deadline has passed, the oldest deadline first; bounded."""
    statement = (
        select(Order.id)
        .where(Order.state == OrderState.PENDING_PAYMENT, Order.payment_due_at <= work.now)
        .order_by(Order.payment_due_at, Order.id)
        .limit(MOST_A_RUN)
    )
    return (await work.session.scalars(statement)).all()


async def neglected_approvals(work: Work) -> Sequence[UUID]:
    """Return orders whose approvers are to be reminded, or whose approval is to be escalated.

    The hours count from when the order began to wait, or from its last approval; bounded.
    """
    return [key for (key,) in await rows(work, _NEGLECTED, now=work.now)]
