"""Goods that have left are announced to the warehouse that they go to (R1-44)."""

from collections.abc import Sequence
from uuid import UUID

from app.db.outbox import OutboxEvent
from app.db.work import Work
from app.fulfilment.operations.arrivals import announce_arrival
from workers.events import Listener


async def announce_goods(work: Work, event: OutboxEvent) -> None:
    """Tell the buyer's keepers of stock what has left for them."""
    await announce_arrival(work, UUID(event.data["shipment_id"]))


def arrival_listeners() -> Sequence[Listener]:
    """Return the listener that announces goods."""
    return (Listener("announce_goods", frozenset({"order_shipped"}), announce_goods),)
