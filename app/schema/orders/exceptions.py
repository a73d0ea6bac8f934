"""What went wrong with an order, as those who handle it and its buyer see it."""
# pyright: reportIncompatibleMethodOverride=false
# Relay types `resolve_nodes` wider than it calls it.

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import strawberry
from strawberry import relay

from app.orders import models, queries
from app.orders.queries.exceptions import owners_of_exceptions
from app.schema.batch import batch
from app.schema.context import Info


@strawberry.type
class OrderException(relay.Node):
    """Something out of the ordinary that a person must handle (R1-30)."""

    id: relay.NodeID[UUID]
    kind: str
    note: str
    opened_at: datetime
    explanation: str | None = strawberry.field(description="What its buyer was told of it.")
    explained_at: datetime | None
    closed_at: datetime | None
    resolution: str | None
    order_id: relay.GlobalID
    shipment_id: relay.GlobalID | None

    @batch
    @staticmethod
    async def owner_name(found: list["OrderException"], info: Info) -> list[str | None]:
        """Which colleague looks into it; null for the buyer."""
        async with info.context.read() as work:
            names = await owners_of_exceptions(work, [row.id for row in found])
        return [names.get(row.id) for row in found]

    @classmethod
    def of(cls, row: models.OrderException) -> "OrderException":
        """Show an exception."""
        return cls(
            id=row.id,
            kind=row.kind,
            note=row.note,
            opened_at=row.opened_at,
            explanation=row.explanation,
            explained_at=row.explained_at,
            closed_at=row.closed_at,
            resolution=row.resolution,
            order_id=relay.GlobalID("Order", str(row.order_id)),
            shipment_id=(
                relay.GlobalID("Shipment", str(row.shipment_id)) if row.shipment_id else None
            ),
        )

    @classmethod
    async def resolve_nodes(
        cls, *, info: Info, node_ids: Iterable[str], required: bool = False
    ) -> list["OrderException | None"]:
        """Load by global id; unknown and foreign ids give null."""
        del required
        keys = [UUID(key) for key in node_ids]
        async with info.context.read() as work:
            found = await queries.exceptions_by_id(work, keys)
        return [OrderException.of(found[key]) if key in found else None for key in keys]
