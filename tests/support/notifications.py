"""Events for people, as the orders package tells them."""

from typing import Any
from uuid import UUID

from app.db.outbox import DomainEvent
from app.kernel.ids import new_id


def order_event(kind: str, *recipients: UUID | None, **data: Any) -> DomainEvent:
    """An event of an order of Riverside's; `data` adds what the kind promises."""
    order_id = new_id()
    known = {
        "number": "SO-1",
        "seller_name": "Riverside",
        "buyer_name": "Corner shop",
        "recipients": [str(recipient) for recipient in recipients],
    }
    return DomainEvent(kind, "order", order_id, known | data)
