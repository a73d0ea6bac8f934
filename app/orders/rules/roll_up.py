"""The order's state from its lines: the least advanced open line (domain.md (e))."""

from app.orders.rules.buckets import Buckets
from app.orders.rules.states import DeliveryMode, FulfilmentStatus, OrderState


def roll_up(total: Buckets, *, is_preparing: bool, delivery_mode: DeliveryMode) -> OrderState:
    """Return the state that the sums of all lines' buckets amount to, once confirmed.

    Waiting quantities count only when nothing else is under way: an order whose first part has
    been signed, and whose rest still waits for stock, is BACKORDERED.
    """
    stages = (
        (total.to_pick, OrderState.PREPARING if is_preparing else OrderState.ALLOCATED),
        (total.to_ship, OrderState.PREPARED),
        (total.in_transit, _on_the_way(delivery_mode)),
        (total.refused, OrderState.REFUSED),
        (total.unallocated, OrderState.CONFIRMED),
        (total.backordered, OrderState.BACKORDERED),
        (total.to_receive, OrderState.SIGNED),
        (total.signed, OrderState.RECEIVED),
    )
    return next((state for quantity, state in stages if quantity > 0), OrderState.CANCELLED)


def fulfilment_status(total: Buckets) -> FulfilmentStatus:
    """Say how much of what is still wanted has left."""
    wanted = total.ordered - total.cancelled - total.short_closed
    if total.shipped == 0:
        return FulfilmentStatus.NONE
    return FulfilmentStatus.FULL if total.shipped >= wanted else FulfilmentStatus.PARTIAL


def _on_the_way(mode: DeliveryMode) -> OrderState:
    return OrderState.READY_FOR_PICKUP if mode == DeliveryMode.PICKUP else OrderState.SHIPPED
