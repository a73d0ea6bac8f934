"""Create a draft for a relationship, and submit it: shared by buyers, reps and the cascade."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from app.approvals.models import ApprovalStep, StepStatus
from app.budgets.models import SpendingEntry
from app.budgets.operations import Spending, spend
from app.db.revisions import as_of_start
from app.db.rows import Rows, completed
from app.db.work import Work
from app.deliverydays.operations import plan_for
from app.kernel.actor import Scope
from app.kernel.errors import NotFound
from app.orders.errors import (
    BelowMinimumOrderValue,
    BuyerReferenceTaken,
    DeliveryDateWrong,
    NotYourCustomer,
    PriceChanged,
)
from app.orders.models import BUYER_REFERENCE_KEY, Order, OrderLine
from app.orders.operations.approving import ask_approvals
from app.orders.operations.benefits import grant_benefits
from app.orders.operations.confirming import check_credit, open_gates
from app.orders.operations.discounts import given_by_actor
from app.orders.operations.documents import enter_state, note_change
from app.orders.operations.drafting import LaidOut, lay_out, new_number, priced
from app.orders.operations.paying import pay_if_covered
from app.orders.operations.spending import wanted_of
from app.orders.operations.ways import chosen_way
from app.orders.operations.wishes import OrderWish
from app.orders.rules.states import ApprovalStatus, OrderState, ReviewStatus
from app.orders.rules.transitions import OrderCommand
from app.organisations import locks as organisation_locks
from app.organisations.errors import OrganisationPrepared, RelationshipClosed
from app.organisations.models import OrganisationStatus, TradingRelationship, status_at
from app.organisations.operations import (
    address_to_keep,
    is_assigned,
    known_relationship,
    organisations_named,
)
from app.promotions.operations import Write
from app.quotes.rules import Quote
from app.rbac.permissions import Permission
from app.tenants.operations import local_day

LATEST_DELIVERY_DAYS = 365


async def relationship_to_order_in(work: Work, relationship_id: UUID) -> TradingRelationship:
    """Return a relationship that the actor may order in: as its buyer, or for its customer.

    Raises `NotFound` for others' relationships, `NotYourCustomer` for a colleague's customer and
    `RelationshipClosed` outside its validity.
    """
    reading = partial(known_relationship, work, relationship_id)
    relationship = await as_of_start(work, reading, more=True)
    if relationship is None or not await _may_order(work, relationship):
        raise NotFound("TradingRelationship").at("relationshipId")
    begins, ends = relationship.valid_from, relationship.valid_until
    await _check_open(work, relationship, ends, has_begun=begins <= work.now)
    return relationship


async def _check_open(
    work: Work,
    trade: TradingRelationship | Order,
    ends: datetime | None,
    *,
    has_begun: bool = True,
) -> None:
    """Raise where trade has ended or not begun, or a party of it is prepared only (R3-6)."""
    if has_begun and (ends is None or ends > work.now):
        return
    parties = await organisations_named(work, [trade.seller_id, trade.buyer_id])
    for party in parties.values():
        if status_at(party.status, party.activates_at, work.now) is OrganisationStatus.PREPARED:
            raise OrganisationPrepared(party.name).at("relationshipId")
    raise RelationshipClosed(seller=parties[trade.seller_id].name)


async def draft(work: Work, order_id: UUID, terms: TradingRelationship, wish: OrderWish) -> None:
    """Write a new draft, priced at this moment; the actor is its creator (R3-51)."""
    await (await _drafted(work, order_id, terms, wish)).write(work, {})


async def place(
    work: Work,
    order_id: UUID,
    relationship: TradingRelationship,
    wish: OrderWish,
    seen_total: Decimal | None = None,
) -> dict[UUID, UUID]:
    """Draft an order and submit it in one go; it is written once, as far as its gates let it.

    Returns the lines that were asked for, by SKU. Raises `PriceChanged`, before anything is
    written, when a total was seen that is not this one.
    """
    drafted = await _drafted(work, order_id, relationship, wish, seen_total)
    write = partial(drafted.write, work)
    await submit(work, drafted.order, relationship, drafted.quote, write)
    return {row["sku_id"]: row["id"] for row in drafted.rows[OrderLine] if not row["is_free"]}


def check_seen(quote: Quote, seen: Decimal) -> None:
    """Raise `PriceChanged` with both totals when the one now is not the one that was seen."""
    if quote.total != seen:
        raise PriceChanged(seen=seen, now=quote.total, currency=quote.currency)


async def submit(  # noqa: PLR0913  # an order and how it goes on
    work: Work,
    order: Order,
    relationship: TradingRelationship,
    quote: Quote,
    write: Write | None = None,
    *,
    keeps_approval: bool = False,
) -> None:
    """Submit a draft at the prices it holds, and take it as far as its gates let it.

    What `keeps_approval` was approved before, and nobody is asked again.

    What its quote gives is granted now; `TryAgain` starts over when a budget has run out meanwhile.
    A draft that is not there yet tells how to `write` it. Of an order's own rows nothing here
    reads anything, so that they are written once, as they are in the end.
    """
    _check_minimum(relationship, order)
    if write is None:
        ends = await organisation_locks.hold(work, relationship.id)
        await _check_open(work, relationship, ends)
    with work.session.no_autoflush:
        note_change(work, order)
        spending = await spend(work, order.id, wanted_of(order))
        over = spending.exceeded
        steps = (
            () if keeps_approval else await ask_approvals(work, order, relationship, quote, over)
        )
        order.submitted_at = work.now
        order.approval_status = (
            ApprovalStatus.APPROVED if keeps_approval else _approval_status(steps)
        )
        order.review_status = (
            ReviewStatus.PENDING if relationship.needs_review else ReviewStatus.NOT_REQUIRED
        )
        enter_state(work, order, OrderCommand.SUBMIT, OrderState.SUBMITTED)
        await open_gates(work, order, relationship)
        write = await _with_entries(work, spending, write)
        await grant_benefits(work, order, relationship, quote, write)
        await check_credit(work, order, relationship)
    await pay_if_covered(work, order, relationship)


async def _with_entries(work: Work, spending: Spending, write: Write | None) -> Write | None:
    """Write what the order holds of budgets: with an order that is not there yet, or now."""
    if not spending.entries:
        return write
    if write is None:
        await work.insert(SpendingEntry, spending.entries)
        return None
    written = write

    async def with_entries(beside: Rows) -> None:
        await written({**beside, SpendingEntry: spending.entries})

    return with_entries


def _approval_status(steps: Sequence[ApprovalStep]) -> ApprovalStatus:
    if not steps:
        return ApprovalStatus.NOT_REQUIRED
    is_open = any(step.status == StepStatus.PENDING for step in steps)
    return ApprovalStatus.PENDING if is_open else ApprovalStatus.APPROVED


@dataclass(frozen=True, slots=True)
class _Drafted:
    """A draft that is not written yet, its quote, and the rows that belong to it."""

    order: Order
    quote: Quote
    rows: LaidOut

    async def write(self, work: Work, beside: Rows) -> None:
        """Write all of it in one statement, with other rows beside; in what is open still.

        The relationship was read as it was at the start: it may have ended before that instant.
        """
        order = self.order
        held = organisation_locks.holding(work, order.relationship_id)
        try:
            ((ends,),) = await work.write(order, beside={**self.rows, **beside}, asking=held)
        except IntegrityError as broken:
            if order.buyer_reference and BUYER_REFERENCE_KEY in str(broken.orig):
                raise BuyerReferenceTaken(reference=order.buyer_reference) from None
            raise
        await _check_open(work, order, ends)


async def _drafted(
    work: Work,
    order_id: UUID,
    relationship: TradingRelationship,
    wish: OrderWish,
    seen_total: Decimal | None = None,
) -> _Drafted:
    await check_delivery_day(work, relationship, wish.requested_delivery_on)
    lines = await given_by_actor(work, relationship, wish.lines)
    wish = replace(wish, lines=lines)
    quote = await as_of_start(work, partial(priced, work, relationship, wish))
    if seen_total is not None:
        check_seen(quote, seen_total)
    order = _new_order(work, order_id, relationship, wish, quote)
    order.delivery_address = await address_to_keep(
        work, relationship.buyer_id, wish.delivery_address_id, wish.requested_delivery_on
    )
    rows = lay_out(work, order, wish, quote)
    enter_state(work, order, "CREATE", OrderState.DRAFT, data={"channel": wish.channel})
    return _Drafted(order, quote, rows)


def _new_order(
    work: Work, order_id: UUID, relationship: TradingRelationship, wish: OrderWish, quote: Quote
) -> Order:
    order = Order(
        id=order_id,
        number=new_number(work),
        seller_id=relationship.seller_id,
        buyer_id=relationship.buyer_id,
        relationship_id=relationship.id,
        channel=wish.channel,
        delivery_mode=wish.delivery_mode,
        placed_by_membership_id=work.actor.membership_id,
        placed_by_organisation_id=work.actor.own_organisation,
        currency=relationship.currency,
        payment_way=chosen_way(relationship, wish.payment_way),
        net=quote.net,
        tax=quote.tax,
        deposits=quote.deposits,
        total=quote.total,
        price_instant=quote.price_instant,
        requested_delivery_on=wish.requested_delivery_on,
        note=wish.note,
        buyer_reference=wish.buyer_reference,
        coupon_codes=list(wish.coupon_codes),
        points_to_redeem=wish.points_to_redeem,
        state=OrderState.DRAFT,
        created_at=work.now,
        changed_at=work.now,
    )
    return completed(order)


async def _may_order(work: Work, relationship: TradingRelationship) -> bool:
    own, actor = work.actor.own_organisation, work.actor
    if relationship.buyer_id == own:
        return actor.may(Permission.ORDER_PLACE) or actor.may(Permission.PROCUREMENT_WRITE)
    if relationship.seller_id != own or not actor.may(Permission.ORDER_PLACE_FOR_CUSTOMER):
        return False
    if actor.scope_of(Permission.ORDER_PLACE_FOR_CUSTOMER) is not Scope.ASSIGNED:
        return True
    if await is_assigned(work, relationship.id):
        return True
    names = await organisations_named(work, [relationship.buyer_id])
    raise NotYourCustomer(buyer=names[relationship.buyer_id].name)


async def check_delivery_day(
    work: Work, relationship: TradingRelationship, day: date | None
) -> None:
    """Raise for a day that makes no sense, or on which the seller does not deliver there.

    `DeliveryDateWrong`, and by the seller's calendar `NoDeliveryDay` and `CutOffPassed`; no
    statement where no day is asked for.
    """
    if day is None:
        return
    first = await local_day(work)
    last = first + timedelta(days=LATEST_DELIVERY_DAYS)
    if not first <= day <= last:
        raise DeliveryDateWrong(day=str(day), first=str(first), last=str(last))
    plan = await plan_for(work, relationship)
    if plan is not None:
        plan.check(day, work.now)


def _check_minimum(relationship: TradingRelationship, order: Order) -> None:
    if order.net < relationship.minimum_order_value:
        raise BelowMinimumOrderValue(
            total=order.net, minimum=relationship.minimum_order_value, currency=order.currency
        )
