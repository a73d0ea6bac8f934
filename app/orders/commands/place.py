"""Create, submit, change and revise orders: by the buyer, or for a customer (R3-49..52)."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import partial
from uuid import UUID

from app.db.idempotency import once
from app.db.revisions import as_of_start
from app.db.work import Work
from app.kernel.ids import new_id
from app.orders.errors import OrderEmpty
from app.orders.operations.carts import cart_wishes, empty_cart
from app.orders.operations.changing import OrderChange, planned, start_over
from app.orders.operations.documents import OrderDocument, enter_state, note_change, open_for
from app.orders.operations.drafting import priced, stands, write_lines
from app.orders.operations.placing import (
    check_delivery_day,
    check_seen,
    draft,
    place,
    relationship_to_order_in,
    submit,
)
from app.orders.operations.wishes import LineWish, OrderWish, wish_of
from app.orders.rules.states import OrderState
from app.orders.rules.transitions import OrderCommand
from app.organisations.models import TradingRelationship
from app.rbac.guard import requires
from app.rbac.permissions import Permission


@dataclass(frozen=True, slots=True)
class Placement:
    """A wish with the total its maker saw, and the key that makes repeating it safe (F9)."""

    wish: OrderWish
    seen_total: Decimal
    idempotency_key: str
    is_from_cart: bool = False


_UNCHANGED = OrderChange()


@requires(Permission.ORDER_PLACE, Permission.ORDER_PLACE_FOR_CUSTOMER)
async def create_order(work: Work, wish: OrderWish, idempotency_key: str) -> UUID:
    """Write a draft; only the party that wrote it sees it until it is submitted (R3-51)."""

    async def command(order_id: UUID) -> None:
        relationship = await relationship_to_order_in(work, wish.relationship_id)
        await draft(work, order_id, relationship, wish)

    return await once(work, idempotency_key, "createOrder", _body(wish), new_id(), command)


@requires(Permission.ORDER_PLACE, Permission.ORDER_PLACE_FOR_CUSTOMER)
async def place_order(work: Work, placement: Placement) -> UUID:
    """Draft and submit in one go, from lines or from the caller's cart, which is emptied (R1-14).

    Raises `PriceChanged` when the total is not the one that was seen.
    """

    async def command(order_id: UUID) -> None:
        relationship = await relationship_to_order_in(work, placement.wish.relationship_id)
        wish = await _wish(work, placement, relationship)
        await place(work, order_id, relationship, wish, placement.seen_total)

    body = [*_body(placement.wish), placement.seen_total, placement.is_from_cart]
    return await once(work, placement.idempotency_key, "placeOrder", body, new_id(), command)


@requires(Permission.ORDER_PLACE, Permission.ORDER_PLACE_FOR_CUSTOMER)
async def submit_order(work: Work, order_id: UUID, seen_total: Decimal) -> UUID:
    """Submit a draft at this moment's prices; raises `PriceChanged` when others were seen.

    Discounts given by hand stay, with their givers' authority of this moment.
    """
    document = await open_for(work, order_id, OrderCommand.SUBMIT)
    relationship = await relationship_to_order_in(work, document.order.relationship_id)
    wish = wish_of(document)
    await check_delivery_day(work, relationship, wish.requested_delivery_on)
    quote = await as_of_start(work, partial(priced, work, relationship, wish))
    check_seen(quote, seen_total)
    if not await stands(work, document, quote):
        document.order.revision += 1
        document.lines = await write_lines(work, document.order, wish, quote)
    await submit(work, document.order, relationship, quote)
    return order_id


@requires(Permission.ORDER_CANCEL)
async def change_order(work: Work, order_id: UUID, change: OrderChange) -> UUID:
    """Replace an order's lines before preparation: a new revision, a draft again (R1-31).

    What was set aside or granted is given back, approvals start over, free goods come anew.
    """
    document = await open_for(work, order_id, OrderCommand.CHANGE)
    await _revise(work, document, change, OrderCommand.CHANGE)
    return order_id


@requires(Permission.ORDER_PLACE, Permission.ORDER_PLACE_FOR_CUSTOMER)
async def revise_order(work: Work, order_id: UUID, change: OrderChange = _UNCHANGED) -> UUID:
    """Make a rejected order a draft again, with new lines or the old ones, priced again (R3-50)."""
    document = await open_for(work, order_id, OrderCommand.REVISE)
    await _revise(work, document, change, OrderCommand.REVISE)
    return order_id


async def _wish(work: Work, placement: Placement, relationship: TradingRelationship) -> OrderWish:
    if not placement.is_from_cart:
        return placement.wish
    lines = await cart_wishes(work, relationship.id)
    if not lines:
        raise OrderEmpty
    await empty_cart(work, relationship.id)
    return replace(placement.wish, lines=lines)


async def _revise(
    work: Work, document: OrderDocument, change: OrderChange, command: OrderCommand
) -> None:
    order = document.order
    gives_back = command is OrderCommand.CHANGE  # A rejected order holds nothing.
    plan = await planned(work, document, change, gives_back=gives_back)
    note_change(work, order)
    start_over(order)
    await write_lines(work, order, plan.wish, plan.quote)
    enter_state(work, order, command, OrderState.DRAFT)


def _body(wish: OrderWish) -> list[object]:
    day: date | None = wish.requested_delivery_on
    lines = [_line_body(line) for line in wish.lines]
    body: list[object] = [
        wish.relationship_id,
        lines,
        wish.channel,
        wish.delivery_mode,
        day,
        wish.note,
    ]
    if wish.coupon_codes or wish.points_to_redeem:
        body += [list(wish.coupon_codes), wish.points_to_redeem]
    if wish.buyer_reference:
        body.append(wish.buyer_reference)
    return body


def _line_body(line: LineWish) -> list[object]:
    body: list[object] = [line.sku_id, line.packaging_level, line.quantity]
    return [*body, line.discount.percent, line.discount.reason] if line.discount else body
