"""Requests: what buyers ask their sellers' reps to order (R3-49)."""
# pyright: reportIncompatibleMethodOverride=false
# Relay types `resolve_nodes` wider than it calls it.

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from app.ordering import models
from app.ordering.commands import requests as commands
from app.ordering.queries import requests as queries
from app.ordering.rules.words import RequestState
from app.orders.rules.states import DeliveryMode
from app.schema.batch import batch, in_order
from app.schema.context import Info
from app.schema.cost import cost
from app.schema.ids import key_of, optional_key_of
from app.schema.operation import mutation, query
from app.schema.ordering.saved_carts import SavedCart, saved_carts_by_id
from app.schema.orders.types import OrderResult, written_order
from app.schema.organisations import TradingRelationship, relationships_by_id
from app.schema.paging import FIRST, connection, page_request
from app.schema.refusals import Refusal

strawberry.enum(RequestState, name="OrderRequestState", description=RequestState.__doc__)


@strawberry.type
class OrderRequest(relay.Node):
    """A cart that a buyer asked its seller to order; `reason` says why it was sent back.

    What is asked for stands in `cart`, which both sides change until it is decided.
    """

    id: relay.NodeID[UUID]
    state: RequestState
    note: str
    requested_delivery_on: date | None
    sent_at: datetime
    sent_by: str
    decided_at: datetime | None
    decided_by: str | None
    reason: str | None
    order_id: relay.GlobalID | None
    row: strawberry.Private[models.OrderRequest]

    @batch
    @staticmethod
    async def cart(requests: list["OrderRequest"], info: Info) -> list[SavedCart | None]:
        """What is asked for; null once its sender keeps it out of sight."""
        return await saved_carts_by_id(info, [each.row.cart_id for each in requests])

    @batch
    @staticmethod
    async def relationship(
        requests: list["OrderRequest"],
        info: Info,
    ) -> list[TradingRelationship | None]:
        """Between whom it would be ordered, when the viewer may see the terms."""
        return await relationships_by_id(info, [each.row.relationship_id for each in requests])

    @classmethod
    def of(cls, row: models.OrderRequest) -> "OrderRequest":
        """Show a row."""
        return cls(
            id=row.id,
            state=RequestState(row.state),
            note=row.note,
            requested_delivery_on=row.requested_delivery_on,
            sent_at=row.sent_at,
            sent_by=row.sent_by_name,
            decided_at=row.decided_at,
            decided_by=row.decided_by_name,
            reason=row.reason,
            order_id=relay.GlobalID("Order", str(row.order_id)) if row.order_id else None,
            row=row,
        )

    @classmethod
    async def resolve_nodes(
        cls, *, info: Info, node_ids: Iterable[str], required: bool = False
    ) -> list["OrderRequest | None"]:
        """Load by global id; unknown and foreign ids give null."""
        del required
        return await _by_id(info, [UUID(key) for key in node_ids])


@strawberry.input
class SendOrderRequestInput:
    """A cart to send: a saved one, or else one's own in the relationship, which is emptied."""

    idempotency_key: str
    relationship_id: relay.GlobalID
    saved_cart_id: relay.GlobalID | None = None
    note: str = ""
    requested_delivery_on: date | None = None


@strawberry.input
class OrderRequestInput:
    """A request to order for its buyer, at the total that was seen."""

    idempotency_key: str
    order_request_id: relay.GlobalID
    seen_total: Decimal
    delivery_mode: DeliveryMode = DeliveryMode.DELIVERY


@strawberry.input
class SendBackOrderRequestInput:
    """A request, and why it is sent back: 1 to 500 characters that the buyer will read."""

    order_request_id: relay.GlobalID
    reason: str


@strawberry.input
class WithdrawOrderRequestInput:
    """A request to take back."""

    order_request_id: relay.GlobalID


OrderRequestResult = Annotated[OrderRequest | Refusal, strawberry.union("OrderRequestResult")]


@strawberry.type
class OrderRequestsQuery:
    """Questions about requests."""

    @query(queries.order_requests)
    async def order_requests(
        self,
        info: Info,
        state: RequestState | None = None,
        first: int = FIRST,
        after: str | None = None,
    ) -> relay.Connection[OrderRequest]:
        """Requests that one sent, or that customers sent whom one orders for, the newest first."""
        page = page_request(first, after)
        async with info.context.read() as work:
            found = await queries.order_requests(work, page, state)
        return connection(found, OrderRequest.of)


@strawberry.type
class OrderRequestsMutation:
    """What can be done with requests."""

    @cost(50)
    @mutation(commands.send_order_request)
    async def send_order_request(
        self, info: Info, input: SendOrderRequestInput
    ) -> OrderRequestResult:
        """Ask the seller's rep to order a cart (R3-49)."""
        new = commands.NewRequest(
            relationship_id=key_of(input.relationship_id, "TradingRelationship"),
            cart_id=optional_key_of(input.saved_cart_id, "SavedCart"),
            note=input.note,
            requested_delivery_on=input.requested_delivery_on,
        )
        key = await info.context.write(
            lambda work: commands.send_order_request(work, new, input.idempotency_key)
        )
        return await _load(info, key)

    @cost(50)
    @mutation(commands.order_request)
    async def order_request(self, info: Info, input: OrderRequestInput) -> OrderResult:
        """Place the order that a customer asked for, on its behalf (R3-49)."""
        given = commands.RequestOrder(
            request_id=key_of(input.order_request_id, "OrderRequest"),
            seen_total=input.seen_total,
            delivery_mode=input.delivery_mode,
            key=input.idempotency_key,
        )
        return await written_order(info, lambda work: commands.order_request(work, given))

    @mutation(commands.send_back_order_request)
    async def send_back_order_request(
        self, info: Info, input: SendBackOrderRequestInput
    ) -> OrderRequestResult:
        """Send a customer's request back, saying why."""
        key = key_of(input.order_request_id, "OrderRequest")
        await info.context.write(
            lambda work: commands.send_back_order_request(work, key, input.reason)
        )
        return await _load(info, key)

    @mutation(commands.withdraw_order_request)
    async def withdraw_order_request(
        self, info: Info, input: WithdrawOrderRequestInput
    ) -> OrderRequestResult:
        """Take one's request back before it is decided."""
        key = key_of(input.order_request_id, "OrderRequest")
        await info.context.write(lambda work: commands.withdraw_order_request(work, key))
        return await _load(info, key)


async def _by_id(info: Info, ids: list[UUID]) -> list[OrderRequest | None]:
    async with info.context.read() as work:
        found = await queries.order_requests_by_id(work, ids)
    return in_order(ids, found, OrderRequest.of)


async def _load(info: Info, key: UUID) -> OrderRequest:
    (found,) = await _by_id(info, [key])
    assert found is not None
    return found
