"""Follow orders as they change, with the rights of each moment."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from datetime import datetime
from uuid import UUID

import strawberry
from strawberry import relay

from app.orders import queries
from app.schema.context import Info
from app.schema.ids import optional_key_of
from app.schema.live import follow
from app.schema.operation import subscription
from app.schema.orders.types import Order

MOST_REMEMBERED = 200


@strawberry.type
class OrdersSubscription:
    """Orders as they change."""

    @subscription(queries.orders_by_id)
    async def order_changed(
        self, info: Info, order_id: relay.GlobalID | None = None
    ) -> AsyncIterator[Order]:
        """Each visible order, or the one named, once for every change; ends with the right to it.

        An order out of the viewer's sight is never told, whatever id was given.
        """
        told: dict[UUID, datetime] = {}
        wanted = optional_key_of(order_id, "Order")
        async with aclosing(follow(info, "order", wanted)) as events:
            async for event in events:
                async with info.context.read() as work:
                    found = await queries.orders_by_id(work, [event.subject_id])
                row = found.get(event.subject_id)
                if row is None or told.get(row.id) == row.changed_at:
                    continue
                if len(told) >= MOST_REMEMBERED:
                    told.clear()
                told[row.id] = row.changed_at
                yield Order.of(row)
