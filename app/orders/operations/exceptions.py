"""Order exceptions: what is out of the ordinary and needs a person (R1-30)."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import exists, select, update

from app.audit.operations import record
from app.db.work import Work
from app.kernel.ids import new_id
from app.orders import locks
from app.orders.models import Order, OrderException
from app.orders.operations.audience import sellers_people
from app.orders.operations.documents import event_of
from app.orders.operations.holds import is_held_in
from app.orders.operations.visibility import reachable
from app.orders.rules.states import ExceptionKind
from app.organisations.operations import organisations_named
from app.rbac.permissions import Permission

_DEPARTMENTS = (Permission.ORDER_REVIEW, Permission.SHIPMENT_WRITE)
_WORDS = {
    ExceptionKind.CANCEL_REQUESTED: {"EN": "somebody asks to cancel it", "ZH": "有人请求取消"},
    ExceptionKind.RECEIPT_DIFFERENCE: {
        "EN": "fewer goods were received than signed for",
        "ZH": "实收少于签收",
    },
    ExceptionKind.CASH_DIFFERENCE: {
        "EN": "the money taken at the door is not what was due",
        "ZH": "当面收款与应收不符",
    },
    ExceptionKind.LATE: {"EN": "goods are late", "ZH": "货物迟到"},
    ExceptionKind.LOST: {"EN": "goods were lost on their way", "ZH": "货物在途中丢失"},
    ExceptionKind.DAMAGED: {"EN": "goods were damaged on their way", "ZH": "货物在途中损坏"},
    ExceptionKind.ACCIDENT: {"EN": "there was an accident on the way", "ZH": "途中发生事故"},
    ExceptionKind.REFUSED: {"EN": "goods were refused", "ZH": "货物被拒收"},
    ExceptionKind.ADDRESS: {
        "EN": "goods cannot be brought to their address",
        "ZH": "货物无法送到地址",
    },
    ExceptionKind.OTHER: {"EN": "something is out of the ordinary", "ZH": "出现异常情况"},
}


async def open_exception(  # noqa: PLR0913  # an exception has these particulars
    work: Work,
    order: Order,
    kind: ExceptionKind,
    note: str,
    *,
    shipment_id: UUID | None = None,
    exception_id: UUID | None = None,
) -> UUID:
    """Note an exception on an order that is locked, and tell the seller's people (R1-64).

    Told are who looks after the customer, who reviews orders, and who ships them, as far as their
    rights reach the order.
    """
    opened = OrderException(
        id=exception_id or new_id(),
        order_id=order.id,
        shipment_id=shipment_id,
        kind=kind,
        note=note,
        opened_by_membership_id=work.actor.membership_id,
        opened_at=work.now,
    )
    await work.save(opened)
    order.has_open_exception = True
    await _tell_departments(work, order, kind, note)
    return opened.id


async def open_once(
    work: Work, order: Order, kind: ExceptionKind, note: str, shipment_id: UUID
) -> bool:
    """Open an exception of a shipment, unless one of the kind is open; whether it was opened."""
    if await _of_shipment(work, kind, shipment_id):
        return False
    await open_exception(work, order, kind, note, shipment_id=shipment_id)
    return True


async def settle_exceptions(
    work: Work, order: Order, kinds: Sequence[ExceptionKind], shipment_id: UUID, resolution: str
) -> None:
    """Close what has come to its end by itself; no statement where nothing is open."""
    if not order.has_open_exception:
        return
    closed = await work.session.execute(
        update(OrderException)
        .where(
            OrderException.shipment_id == shipment_id,
            OrderException.kind.in_(kinds),
            OrderException.closed_at.is_(None),
        )
        .values(closed_at=work.now, resolution=resolution)
        .returning(OrderException.id)
    )
    if closed.first() is not None:
        order.has_open_exception = await _has_open(work, order)


async def opened_exception(work: Work, exception_id: UUID) -> tuple[OrderException, Order] | None:
    """Lock the order of an open exception that the actor handles, and return both, or none."""
    found = await work.session.get(OrderException, (work.tenant_id, exception_id))
    # An order is looked for in any case, so that the answer's time does not tell what exists.
    order_id = new_id() if found is None else found.order_id
    reach = reachable(work, [Permission.EXCEPTION_WRITE])
    order, _ = await locks.order(work, order_id, reach, is_held_in(work)) or (None, False)
    if order is None or order.seller_id != work.actor.organisation_id:
        return None
    if found is None:
        return None
    await work.session.refresh(found)
    return None if found.closed_at is not None else (found, order)


async def close_exception(work: Work, exception_id: UUID, resolution: str) -> Order | None:
    """Close an exception of an order within reach; returns the order, or none."""
    opened = await opened_exception(work, exception_id)
    if opened is None:
        return None
    found, order = opened
    found.closed_at, found.resolution = work.now, resolution
    await work.session.flush()
    order.has_open_exception = await _has_open(work, order)
    record(
        work, "CLOSE_EXCEPTION", "order", order.id, after={"kind": found.kind}, reason=resolution
    )
    return order


async def _of_shipment(work: Work, kind: ExceptionKind, shipment_id: UUID) -> bool:
    statement = select(
        exists().where(
            OrderException.tenant_id == work.tenant_id,
            OrderException.shipment_id == shipment_id,
            OrderException.kind == kind,
            OrderException.closed_at.is_(None),
        )
    )
    return bool(await work.session.scalar(statement))


async def _has_open(work: Work, order: Order) -> bool:
    statement = select(
        exists().where(
            OrderException.tenant_id == work.tenant_id,
            OrderException.order_id == order.id,
            OrderException.closed_at.is_(None),
        )
    )
    return bool(await work.session.scalar(statement))


async def _tell_departments(work: Work, order: Order, kind: ExceptionKind, note: str) -> None:
    people = await sellers_people(work, order, _DEPARTMENTS)
    named = await organisations_named(work, {order.buyer_id})
    data = {
        "buyer_name": named[order.buyer_id].name,
        "what": _WORDS[kind],
        "note": note,
        "recipients": [str(each) for each in people],
    }
    work.tell(event_of("exception_opened", order, data))
