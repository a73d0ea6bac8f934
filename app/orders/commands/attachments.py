"""Files on orders: both sides of an order attach, and read what the other attached."""

from uuid import UUID

from sqlalchemy import false, func, select

from app.audit.operations import record
from app.db.idempotency import once
from app.db.work import Work
from app.kernel.errors import NotFound
from app.orders import locks
from app.orders.errors import AttachmentStays, TooManyAttachments
from app.orders.models import Order, OrderAttachment
from app.orders.operations.visibility import reachable
from app.orders.rules.states import OrderState
from app.rbac.guard import requires
from app.rbac.permissions import Permission
from app.storage.operations import claim, discard
from app.storage.rules.purposes import FilePurpose

MOST_ATTACHMENTS = 20


@requires(Permission.ORDER_READ)
async def attach_to_order(work: Work, order_id: UUID, file_id: UUID, key: str) -> UUID:
    """Attach an uploaded image or PDF to an order of the own side, whatever its state.

    Raises `TooManyAttachments`, `NotFound` for whoever only looks on as well, and what claiming the
    file raises.
    """

    async def command(_file_id: UUID) -> None:
        order = await _own(work, order_id)
        attached = select(func.count()).where(OrderAttachment.order_id == order.id)
        if (await work.session.scalar(attached) or 0) >= MOST_ATTACHMENTS:
            raise TooManyAttachments(MOST_ATTACHMENTS)
        await claim(work, [file_id], FilePurpose.ORDER_ATTACHMENT)
        row = OrderAttachment(
            order_id=order.id,
            file_id=file_id,
            organisation_id=work.actor.own_organisation,
            membership_id=work.actor.membership_id,
            author_name=work.actor.name,
            attached_at=work.now,
        )
        await work.save(row)
        record(work, "ATTACH_TO_ORDER", "order", order.id, after={"file_id": str(file_id)})

    await once(work, key, "attachToOrder", [order_id, file_id], order_id, command)
    return order_id


@requires(Permission.ORDER_READ)
async def remove_attachment(work: Work, order_id: UUID, file_id: UUID) -> UUID:
    """Take a file off a draft again, as the side that attached it, and delete it.

    Raises `AttachmentStays` once the order is no draft any more.
    """
    order = await _own(work, order_id)
    statement = select(OrderAttachment).where(
        OrderAttachment.order_id == order.id,
        OrderAttachment.file_id == file_id,
        OrderAttachment.organisation_id == work.actor.own_organisation,
    )
    row = await work.session.scalar(statement)
    if row is None:
        raise NotFound("StoredFile").at("fileId")
    if order.state != OrderState.DRAFT:
        raise AttachmentStays
    await work.session.delete(row)
    await work.session.flush()
    await discard(work, [file_id])
    record(work, "REMOVE_ATTACHMENT", "order", order.id, before={"file_id": str(file_id)})
    return order_id


async def _own(work: Work, order_id: UUID) -> Order:
    reach = reachable(work, [Permission.ORDER_READ])
    found = await locks.order(work, order_id, reach, false())
    order = None if found is None else found[0]
    if order is None or work.actor.organisation_id not in {order.seller_id, order.buyer_id}:
        raise NotFound("Order").at("orderId")
    return order
