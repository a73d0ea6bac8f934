"""Order exceptions: what is out of the ordinary and needs a person (R1-30)."""

from uuid import UUID

from sqlalchemy import exists, select

from app.audit.operations import record
from app.db.work import Work
from app.kernel.ids import new_id
from app.orders import locks
from app.orders.models import Order, OrderException
from app.orders.operations.holds import is_held_in
from app.orders.operations.visibility import reachable
from app.rbac.permissions import Permission


async def open_exception(work: Work, order: Order, kind: str, note: str) -> None:
    """Note an exception on an order that is locked."""
    await work.save(
        OrderException(
            order_id=order.id,
            kind=kind,
            note=note,
            opened_by_membership_id=work.actor.membership_id,
            opened_at=work.now,
        )
    )
    order.has_open_exception = True


async def close_exception(work: Work, exception_id: UUID, resolution: str) -> Order | None:
    """Close an exception of an order within reach; returns the order, or none."""
    found = await work.session.get(OrderException, (work.tenant_id, exception_id))
    # An order is looked for in any case, so that the answer's time does not tell what exists.
    order_id = new_id() if found is None else found.order_id
    reach = reachable(work, [Permission.EXCEPTION_WRITE])
    order, _ = await locks.order(work, order_id, reach, is_held_in(work)) or (None, False)
    if order is None or order.seller_id != work.actor.organisation_id:
        return None
    if found is None or found.closed_at is not None:
        return None
    found.closed_at, found.resolution = work.now, resolution
    await work.session.flush()
    order.has_open_exception = await _has_open(work, order)
    record(
        work, "CLOSE_EXCEPTION", "order", order.id, after={"kind": found.kind}, reason=resolution
    )
    return order


async def _has_open(work: Work, order: Order) -> bool:
    statement = select(
        exists().where(
            OrderException.tenant_id == work.tenant_id,
            OrderException.order_id == order.id,
            OrderException.closed_at.is_(None),
        )
    )
    return bool(await work.session.scalar(statement))
