"""Carts, the order's state machine, and what price changes would reach."""

from collections.abc import Mapping
from uuid import UUID

from app.db.work import Work
from app.orders.operations.carts import cart_wishes
from app.orders.operations.placing import relationship_to_order_in
from app.orders.operations.touched import Touched, touched
from app.orders.operations.wishes import LineWish
from app.orders.rules.transitions import TRANSITIONS, Transition
from app.pricing.operations.impact import Reach
from app.rbac.guard import requires
from app.rbac.permissions import Permission


@requires(Permission.ORDER_PLACE, Permission.ORDER_PLACE_FOR_CUSTOMER)
async def cart(work: Work, relationship_id: UUID) -> list[LineWish]:
    """Return the caller's own cart for a relationship they may order in."""
    relationship = await relationship_to_order_in(work, relationship_id)
    return await cart_wishes(work, relationship.id)


@requires()
async def order_transitions(work: Work) -> tuple[Transition, ...]:
    """Return the whole table of transitions, as it is enforced (F8, R2-31)."""
    del work
    return TRANSITIONS


@requires(Permission.PRICE_READ)
async def touched_trade(work: Work, reaches: Mapping[UUID, Reach]) -> dict[UUID, Touched]:
    """Count the open carts and orders that own price changes reach: how many, not whose."""
    return await touched(work, reaches)
