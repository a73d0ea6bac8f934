"""What is out of the ordinary about orders: a worklist, and what is done about it (R1-29)."""

from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from app.fulfilment.commands import exceptions
from app.orders import queries
from app.orders.queries.exceptions import ExceptionFilter, order_exceptions
from app.orders.rules.states import ExceptionKind
from app.schema.context import Info
from app.schema.fulfilment import LinePiecesInput, ShipmentResult, pieces_by_line
from app.schema.ids import key_of, optional_key_of
from app.schema.operation import mutation, query
from app.schema.orders.exceptions import OrderException
from app.schema.paging import FIRST, connection, page_request
from app.schema.refusals import Refusal
from app.schema.shipments import load_shipment

strawberry.enum(ExceptionKind, name="OrderExceptionKind", description=ExceptionKind.__doc__)
OrderExceptionResult = Annotated[OrderException | Refusal, strawberry.union("OrderExceptionResult")]


@strawberry.input
class OrderExceptionFilter:
    """Which exceptions to show; what is left out narrows nothing down.

    With both `isMine` and `isUnowned`, those of oneself and those of nobody.
    """

    is_open: bool = True
    kinds: list[ExceptionKind] | None = None
    is_mine: bool = False
    is_unowned: bool = False


@strawberry.input
class OpenOrderExceptionInput:
    """What is out of the ordinary about an order, or about one of its shipments."""

    idempotency_key: str
    order_id: relay.GlobalID
    kind: ExceptionKind
    note: str
    shipment_id: relay.GlobalID | None = None


@strawberry.input
class AssignOrderExceptionInput:
    """An open exception, and the colleague who shall look into it."""

    exception_id: relay.GlobalID
    membership_id: relay.GlobalID


@strawberry.input
class ExplainOrderExceptionInput:
    """An open exception, and what its buyer is told."""

    exception_id: relay.GlobalID
    explanation: str


@strawberry.input
class LoseGoodsInput:
    """A shipment on its way, and what of it will not arrive; without lines, all of it."""

    shipment_id: relay.GlobalID
    reason: str
    lines: list[LinePiecesInput] | None = None


@strawberry.type
class OrderExceptionsQuery:
    """Questions about exceptions."""

    @query(order_exceptions)
    async def order_exceptions(
        self,
        info: Info,
        filter: OrderExceptionFilter | None = None,
        first: int = FIRST,
        after: str | None = None,
    ) -> relay.Connection[OrderException]:
        """What waits for somebody to look into it, of one's own sales; the oldest first (R1-29)."""
        wanted = filter or OrderExceptionFilter()
        chosen = ExceptionFilter(
            wanted.is_open, wanted.kinds or (), wanted.is_mine, wanted.is_unowned
        )
        page = page_request(first, after)
        async with info.context.read() as work:
            found = await order_exceptions(work, page, chosen)
        return connection(found, OrderException.of)


@strawberry.type
class OrderExceptionsMutation:
    """What can be done about exceptions."""

    @mutation(exceptions.open_order_exception)
    async def open_order_exception(
        self, info: Info, input: OpenOrderExceptionInput
    ) -> OrderExceptionResult:
        """Say that something is out of the ordinary; reps, service and warehouse are told."""
        trouble = exceptions.Trouble(
            key_of(input.order_id, "Order"),
            input.kind,
            input.note,
            optional_key_of(input.shipment_id, "Shipment"),
        )
        opened = await info.context.write(
            lambda work: exceptions.open_order_exception(work, input.idempotency_key, trouble)
        )
        return await _exception(info, opened)

    @mutation(exceptions.assign_exception)
    async def assign_order_exception(
        self, info: Info, input: AssignOrderExceptionInput
    ) -> OrderExceptionResult:
        """Give an exception to a colleague, who is told."""
        key = key_of(input.exception_id, "OrderException")
        colleague = key_of(input.membership_id, "Membership")
        await info.context.write(lambda work: exceptions.assign_exception(work, key, colleague))
        return await _exception(info, key)

    @mutation(exceptions.explain_exception)
    async def explain_order_exception(
        self, info: Info, input: ExplainOrderExceptionInput
    ) -> OrderExceptionResult:
        """Tell the buyer what has happened and what is done about it (R2-21)."""
        key = key_of(input.exception_id, "OrderException")
        await info.context.write(
            lambda work: exceptions.explain_exception(work, key, input.explanation)
        )
        return await _exception(info, key)

    @mutation(exceptions.lose_goods)
    async def lose_goods(self, info: Info, input: LoseGoodsInput) -> ShipmentResult:
        """Give goods on their way up as lost; nobody owes anything for them (R2-20)."""
        loss = exceptions.Loss(
            key_of(input.shipment_id, "Shipment"),
            input.reason,
            pieces_by_line(input.lines, "lines"),
        )
        shipment_id = await info.context.write(lambda work: exceptions.lose_goods(work, loss))
        return await load_shipment(info, shipment_id)


async def _exception(info: Info, key: UUID) -> OrderException:
    async with info.context.read() as work:
        return OrderException.of((await queries.exceptions_by_id(work, [key]))[key])
