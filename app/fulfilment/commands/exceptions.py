"""What goes wrong on the way: opened, owned, explained to the buyer, and goods given up as lost."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from sqlalchemy import exists, select

from app.audit.operations import record
from app.db.idempotency import once
from app.db.work import Work
from app.fulfilment.errors import NotLate
from app.fulfilment.models import Shipment
from app.fulfilment.operations.lateness import lateness_of
from app.fulfilment.operations.losing import lose
from app.fulfilment.operations.shipments import ON_THE_WAY, open_shipment, open_shipment_of
from app.fulfilment.operations.telling import tell_of_trouble
from app.kernel.errors import Invalid, NotFound
from app.kernel.ids import new_id
from app.orders.models import Order, OrderException
from app.orders.operations.confirming import tell_parties
from app.orders.operations.documents import sold_order
from app.orders.operations.exceptions import open_exception, open_once, opened_exception
from app.orders.rules.states import ExceptionKind
from app.orders.rules.transitions import OrderCommand
from app.rbac.guard import requires
from app.rbac.models import Membership
from app.rbac.permissions import Permission

LONGEST_NOTE = 500
BY_HAND = frozenset(ExceptionKind) - {
    ExceptionKind.CANCEL_REQUESTED,
    ExceptionKind.RECEIPT_DIFFERENCE,
    ExceptionKind.CASH_DIFFERENCE,
}


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is out of the ordinary about an order, or about one of its shipments."""

    order_id: UUID
    kind: ExceptionKind
    note: str
    shipment_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Loss:
    """Pieces of a shipment by order line that will not arrive, or all that is on its way."""

    shipment_id: UUID
    reason: str
    pieces: Mapping[UUID, Decimal] = field(default_factory=dict[UUID, Decimal])


@requires(Permission.EXCEPTION_WRITE)
async def open_order_exception(work: Work, key: str, trouble: Trouble) -> UUID:
    """Open an exception of an order that the own organisation sells; returns its id (R1-30)."""
    note = _said("note", trouble.note)
    if trouble.kind not in BY_HAND:
        raise Invalid("kind", "comes of a command of its own")

    async def command(exception_id: UUID) -> None:
        order = await sold_order(work, trouble.order_id, [Permission.EXCEPTION_WRITE])
        if order is None:
            raise NotFound("Order")
        if trouble.shipment_id is not None:
            await _check_shipment(work, order, trouble.shipment_id)
        given = {"shipment_id": trouble.shipment_id, "exception_id": exception_id}
        await open_exception(work, order, trouble.kind, note, **given)
        record(
            work,
            "OPEN_EXCEPTION",
            "order",
            order.id,
            after={"kind": trouble.kind},
            reason=note,
        )

    body = [trouble.order_id, trouble.kind, note, trouble.shipment_id]
    return await once(work, key, "openOrderException", body, new_id(), command)


@requires(Permission.EXCEPTION_WRITE)
async def assign_exception(work: Work, exception_id: UUID, membership_id: UUID) -> UUID:
    """Give an open exception to a colleague, who is told; returns it (R1-29)."""
    found, order = await _opened(work, exception_id)
    colleague = exists().where(
        Membership.tenant_id == work.tenant_id,
        Membership.id == membership_id,
        Membership.organisation_id == work.actor.own_organisation,
        Membership.ended_at.is_(None),
    )
    if not await work.session.scalar(select(colleague)):
        raise NotFound("Membership")
    found.owner_membership_id = membership_id
    record(work, "ASSIGN_EXCEPTION", "order", order.id, after={"owner": str(membership_id)})
    await tell_of_trouble(work, order, "exception_assigned", [membership_id], found.note)
    return exception_id


@requires(Permission.EXCEPTION_WRITE)
async def explain_exception(work: Work, exception_id: UUID, explanation: str) -> UUID:
    """Tell the buyer what has happened and what is done about it; returns the exception (R2-21)."""
    said = _said("explanation", explanation)
    found, order = await _opened(work, exception_id)
    found.explanation, found.explained_at = said, work.now
    record(work, "EXPLAIN_EXCEPTION", "order", order.id, after={"kind": found.kind}, reason=said)
    await tell_parties(work, order, "exception_explained", explanation=said)
    return exception_id


@requires(Permission.SHIPMENT_WRITE)
async def lose_goods(work: Work, loss: Loss) -> UUID:
    """Give goods on their way up as lost: nobody owes anything for them; returns the shipment.

    The buyer and the seller's people are told. Raises `ShipmentNotOpen`, `MoreThanThere` (R2-20).
    """
    reason = _said("reason", loss.reason)
    opened = await open_shipment(work, loss.shipment_id, OrderCommand.LOSE_GOODS, ON_THE_WAY)
    await lose(work, opened, loss.pieces, reason)
    await tell_parties(work, opened.document.order, "goods_lost", note=reason)
    return loss.shipment_id


@requires(Permission.SHIPMENT_WRITE)
async def note_late_delivery(work: Work, shipment_id: UUID) -> UUID:
    """Open an exception of what is late, and tell its buyer; for the clock alone (R3-59).

    Raises `NotLate` when it has arrived, or another arrival is expected, meanwhile.
    """
    shipment = await open_shipment_of(work, shipment_id, [Permission.SHIPMENT_WRITE], ON_THE_WAY)
    order = await work.session.get_one(Order, (work.tenant_id, shipment.order_id))
    late = await lateness_of(work, shipment, order)
    if late is None:
        raise NotLate(shipment.number)
    shipment.late_noted_for = late.noted_for
    await open_once(work, order, ExceptionKind.LATE, late.note, shipment_id)
    await tell_parties(work, order, "delivery_late", note=late.note)
    return shipment_id


async def _opened(work: Work, exception_id: UUID) -> tuple[OrderException, Order]:
    found = await opened_exception(work, exception_id)
    if found is None:
        raise NotFound("OrderException")
    return found


async def _check_shipment(work: Work, order: Order, shipment_id: UUID) -> None:
    statement = select(
        exists().where(
            Shipment.tenant_id == work.tenant_id,
            Shipment.id == shipment_id,
            Shipment.order_id == order.id,
        )
    )
    if not await work.session.scalar(statement):
        raise NotFound("Shipment")


def _said(field_path: str, text: str) -> str:
    said = text.strip()
    if not 1 <= len(said) <= LONGEST_NOTE:
        raise Invalid(field_path, f"must have 1 to {LONGEST_NOTE} characters")
    return said
