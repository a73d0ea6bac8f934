"""Holds on orders and customers: why nothing goes on, who said so, and until when."""
# pyright: reportIncompatibleMethodOverride=false
# Relay types `resolve_nodes` wider than it calls it.

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import strawberry
from strawberry import relay

from app.orders import queries
from app.orders.models import HoldKind
from app.schema.context import Info
from app.schema.operation import query
from app.schema.paging import FIRST, connection, page_request
from app.schema.refusals import Refusal

strawberry.enum(HoldKind, name="OrderHoldKind", description=HoldKind.__doc__)


@strawberry.type
class OrderHold(relay.Node):
    """What keeps one order from going on, or without `orderId` all orders of a customer.

    It counts until `expiresAt`, or until it is released: then `endedByName` says by whom.
    """

    id: relay.NodeID[UUID]
    kind: HoldKind
    reason: str
    order_id: relay.GlobalID | None
    relationship_id: relay.GlobalID
    set_by_name: str
    set_at: datetime
    expires_at: datetime | None
    ended_at: datetime | None
    ended_by_name: str | None
    end_reason: str | None

    @classmethod
    def of(cls, row: Any) -> "OrderHold":
        """Show a hold."""
        return cls(
            id=row.id,
            kind=HoldKind(row.kind),
            reason=row.reason,
            order_id=relay.GlobalID("Order", str(row.order_id)) if row.order_id else None,
            relationship_id=relay.GlobalID("TradingRelationship", str(row.relationship_id)),
            set_by_name=row.set_by_name,
            set_at=row.set_at,
            expires_at=row.expires_at,
            ended_at=row.ended_at,
            ended_by_name=row.ended_by_name,
            end_reason=row.end_reason,
        )

    @classmethod
    async def resolve_nodes(
        cls, *, info: Info, node_ids: Iterable[str], required: bool = False
    ) -> list["OrderHold | None"]:
        """Load by global id; unknown and foreign ids give null."""
        del required
        ids = [UUID(key) for key in node_ids]
        async with info.context.read() as work:
            found = await queries.order_holds_by_id(work, ids)
        return [cls.of(found[key]) if key in found else None for key in ids]


OrderHoldResult = Annotated[OrderHold | Refusal, strawberry.union("OrderHoldResult")]


@strawberry.input
class HoldOrderInput:
    """An order that is not to go on: why, and until when, or until somebody releases it."""

    order_id: relay.GlobalID
    kind: HoldKind
    reason: str
    expires_at: datetime | None = None


@strawberry.input
class HoldCustomerInput:
    """A customer whose orders are not to go on, present and future ones."""

    relationship_id: relay.GlobalID
    kind: HoldKind
    reason: str
    expires_at: datetime | None = None


@strawberry.input
class ReleaseHoldInput:
    """A hold to end, and why."""

    hold_id: relay.GlobalID
    reason: str


@strawberry.type
class OrderHoldsQuery:
    """Questions about holds."""

    @query(queries.order_holds)
    async def order_holds(
        self,
        info: Info,
        is_active: bool = True,  # noqa: FBT001, FBT002  # a GraphQL argument, given by name
        first: int = FIRST,
        after: str | None = None,
    ) -> relay.Connection[OrderHold]:
        """The own organisation's holds, the newest first: those that count now, or all."""
        page = page_request(first, after)
        async with info.context.read() as work:
            found = await queries.order_holds(work, page, is_active=is_active)
        return connection(found, OrderHold.of)
