"""Covering shortages from upstream (R1-22, R1-33)."""

import strawberry
from strawberry import relay

from app.procurement import commands
from app.schema.context import Info
from app.schema.cost import cost
from app.schema.ids import key_of, optional_key_of
from app.schema.operation import mutation
from app.schema.orders.types import OrderResult, load_order


@strawberry.input
class OrderShortagesInput:
    """Shortages to order, or all; from the only seller upstream unless one is named."""

    idempotency_key: str
    shortage_ids: list[relay.GlobalID] | None = None
    relationship_id: relay.GlobalID | None = None


@strawberry.type
class ProcurementMutation:
    """What an organisation does to cover what it lacks."""

    @cost(50)
    @mutation(commands.order_shortages)
    async def order_shortages(self, info: Info, input: OrderShortagesInput) -> OrderResult:
        """Place one order upstream for what is short, linked line by line."""
        wish = commands.Replenishment(
            idempotency_key=input.idempotency_key,
            shortage_ids=[key_of(key, "Shortage") for key in input.shortage_ids or []],
            relationship_id=optional_key_of(input.relationship_id, "TradingRelationship"),
        )
        order_id = await info.context.write(lambda work: commands.order_shortages(work, wish))
        return await load_order(info, order_id)
