"""Create, submit, change and revise orders: by the buyer, or for a customer (R3-49..52)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from app.approvals.operations import withdraw
from app.db.idempotency import once
from app.db.work import Work
from app.kernel.errors import NotFound
from app.kernel.ids import new_id
from app.kernel.quantity import PackagingLevel
from app.orders.errors import OrderEmpty
from app.orders.models import Order
from app.orders.operations.carts import cart_wishes, empty_cart
from app.orders.operations.documents import OrderDocument, enter_state, open_for
from app.orders.operations.drafting import LineWish, priced, write_lines
from app.orders.operations.placing import (
    OrderWish,
    check_seen,
    draft,
    relationship_to_order_in,
    submit,
)
from app.orders.operations.stock import give_back
from app.orders.rules.states import ApprovalStatus, CreditStatus, OrderState, ReviewStatus
from app.orders.rules.transitions import OrderCommand
from app.organisations.models import TradingRelationship
from app.organisations.operations import find_relationship
from app.rbac.guard import requires
from app.rbac.permissions import Permission


@dataclass(frozen=True, slots=True)
class Placement:
    """A wish with the total its maker saw, and the key that makes repeating it safe (F9)."""

    wish: OrderWish
    seen_total: Decimal
    idempotency_key: str
    is_from_cart: bool = False


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
        document = await draft(work, order_id, relationship, wish)
        check_seen(document, document.order.total, placement.seen_total)
        await submit(work, document, relationship)

    body = [*_body(placement.wish), placement.seen_total, placement.is_from_cart]
    return await once(work, placement.idempotency_key, "placeOrder", body, new_id(), command)


@requires(Permission.ORDER_PLACE, Permission.ORDER_PLACE_FOR_CUSTOMER)
async def submit_order(work: Work, order_id: UUID, seen_total: Decimal) -> UUID:
    """Submit a draft at this moment's prices; raises `PriceChanged` when others were seen."""
    document = await open_for(work, order_id, OrderCommand.SUBMIT)
    relationship = await relationship_to_order_in(work, document.order.relationship_id)
    quote = await priced(
        work, relationship, _wishes(document), document.order.requested_delivery_on
    )
    check_seen(document, quote.gross, seen_total)
    if [(line.net, line.tax) for line in quote.lines] != [
        (line.net, line.tax) for line in document.lines
    ]:
        document.order.revision += 1
        document.lines = await write_lines(work, document.order, quote)
    await submit(work, document, relationship)
    return order_id


@requires(Permission.ORDER_CANCEL)
async def change_order(work: Work, order_id: UUID, lines: Sequence[LineWish]) -> UUID:
    """Replace an order's lines before preparation: a new revision, a draft again (R1-31).

    What was set aside is given back, and approvals start over.
    """
    document = await open_for(work, order_id, OrderCommand.CHANGE)
    await give_back(work, document)
    await _revise(work, document, lines, OrderCommand.CHANGE)
    return order_id


@requires(Permission.ORDER_PLACE, Permission.ORDER_PLACE_FOR_CUSTOMER)
async def revise_order(work: Work, order_id: UUID, lines: Sequence[LineWish] | None = None) -> UUID:
    """Make a rejected order a draft again, with new lines or the old ones, priced again (R3-50)."""
    document = await open_for(work, order_id, OrderCommand.REVISE)
    await _revise(work, document, lines or _wishes(document), OrderCommand.REVISE)
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
    work: Work, document: OrderDocument, lines: Sequence[LineWish], command: OrderCommand
) -> None:
    order = document.order
    terms = await find_relationship(work, order.relationship_id)
    if terms is None:
        raise NotFound("TradingRelationship")
    quote = await priced(work, terms, lines, order.requested_delivery_on)
    await withdraw(work, order.id)
    _start_over(order)
    await write_lines(work, order, quote)
    enter_state(work, order, command, OrderState.DRAFT)


def _start_over(order: Order) -> None:
    order.revision += 1
    order.is_preparing = False
    order.approval_status = ApprovalStatus.NOT_REQUIRED
    order.review_status = ReviewStatus.NOT_REQUIRED
    order.credit_status = CreditStatus.NOT_CHECKED
    order.confirmed_at = None
    order.expected_ship_on = None
    order.payment_due_at = None


def _wishes(document: OrderDocument) -> list[LineWish]:
    return [
        LineWish(line.sku_id, PackagingLevel(line.packaging_level), line.quantity)
        for line in document.lines
    ]


def _body(wish: OrderWish) -> list[object]:
    day: date | None = wish.requested_delivery_on
    lines = [[line.sku_id, line.packaging_level, line.quantity] for line in wish.lines]
    return [wish.relationship_id, lines, wish.channel, wish.delivery_mode, day, wish.note]
