"""Requests: a buyer sends a cart, and the seller's rep orders it or sends it back (R3-49)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from app.audit.operations import record
from app.db.idempotency import once
from app.db.outbox import DomainEvent
from app.db.work import Work
from app.kernel.errors import Invalid, NotFound
from app.kernel.ids import new_id
from app.ordering import locks
from app.ordering.errors import RequestDecided, RequestOpen
from app.ordering.models import OrderRequest, SavedCart
from app.ordering.operations.lines import Target, add_lines, lines_in, take_out
from app.ordering.operations.reach import locked_cart, orderable
from app.ordering.rules.words import CartPurpose, CartSharing, RequestState
from app.orders.errors import OrderEmpty
from app.orders.models import Order
from app.orders.operations.placing import place, relationship_to_order_in
from app.orders.operations.wishes import OrderWish
from app.orders.rules.states import DeliveryMode, OrderChannel
from app.organisations.models import TradingRelationship
from app.organisations.operations import organisations_named, present_reps
from app.rbac.guard import requires
from app.rbac.operations import people_of
from app.rbac.permissions import Permission

LONGEST_REASON = 500
LONGEST_NOTE = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRequest:
    """A cart to send: a saved one, which is shared, or the own cart, which is moved into one."""

    relationship_id: UUID
    cart_id: UUID | None = None
    note: str = ""
    requested_delivery_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestOrder:
    """A request to order, at the total that the rep saw."""

    request_id: UUID
    seen_total: Decimal
    delivery_mode: DeliveryMode = DeliveryMode.DELIVERY
    key: str


@requires(Permission.ORDER_PLACE)
async def send_order_request(work: Work, new: NewRequest, key: str) -> UUID:
    """Ask the seller to order a cart; those who look after the buyer are told.

    Raises `OrderEmpty`, `RequestOpen`, and `NotFound` for relationships that one does not buy in.
    """
    if len(new.note) > LONGEST_NOTE:
        raise Invalid("note", f"must have at most {LONGEST_NOTE} characters")

    async def command(request_id: UUID) -> None:
        relationship = await relationship_to_order_in(work, new.relationship_id)
        if relationship.buyer_id != work.actor.own_organisation:
            raise NotFound("TradingRelationship").at("relationshipId")
        saved = await _sent(work, new, relationship)
        row = OrderRequest(
            id=request_id,
            cart_id=saved.id,
            relationship_id=relationship.id,
            seller_id=relationship.seller_id,
            buyer_id=relationship.buyer_id,
            state=RequestState.SENT,
            note=new.note,
            requested_delivery_on=new.requested_delivery_on,
            sent_by_membership_id=work.actor.membership_id,
            sent_by_name=work.actor.name,
            sent_at=work.now,
        )
        await work.save(row)
        people = await _looking_after(work, relationship)
        note = {"note": new.note} if new.note else {}
        await _tell(work, row, "order_requested", people, note)

    body = [new.relationship_id, new.cart_id, new.note, new.requested_delivery_on]
    return await once(work, key, "sendOrderRequest", body, new_id(), command)


@requires(Permission.ORDER_PLACE_FOR_CUSTOMER)
async def order_request(work: Work, given: RequestOrder) -> UUID:
    """Place the order that a buyer asked for, on its behalf; returns the order's id.

    Raises what placing an order raises, and `RequestDecided`.
    """

    async def command(order_id: UUID) -> None:
        row = await _open(work, given.request_id, OrderRequest.seller_id)
        relationship = await relationship_to_order_in(work, row.relationship_id)
        saved = await _cart(work, row)
        lines = await lines_in(work, Target(relationship, saved))
        if not lines:
            raise OrderEmpty
        wish = OrderWish(
            relationship_id=relationship.id,
            lines=lines,
            channel=OrderChannel.SALES_REP,
            delivery_mode=given.delivery_mode,
            requested_delivery_on=row.requested_delivery_on,
            note=row.note,
        )
        await place(work, order_id, relationship, wish, given.seen_total)
        await work.session.flush()
        number = select(Order.number).where(Order.id == order_id)
        row.order_id = order_id
        _decide(work, row, RequestState.ORDERED)
        data = {"number": str(await work.session.scalar(number))}
        await _tell(work, row, "order_request_ordered", [row.sent_by_membership_id], data)

    body = [given.request_id, given.seen_total, given.delivery_mode]
    return await once(work, given.key, "orderRequest", body, new_id(), command)


@requires(Permission.ORDER_PLACE_FOR_CUSTOMER)
async def send_back_order_request(work: Work, request_id: UUID, reason: str) -> UUID:
    """Send a request back with a reason: the cart is the buyer's to mend and to send again."""
    reason = reason.strip()
    if not 1 <= len(reason) <= LONGEST_REASON:
        raise Invalid("reason", f"must have 1 to {LONGEST_REASON} characters")
    row = await _open(work, request_id, OrderRequest.seller_id)
    row.reason = reason
    _decide(work, row, RequestState.SENT_BACK)
    people = [row.sent_by_membership_id]
    await _tell(work, row, "order_request_sent_back", people, {"reason": reason})
    return request_id


