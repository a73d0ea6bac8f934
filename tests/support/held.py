"""Holds on an order, written as if they had been set long ago."""

from uuid import UUID

from app.orders.models import HoldKind, HoldOverride, Order, OrderHold
from tests.support.world import LONG_AGO, World, gid


async def hold(world: World, order_id: UUID, reason: str) -> str:
    """Keep an order from going on by two holds, of which it may pass one; the other's global id."""

    async def write(work):
        order = await work.session.get(Order, (work.tenant_id, order_id))
        rows = [
            OrderHold(
                seller_id=order.seller_id,
                relationship_id=order.relationship_id,
                order_id=order_id,
                kind=HoldKind.OTHER,
                reason=reason,
                set_at=LONG_AGO,
                set_by_name=reason,
            )
            for _ in range(2)
        ]
        await work.save(*rows)
        kept, overridden = rows
        override = HoldOverride(
            hold_id=overridden.id, order_id=order_id, by_name=reason, reason=reason, at=LONG_AGO
        )
        await work.save(override)
        return kept.id

    return gid("OrderHold", await world.run(write))
