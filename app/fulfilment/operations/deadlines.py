"""Receipt deadlines: when what was signed for counts as received by itself (R3-62)."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, and_, exists, func, select

from app.db.work import Work
from app.fulfilment.models import Shipment, ShipmentStatus
from app.orders.models import Order, OrderLine
from app.orders.rules.states import OrderState
from app.organisations.models import TradingRelationship

MOST_A_RUN = 100
_WITH_SIGNED_GOODS = (
    OrderState.ALLOCATED,
    OrderState.BACKORDERED,
    OrderState.PREPARING,
    OrderState.PREPARED,
    OrderState.SHIPPED,
    OrderState.READY_FOR_PICKUP,
    OrderState.REFUSED,
    OrderState.SIGNED,
)


async def overdue_receipts(work: Work) -> Sequence[UUID]:
    """Return the orders with goods signed for too long ago, the oldest signature first; bounded.

    The days count from the order's last signature. Goods of the same order that still wait or
    travel do not hold back those that have arrived.
    """
    return (await work.session.scalars(_overdue(work).limit(MOST_A_RUN))).all()


async def is_receipt_overdue(work: Work, order_id: UUID) -> bool:
    """Tell whether one order's signed goods count as received now."""
    return await work.session.scalar(_overdue(work).where(Order.id == order_id)) is not None


def _overdue(work: Work) -> Select[UUID]:
    days = func.make_interval(0, 0, 0, TradingRelationship.automatic_receipt_days)
    signed_at = func.max(Shipment.signed_at)
    to_receive = exists().where(
        OrderLine.tenant_id == Order.tenant_id,
        OrderLine.order_id == Order.id,
        OrderLine.revision == Order.revision,
        OrderLine.signed > OrderLine.received + OrderLine.missing,
    )
    return (
        select(Order.id)
        .join(
            TradingRelationship,
            and_(
                TradingRelationship.tenant_id == Order.tenant_id,
                TradingRelationship.id == Order.relationship_id,
                TradingRelationship.automatic_receipt_days.is_not(None),
            ),
        )
        .join(Shipment, and_(Shipment.tenant_id == Order.tenant_id, Shipment.order_id == Order.id))
        .where(
            Order.state.in_(_WITH_SIGNED_GOODS),
            Shipment.status == ShipmentStatus.SIGNED,
            to_receive,
        )
        .group_by(Order.id, TradingRelationship.automatic_receipt_days)
        .having(signed_at + days <= work.now)
        .order_by(signed_at, Order.id)
    )