@requires(Permission.ORDER_PLACE)
async def withdraw_order_request(work: Work, request_id: UUID) -> UUID:
    """Take a request back that nobody has decided about."""
    row = await _open(work, request_id, OrderRequest.buyer_id)
    _decide(work, row, RequestState.WITHDRAWN)
    return request_id


async def _sent(work: Work, new: NewRequest, relationship: TradingRelationship) -> SavedCart:
    """Return the cart that is sent, with lines in it, for both sides to see."""
    if new.cart_id is None:
        return await _out_of_own_cart(work, relationship)
    saved = await locked_cart(work, new.cart_id)
    if saved.relationship_id != relationship.id:
        raise NotFound("SavedCart").at("savedCartId")
    if not await lines_in(work, Target(relationship, saved)):
        raise OrderEmpty
    waiting = select(OrderRequest.id).where(
        OrderRequest.cart_id == saved.id, OrderRequest.state == RequestState.SENT
    )
    if await work.session.scalar(waiting) is not None:
        raise RequestOpen
    saved.sharing, saved.changed_at = CartSharing.BOTH_SIDES, work.now
    return saved


async def _out_of_own_cart(work: Work, relationship: TradingRelationship) -> SavedCart:
    own = Target(relationship)
    lines = await lines_in(work, own)
    if not lines:
        raise OrderEmpty
    saved = SavedCart(
        relationship_id=relationship.id,
        organisation_id=work.actor.own_organisation,
        membership_id=work.actor.membership_id,
        name=f"{work.actor.name} {work.now:%Y-%m-%d}",
        purpose=CartPurpose.CART,
        sharing=CartSharing.BOTH_SIDES,
        created_at=work.now,
        changed_at=work.now,
    )
    await work.save(saved)
    await take_out(work, own, [(line.sku_id, line.packaging_level) for line in lines])
    await add_lines(work, Target(relationship, saved), lines)
    return saved


async def _open(work: Work, request_id: UUID, side: object) -> OrderRequest:
    """Lock a request of the own side that waits; raises `NotFound` and `RequestDecided`."""
    reach = OrderRequest.relationship_id.in_(orderable(work)) & (
        side == work.actor.own_organisation
    )
    row = await locks.order_request(work, request_id, reach)
    if row is None:
        raise NotFound("OrderRequest").at("orderRequestId")
    if row.state != RequestState.SENT:
        raise RequestDecided(row.state)
    return row


async def _cart(work: Work, row: OrderRequest) -> SavedCart:
    """Lock the request's cart, which its sender may have taken out of sight meanwhile."""
    found = await locks.saved_carts(work, [row.cart_id], SavedCart.id == row.cart_id)
    return found[row.cart_id]


async def _looking_after(work: Work, relationship: TradingRelationship) -> Sequence[UUID]:
    """Return the reps of the buyer; all who order for customers where it has none."""
    reps = await present_reps(work, relationship.id)
    right = Permission.ORDER_PLACE_FOR_CUSTOMER
    return reps or await people_of(work, [relationship.seller_id], right)


def _decide(work: Work, row: OrderRequest, state: RequestState) -> None:
    row.state = state
    row.decided_by_membership_id = work.actor.membership_id
    row.decided_by_name = work.actor.name
    row.decided_at = work.now
    record(
        work,
        f"ORDER_REQUEST_{state}",
        "order_request",
        row.id,
        before={"state": RequestState.SENT},
        after={"state": state},
        reason=row.reason,
    )


async def _tell(
    work: Work, row: OrderRequest, kind: str, people: Sequence[UUID], data: Mapping[str, str]
) -> None:
    named = await organisations_named(work, [row.seller_id, row.buyer_id])
    told = {
        "seller_id": str(row.seller_id),
        "buyer_id": str(row.buyer_id),
        "seller_name": named[row.seller_id].name,
        "buyer_name": named[row.buyer_id].name,
        "recipients": [str(person) for person in people],
        **data,
    }
    work.tell(DomainEvent(kind, "order_request", row.id, told))
