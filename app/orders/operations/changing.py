"""Changes of an order's lines: what one would do, told so that exactly that can be done (R1-31)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from hashlib import sha256

from app.approvals.operations import withdraw
from app.db.revisions import as_of_start
from app.db.work import Work
from app.kernel.errors import NotFound
from app.orders.models import Order, OrderLine
from app.orders.operations.benefits import take_benefits_back
from app.orders.operations.discounts import given_by_actor
from app.orders.operations.documents import OrderDocument
from app.orders.operations.drafting import figures_of, given_by, priced
from app.orders.operations.spending import give_spending_back
from app.orders.operations.stock import give_back
from app.orders.operations.wishes import LineWish, OrderWish, wish_of
from app.orders.rules.changing import (
    LineDifference,
    LineMoney,
    PricedGoods,
    differences,
    only_takes_away,
)
from app.orders.rules.states import ApprovalStatus, CreditStatus, OrderState, ReviewStatus
from app.organisations.models import TradingRelationship
from app.organisations.operations import known_relationship
from app.quotes.rules import Quote, QuotedLine

_UNSUBMITTED = frozenset({OrderState.DRAFT, OrderState.REJECTED})


@dataclass(frozen=True, slots=True)
class OrderChange:
    """What is to be different about an order; none of a part leaves that part as it is."""

    lines: Sequence[LineWish] | None = None
    coupon_codes: Sequence[str] | None = None
    points_to_redeem: int | None = None


@dataclass(frozen=True, slots=True)
class Totals:
    """What a whole order costs: total = net + tax + deposits."""

    net: Decimal
    tax: Decimal
    deposits: Decimal
    total: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePlan:
    """What a change comes to at this moment's prices.

    What was approved stays so where the change only takes away; else those who were asked are asked
    again. A draft stays one, and so does a rejected order; all others go on by themselves.
    `fingerprint` stands for all of it, and for the order as it is: another one means that something
    has moved.
    """

    order: Order
    terms: TradingRelationship
    wish: OrderWish
    quote: Quote
    lines: Sequence[LineDifference]
    before: Totals
    takes_stock_back: bool
    keeps_approval: bool
    starts_approval_over: bool
    is_submitted_again: bool
    fingerprint: str


async def planned(
    work: Work, document: OrderDocument, change: OrderChange, *, gives_back: bool = True
) -> ChangePlan:
    """Give back what the order holds, and price its change; raises what pricing an order raises.

    What schemes had granted the order counts for it anew: so it is given back first.
    """
    order, buckets = document.order, document.total
    reading = partial(known_relationship, work, order.relationship_id)
    terms = await as_of_start(work, reading, more=True)
    if terms is None:
        raise NotFound("TradingRelationship")
    wish = await changed_wish(work, terms, wish_of(document), change)
    if gives_back:
        await give_back(work, document)
        await give_spending_back(work, order.id)
        await take_benefits_back(work, order)
    quote = await as_of_start(work, partial(priced, work, terms, wish))
    await withdraw(work, order.id)
    found = differences(map(_goods, document.lines), map(_goods, quote.lines))
    is_approved = order.approval_status == ApprovalStatus.APPROVED
    keeps = is_approved and only_takes_away(found) and not quote.approval_causes
    was_asked = order.approval_status != ApprovalStatus.NOT_REQUIRED
    return ChangePlan(
        order=order,
        terms=terms,
        wish=wish,
        quote=quote,
        lines=found,
        before=Totals(order.net, order.tax, order.deposits, order.total),
        takes_stock_back=buckets.allocated > 0 or buckets.backordered > 0,
        keeps_approval=keeps,
        starts_approval_over=was_asked and not keeps,
        is_submitted_again=OrderState(order.state) not in _UNSUBMITTED,
        fingerprint=_fingerprint(order, quote),
    )


async def changed_wish(
    work: Work, terms: TradingRelationship, wish: OrderWish, change: OrderChange
) -> OrderWish:
    """Lay a change over a wish; new lines are discounted by the actor, or not at all."""
    lines, codes, points = change.lines, change.coupon_codes, change.points_to_redeem
    return replace(
        wish,
        lines=wish.lines if lines is None else await given_by_actor(work, terms, lines),
        coupon_codes=wish.coupon_codes if codes is None else codes,
        points_to_redeem=wish.points_to_redeem if points is None else points,
    )


def start_over(order: Order) -> None:
    """Begin a new revision, which has passed no gate."""
    order.revision += 1
    order.is_preparing = False
    order.approval_status = ApprovalStatus.NOT_REQUIRED
    order.review_status = ReviewStatus.NOT_REQUIRED
    order.credit_status = CreditStatus.NOT_CHECKED
    order.confirmed_at = None
    order.expected_ship_on = None
    order.payment_due_at = None


def _fingerprint(order: Order, quote: Quote) -> str:
    stands = (order.id, order.revision, order.state, order.changed_at, order.total, order.paid)
    told = (stands, [figures_of(line) for line in quote.lines], given_by(quote), quote.total)
    return sha256(repr(told).encode()).hexdigest()


def _goods(line: OrderLine | QuotedLine) -> PricedGoods:
    money = LineMoney(line.quantity, line.net, line.gross + line.deposit)
    return PricedGoods((line.sku_id, str(line.packaging_level), line.is_free), money)
