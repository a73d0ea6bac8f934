"""A hold on an order, written as if it had been set long ago."""

from uuid import UUID

from app.orders.models import HoldKind, Order, OrderHold
from tests.support.world import LONG_AGO, World, gid


async def hold(world: World, order_id: UUID, reason: str) -> str:
    """Keep an order from going on; the hold's global id."""

    async def write(work):
        order = await work.session.get(Order, (work.tenant_id, order_id))
        row = OrderHold(
            seller_id=order.seller_id,
            relationship_id=order.relationship_id,
            order_id=order_id,
            kind=HoldKind.OTHER,
            reason=reason,
            set_at=LONG_AGO,
            set_by_name=reason,
        )
        await work.save(row)
        return row.id

    return gid("OrderHold", await world.run(write))
