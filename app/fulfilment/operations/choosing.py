"""Which carrier the seller's rules choose for an order, and why another one was taken (R2-18)."""

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select

from app.carriers.operations import rules_of_seller
from app.carriers.rules.choosing import CarrierRule, Freight, Weighed, chosen, reason_for, weigh
from app.db.work import Work
from app.fulfilment.errors import CarrierReasonNeeded
from app.fulfilment.models import Shipment
from app.kernel.errors import Invalid
from app.orders.models import Order, OrderLine
from app.organisations.models import Organisation

LONGEST_REASON = 500


async def weighed(
    work: Work, orders: Sequence[Order], rules: Sequence[tuple[UUID, str, CarrierRule]]
) -> dict[UUID, list[Weighed]]:
    """Say of every rule whether it fits each order; one statement, none without rules."""
    if not rules or not orders:
        return {order.id: [] for order in orders}
    statement = (
        select(
            Order.id,
            Organisation.region,
            func.sum(OrderLine.ordered - OrderLine.cancelled - OrderLine.short_closed),
        )
        .join(OrderLine, OrderLine.order_id == Order.id)
        .join(Organisation, Organisation.id == Order.buyer_id)
        .where(Order.id.in_([order.id for order in orders]), OrderLine.revision == Order.revision)
        .group_by(Order.tenant_id, Order.id, Organisation.tenant_id, Organisation.id)
    )
    facts = {key: (region, pieces) for key, region, pieces in await work.session.execute(statement)}
    return {
        order.id: weigh(rules, _freight(order, *facts.get(order.id, ("", Decimal(0)))))
        for order in orders
    }


async def proposed(work: Work, order: Order) -> Weighed | None:
    """Return the rule that chooses an order's carrier now, or none; two statements at most."""
    rules = await rules_of_seller(work, order.seller_id)
    return chosen((await weighed(work, [order], rules))[order.id])


def note_choice(shipment: Shipment, found: Weighed | None, reason: str) -> None:
    """Keep why a shipment has its carrier: the rule, or why another one was taken.

    Raises `CarrierReasonNeeded` for another one without a reason.
    """
    said = reason.strip()
    if len(said) > LONGEST_REASON:
        raise Invalid("reason", f"must have at most {LONGEST_REASON} characters")
    shipment.proposed_carrier_id = found.carrier_id if found else None
    if found is not None and shipment.carrier_id == found.carrier_id:
        shipment.carrier_reason = reason_for(found.rule)
        return
    if found is not None and not said:
        raise CarrierReasonNeeded(priority=found.rule.priority, carrier=found.carrier)
    shipment.carrier_reason = said


def _freight(order: Order, region: str, pieces: Decimal) -> Freight:
    address = order.delivery_address or {}
    return Freight(
        str(address.get("region") or region),
        order.delivery_mode,
        order.channel,
        order.currency,
        order.total,
        pieces,
    )
