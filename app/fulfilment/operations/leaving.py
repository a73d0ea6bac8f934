"""Goods leave: the stock, the order's buckets, the trace and the news of it (R1-61)."""

from uuid import UUID

from app.db.bulk import update_rows
from app.db.work import Work
from app.fulfilment.models import PickTask, Shipment, ShipmentStatus
from app.fulfilment.operations.proving import told_the_code
from app.fulfilment.operations.shipments import (
    OpenShipment,
    by_order_line,
    lots_of,
    open_shipment,
    track,
)
from app.fulfilment.operations.telling import tell_whereabouts
from app.inventory.operations import ship_out
from app.orders.operations.confirming import tell_parties
from app.orders.operations.documents import enter_state, move, settle_state
from app.orders.rules import buckets
from app.orders.rules.states import DeliveryMode
from app.orders.rules.transitions import OrderCommand


async def leave(
    work: Work, shipment_id: UUID, command: OrderCommand, status: ShipmentStatus, who: str
) -> Shipment:
    """Let a planned shipment leave with somebody, or for a pick-up point; its order is locked.

    Raises what `open_shipment` does.
    """
    opened = await open_shipment(work, shipment_id, command, [ShipmentStatus.PLANNED])
    order = opened.document.order
    await ship_out(work, "order", order.id, lots_of(opened.lines))
    await _move_out(work, opened)
    order.planned_shipments -= 1
    opened.shipment.handed_over_at, opened.shipment.handed_over_to = work.now, who
    opened.shipment.handed_over_by_membership_id = work.actor.membership_id
    at_pickup_point = order.delivery_mode == DeliveryMode.PICKUP
    await track(work, opened.shipment, status, place=who if at_pickup_point else "")
    enter_state(work, order, command, settle_state(opened.document), data={"to": who})
    signers = await told_the_code(work, order)
    await tell_parties(work, order, "order_shipped", signers=signers, **_news(opened.shipment))
    if at_pickup_point:
        await tell_whereabouts(work, order, opened.shipment, "shipment_waiting", who, "")
    return opened.shipment


async def _move_out(work: Work, opened: OpenShipment) -> None:
    leaving = by_order_line(opened.lines, "quantity")
    movements = {line_id: buckets.ship(quantity) for line_id, quantity in leaving.items()}
    await move(work, opened.document, movements)
    shipped = [{"id": line.pick_task_id, "shipped": line.quantity} for line in opened.lines]
    await update_rows(work, PickTask, shipped, add=["shipped"])


def _news(shipment: Shipment) -> dict[str, str]:
    expected = shipment.expected_at
    return {
        "shipment_id": str(shipment.id),
        "carrier": shipment.carrier,
        "tracking_number": shipment.tracking_number,
        "expected_at": expected.isoformat() if expected else "",
    }
