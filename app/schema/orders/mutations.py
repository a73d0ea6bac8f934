"""Commands on carts and orders; each is one transition of the order's state machine (F8)."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from app.db.work import Work
from app.orders.commands import allocate, cancel, carts, decide, hold, pay, place
from app.schema.context import Info
from app.schema.cost import cost
from app.schema.ids import key_of
from app.schema.operation import mutation
from app.schema.orders.holds import (
    HoldCustomerInput,
    HoldOrderInput,
    OrderHold,
    OrderHoldResult,
    ReleaseHoldInput,
)
from app.schema.orders.inputs import (
    ApproveOrderInput,
    ChangeOrderInput,
    CloseOrderExceptionInput,
    CreateOrderInput,
    OrderInput,
    OrderReasonInput,
    PlaceOrderInput,
    RecordPaymentInput,
    ReviseOrderInput,
    SetCartLineInput,
    SubmitOrderInput,
)
from app.schema.orders.queries import Cart, load_cart
from app.schema.orders.types import Order, OrderResult, load_order, written_order
from app.schema.refusals import Refusal

CartResult = Annotated[Cart | Refusal, strawberry.union("CartResult")]


@strawberry.type
class OrdersMutation:
    """What can be done with carts and orders."""

    @mutation(carts.set_cart_line)
    async def set_cart_line(self, info: Info, input: SetCartLineInput) -> CartResult:
        """Put a quantity of a SKU into one's cart; zero takes it out (R1-10)."""
        relationship_id = await info.context.write(
            lambda work: carts.set_cart_line(
                work,
                key_of(input.relationship_id, "TradingRelationship"),
                key_of(input.sku_id, "Sku"),
                input.packaging_level,
                input.quantity,
            )
        )
        return await load_cart(info, relationship_id)

    @cost(50)
    @mutation(place.create_order)
    async def create_order(self, info: Info, input: CreateOrderInput) -> OrderResult:
        """Write a draft, as the buyer or for an assigned customer (R3-51)."""
        order_id = await info.context.write(
            lambda work: place.create_order(work, input.value(), input.idempotency_key)
        )
        return await load_order(info, order_id)

    @cost(50)
    @mutation(place.place_order)
    async def place_order(self, info: Info, input: PlaceOrderInput) -> OrderResult:
        """Draft and submit in one go, from lines or from the caller's cart (R1-14)."""
        placement = place.Placement(
            wish=input.value(),
            seen_total=input.seen_total,
            idempotency_key=input.idempotency_key,
            is_from_cart=input.lines is None,
        )
        return await written_order(info, lambda work: place.place_order(work, placement))

    @cost(50)
    @mutation(place.submit_order)
    async def submit_order(self, info: Info, input: SubmitOrderInput) -> OrderResult:
        """Submit a draft at the total that was seen (R1-14)."""
        return await _ordered(
            info, input.order_id, lambda work, key: place.submit_order(work, key, input.seen_total)
        )

    @cost(50)
    @mutation(place.change_order)
    async def change_order(self, info: Info, input: ChangeOrderInput) -> OrderResult:
        """Replace an order's lines before preparation: a new revision, a draft again (R1-31)."""
        return await _ordered(
            info,
            input.order_id,
            lambda work, key: place.change_order(work, key, input.value()),
        )

    @cost(50)
    @mutation(place.revise_order)
    async def revise_order(self, info: Info, input: ReviseOrderInput) -> OrderResult:
        """Make a rejected order a draft again, priced anew (R3-50)."""
        order_id = await info.context.write(
            lambda work: place.revise_order(work, key_of(input.order_id, "Order"), input.value())
        )
        return await load_order(info, order_id)

    @mutation(decide.review_order)
    async def review_order(self, info: Info, input: OrderInput) -> OrderResult:
        """Find a submitted order complete and accurate (R1-16)."""
        return await _ordered(info, input.order_id, decide.review_order)

    @mutation(decide.send_order_back)
    async def send_order_back(self, info: Info, input: OrderReasonInput) -> OrderResult:
        """Give a submitted order back, saying what is wrong (R1-18)."""
        return await _ordered(
            info, input.order_id, lambda work, key: decide.send_order_back(work, key, input.reason)
        )

    @mutation(decide.approve_order)
    async def approve_order(self, info: Info, input: ApproveOrderInput) -> OrderResult:
        """Give one's approval; the order goes on once all are there (R3-11)."""
        return await _ordered(
            info, input.order_id, lambda work, key: decide.approve_order(work, key, input.reason)
        )

    @mutation(decide.reject_order)
    async def reject_order(self, info: Info, input: OrderReasonInput) -> OrderResult:
        """Reject an order; one rejection is enough (R3-11)."""
        return await _ordered(
            info, input.order_id, lambda work, key: decide.reject_order(work, key, input.reason)
        )

    @mutation(decide.release_credit)
    async def release_credit(self, info: Info, input: OrderReasonInput) -> OrderResult:
        """Let an order go on although it exceeds the buyer's credit."""
        return await _ordered(
            info, input.order_id, lambda work, key: decide.release_credit(work, key, input.reason)
        )

    @mutation(hold.hold_order)
    async def hold_order(self, info: Info, input: HoldOrderInput) -> OrderResult:
        """Keep an order from going on: nothing is set aside or shipped until it is let go."""
        return await _ordered(
            info,
            input.order_id,
            lambda work, key: hold.hold_order(
                work, key, input.kind, input.reason, input.expires_at
            ),
        )

    @mutation(hold.hold_customer)
    async def hold_customer(self, info: Info, input: HoldCustomerInput) -> OrderHoldResult:
        """Keep all of a customer's orders from going on, present and future ones."""
        relationship_id = key_of(input.relationship_id, "TradingRelationship")
        made = await info.context.write(
            lambda work: hold.hold_customer(
                work, relationship_id, input.kind, input.reason, input.expires_at
            )
        )
        return OrderHold.of(made)

    @mutation(hold.release_hold)
    async def release_hold(self, info: Info, input: ReleaseHoldInput) -> OrderHoldResult:
        """End a hold, saying why."""
        hold_id = key_of(input.hold_id, "OrderHold")
        ended = await info.context.write(
            lambda work: hold.release_hold(work, hold_id, input.reason)
        )
        return OrderHold.of(ended)

    @mutation(hold.override_holds)
    async def override_holds(self, info: Info, input: OrderReasonInput) -> OrderResult:
        """Let one order go on whatever holds it now; holds of the customer keep all others."""
        return await _ordered(
            info, input.order_id, lambda work, key: hold.override_holds(work, key, input.reason)
        )

    @mutation(allocate.allocate_order)
    async def allocate_order(self, info: Info, input: OrderInput) -> OrderResult:
        """Set stock aside; what is missing waits or is closed short (R1-20)."""
        return await _ordered(info, input.order_id, allocate.allocate_order)

    @mutation(allocate.cover_backorder)
    async def cover_backorder(self, info: Info, input: OrderInput) -> OrderResult:
        """Set free stock aside for what waits."""
        return await _ordered(info, input.order_id, allocate.cover_backorder)

    @mutation(allocate.close_order_short)
    async def close_order_short(self, info: Info, input: OrderReasonInput) -> OrderResult:
        """Give up what still waits for stock; the rest goes on."""
        return await _ordered(
            info,
            input.order_id,
            lambda work, key: allocate.close_order_short(work, key, input.reason),
        )

    @mutation(cancel.cancel_order)
    async def cancel_order(self, info: Info, input: OrderReasonInput) -> OrderResult:
        """Cancel everything that is not picked yet (R1-31)."""
        return await _ordered(
            info, input.order_id, lambda work, key: cancel.cancel_order(work, key, input.reason)
        )

    @mutation(cancel.request_cancel)
    async def request_cancel(self, info: Info, input: OrderReasonInput) -> OrderResult:
        """Ask to cancel an order that is being prepared or is on its way (R1-30)."""
        return await _ordered(
            info, input.order_id, lambda work, key: cancel.request_cancel(work, key, input.reason)
        )

    @mutation(pay.settle_order)
    async def settle_order(self, info: Info, input: OrderInput) -> OrderResult:
        """Invoice what was received, and complete the order (R3-63)."""
        return await _ordered(info, input.order_id, pay.settle_order)

    @mutation(pay.record_order_payment)
    async def record_payment(self, info: Info, input: RecordPaymentInput) -> OrderResult:
        """Record money received; a prepaid order that is paid in full goes on (R4-26)."""
        wish = pay.PaymentWish(
            order_id=key_of(input.order_id, "Order"),
            amount=input.amount,
            method=input.method,
            reference=input.reference,
            idempotency_key=input.idempotency_key,
        )
        order_id = await info.context.write(lambda work: pay.record_order_payment(work, wish))
        return await load_order(info, order_id)

    @mutation(cancel.close_order_exception)
    async def close_order_exception(
        self, info: Info, input: CloseOrderExceptionInput
    ) -> OrderResult:
        """Say how an exception was handled (R1-30)."""
        order_id = await info.context.write(
            lambda work: cancel.close_order_exception(
                work, key_of(input.exception_id, "OrderException"), input.resolution
            )
        )
        return await load_order(info, order_id)


async def _ordered(
    info: Info, order_id: relay.GlobalID, command: Callable[[Work, UUID], Awaitable[UUID]]
) -> Order:
    key = key_of(order_id, "Order")
    return await load_order(info, await info.context.write(lambda work: command(work, key)))
