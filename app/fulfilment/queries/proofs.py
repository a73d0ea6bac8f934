"""The signed records of shipments, for both sides of the trade and nobody else (R1-61, R1-65)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from app.db.work import Work
from app.fulfilment.models import Shipment
from app.orders.models import Order
from app.orders.operations.visibility import reachable
from app.rbac.guard import requires
from app.rbac.models import Membership
from app.rbac.permissions import Permission


@dataclass(frozen=True, slots=True)
class Record:
    """A shipment that the own side sends or gets, and who noted its hand-over and its receipt."""

    shipment: Shipment
    handed_over_by: str | None
    signed_for_by: str | None


@requires(Permission.ORDER_READ)
async def records_by_shipment(work: Work, shipment_ids: Collection[UUID]) -> dict[UUID, Record]:
    """Return the records of shipments of the own side's orders, by shipment; one statement."""
    giver, taker = aliased(Membership), aliased(Membership)
    statement = (
        select(Shipment, giver.name, taker.name)
        .join(Order, Order.id == Shipment.order_id)
        .outerjoin(giver, _is(giver, Shipment.handed_over_by_membership_id, work))
        .outerjoin(taker, _is(taker, Shipment.signed_by_membership_id, work))
        .where(Shipment.id.in_(set(shipment_ids)), _own_side(work))
    )
    return {row[0].id: Record(*row) for row in await work.session.execute(statement)}


@requires(Permission.ORDER_READ)
async def readable_proofs(work: Work, file_ids: Sequence[UUID]) -> Collection[UUID]:
    """Return those of the files that prove a hand-over or a delivery of the own side's orders."""
    proofs = (Shipment.handed_over_signature_id, Shipment.signature_id, Shipment.photo_id)
    statement = (
        select(*proofs)
        .join(Order, Order.id == Shipment.order_id)
        .where(or_(*(each.in_(file_ids) for each in proofs)), _own_side(work))
    )
    found = {key for row in await work.session.execute(statement) for key in row}
    return found & set(file_ids)


def _is(
    person: type[Membership], key: InstrumentedAttribute[UUID | None], work: Work
) -> ColumnElement[bool]:
    return and_(person.tenant_id == work.tenant_id, person.id == key)


def _own_side(work: Work) -> ColumnElement[bool]:
    own = work.actor.organisation_id
    return and_(
        or_(Order.seller_id == own, Order.buyer_id == own), reachable(work, [Permission.ORDER_READ])
    )
