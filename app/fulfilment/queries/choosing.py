"""What the seller's rules say to orders, for its own people (R2-18)."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import select

from app.carriers.operations import rules_of_seller
from app.carriers.rules.choosing import Weighed
from app.db.work import Work
from app.fulfilment.models import Shipment
from app.fulfilment.operations.choosing import weighed
from app.orders.models import Order
from app.rbac.guard import requires
from app.rbac.permissions import Permission


@requires(Permission.CARRIER_BOOK)
async def choices_by_order(work: Work, orders: Sequence[Order]) -> dict[UUID, list[Weighed]]:
    """Say of every rule of the own organisation whether it fits visible orders that it sells.

    The first that fits chooses the carrier. Two statements.
    """
    own = work.actor.own_organisation
    sold = [order for order in orders if order.seller_id == own]
    return await weighed(work, sold, await rules_of_seller(work, own)) if sold else {}


@requires(Permission.CARRIER_BOOK, Permission.SHIPMENT_WRITE)
async def choices_by_shipment(work: Work, shipment_ids: Collection[UUID]) -> dict[UUID, Shipment]:
    """Return those of visible shipments that the own organisation sends, by id."""
    statement = (
        select(Shipment)
        .join(Order, Order.id == Shipment.order_id)
        .where(Shipment.id.in_(set(shipment_ids)), Order.seller_id == work.actor.own_organisation)
    )
    return {row.id: row for row in await work.session.scalars(statement)}
