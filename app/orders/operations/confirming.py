"""Take an order through payment, review and approval to confirmation, and check its credit."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Select,
    Text,
    Uuid,
    all_,
    and_,
    bindparam,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY

from app.approvals.operations import who_can_act
from app.db.reading import TENANT, sent
from app.db.tables import table_of
from app.db.work import Work
from app.finance.operations import receivable_in
from app.kernel.actor import Scope
from app.orders.models import Order
from app.orders.operations.documents import enter_state, event_of, makers_of_rows
from app.orders.operations.ways import needs_credit, pays_at
from app.orders.rules.gates import Gates, next_gate
from app.orders.rules.states import (
    ApprovalStatus,
    CreditStatus,
    InvoiceStatus,
    OrderState,
    PaymentStatus,
    ReviewStatus,
)
from app.orders.rules.transitions import OrderCommand
from app.organisations import locks as organisation_locks
from app.organisations.models import (
    Organisation,
    PaymentGate,
    PaymentWay,
    TradingRelationship,
)
from app.organisations.operations import find_relationship
from app.rbac.assignments import counts_at
from app.rbac.models import Membership, MembershipRole, RoleGrant
from app.rbac.permissions import Permission
from app.rbac.rules import Effect
from app.tenants.operations import local_day

_UNCONFIRMED = (
    OrderState.DRAFT,
    OrderState.SUBMITTED,
    OrderState.PENDING_PAYMENT,
    OrderState.PENDING_REVIEW,
    OrderState.PENDING_APPROVAL,
    OrderState.REJECTED,
    OrderState.CANCELLED,
)

_organisation, _membership = table_of(Organisation).c, table_of(Membership).c
_role, _grant = table_of(MembershipRole), table_of(RoleGrant)


def _readers(effect: Effect) -> Select[Any]:
    """Select who is granted to read the order, or denied it; narrow scopes reach one's own."""
    same = and_(_grant.c.tenant_id == _role.c.tenant_id, _grant.c.role_id == _role.c.role_id)
    reached = or_(
        and_(_grant.c.scope != Scope.OWN.value, _grant.c.scope != Scope.ASSIGNED.value),
        and_(
            _grant.c.scope == Scope.OWN.value,
            _role.c.membership_id == bindparam("placed_by", type_=Uuid()),
        ),
        literal(effect is Effect.DENY),
    )
    return (
        select(_role.c.membership_id)
        .join_from(_role, _grant, same)
        .where(
            _role.c.tenant_id == TENANT,
            _grant.c.permission == Permission.ORDER_READ.value,
            _grant.c.effect == effect.value,
            counts_at(_role.c, bindparam("now", type_=DateTime(timezone=True))),
            reached,
        )
    )


_PARTIES = select(
    _organisation.id,
    _organisation.name,
    func.array(
        select(_membership.id)
        .where(
            _membership.tenant_id == TENANT,
            _membership.organisation_id == _organisation.id,
            _membership.organisation_id == bindparam("buyer"),
            _membership.ended_at.is_(None),
            _membership.id.in_(_readers(Effect.ALLOW)),
            _membership.id.not_in(_readers(Effect.DENY)),
        )
        .order_by(_membership.id)
        .scalar_subquery(),
        type_=ARRAY(Uuid()),
    ),
).where(
    _organisation.tenant_id == TENANT,
    or_(_organisation.id == bindparam("seller"), _organisation.id == bindparam("buyer")),
)

_order, _RELATIONSHIP = table_of(Order).c, bindparam("relationship_id", type_=Uuid())
_CONFIRMED = select(func.coalesce(func.sum(_order.total), Decimal(0))).where(
    _order.tenant_id == TENANT,
    _order.invoice_status == InvoiceStatus.NOT_INVOICED,
    _order.state != all_(literal(list(_UNCONFIRMED), ARRAY(Text()))),
    # Goods against cash are not handed over without it.
    _order.payment_way.is_distinct_from(PaymentWay.CASH_ON_DELIVERY.value),
)
_BESIDES = _CONFIRMED.where(
    _order.relationship_id == _RELATIONSHIP, _order.id != bindparam("order_id")
)
_OWED = select(receivable_in(TENANT, _RELATIONSHIP) + _BESIDES.scalar_subquery())


def credit_used_in(relationship_id: ColumnElement[UUID]) -> ColumnElement[Decimal]:
    """Select what a buyer owes and what its confirmed orders will cost it, in each relationship."""
    coming = _CONFIRMED.where(_order.relationship_id == relationship_id)
    return receivable_in(TENANT, relationship_id) + coming.scalar_subquery()


async def pass_gates(
    work: Work, order: Order, relationship: TradingRelationship | None = None
) -> None:
    """Move the order to the first gate that is still shut, or confirm it."""
    terms = relationship or await find_relationship(work, order.relationship_id)
    if terms is None:
        msg = "an order's relationship is never deleted"
        raise LookupError(msg)
    with work.session.no_autoflush:
        await open_gates(work, order, terms)
        await check_credit(work, order, terms)


async def open_gates(work: Work, order: Order, terms: TradingRelationship) -> None:
    """Move the order to the first gate that is still shut, or to confirmation without its credit.

    Nothing of the order is read, so that the caller may write it afterwards.
    """
    gate = next_gate(
        Gates(
            must_pay_first=pays_at(order, terms, PaymentGate.BEFORE_REVIEW),
            is_fully_paid=order.paid >= order.total,
            review=ReviewStatus(order.review_status),
            approval=ApprovalStatus(order.approval_status),
        )
    )
    if gate is OrderState.CONFIRMED:
        await _confirm(work, order, terms)
        return
    if gate is OrderState.PENDING_PAYMENT:
        _set_deadline(work, order, terms)
    enter_state(work, order, "CHECK", gate)
    if gate is OrderState.PENDING_APPROVAL:
        await tell_approvers(work, order)


async def check_credit(work: Work, order: Order, terms: TradingRelationship) -> None:
    """Hold an order just confirmed that exceeds the limit (Our rule 8).

    The relationship is locked first, and stays locked until the work ends.
    """
    is_limited = needs_credit(order, terms) and not terms.is_credit_unlimited
    if order.state != OrderState.CONFIRMED or not is_limited:
        return
    limit = await organisation_locks.credit_limit(work, terms.id)
    if await owed_besides(work, order) + order.total > limit:
        order.credit_status = CreditStatus.HELD


async def tell_approvers(
    work: Work, order: Order, kind: str = "order_waiting_for_approval"
) -> None:
    """Tell those who may decide now that the order waits for them; two statements."""
    names, _ = await _parties(work, order)
    found = (await who_can_act(work, [order.id]))[order.id]
    makers = makers_of_rows(order, ())
    others = [
        each.membership_id for each in found if not {each.membership_id, each.in_place_of} & makers
    ]
    _tell(work, order, kind, names, others)


async def tell_parties(
    work: Work,
    order: Order,
    kind: str,
    also: Sequence[UUID] = (),
    /,
    **data: str | Sequence[str] | Mapping[str, str],
) -> None:
    """Record an event for who placed the order, the buyer's people who read it, and some more.

    A value may come in several languages, by language.
    """
    placed_by = [order.placed_by_membership_id] if order.placed_by_membership_id else []
    names, people = await _parties(work, order)
    _tell(work, order, kind, names, [*placed_by, *people, *also], **data)


def set_payment_status(order: Order, due: Decimal) -> None:
    """Derive the payment status from what is paid, against what is due in all."""
    if order.paid >= due:
        order.payment_status = PaymentStatus.PAID
    else:
        order.payment_status = PaymentStatus.PARTIAL if order.paid else PaymentStatus.UNPAID


async def _confirm(work: Work, order: Order, terms: TradingRelationship) -> None:
    if pays_at(order, terms, PaymentGate.AFTER_APPROVAL) and order.paid < order.total:
        _set_deadline(work, order, terms)
        enter_state(work, order, OrderCommand.ASK_PAYMENT, OrderState.PENDING_PAYMENT)
        return
    is_checked = needs_credit(order, terms)
    order.credit_status = CreditStatus.OK if is_checked else CreditStatus.NOT_CHECKED
    order.confirmed_at = work.now
    order.expected_ship_on = await _expected_ship_day(work, order, terms)
    enter_state(work, order, "CONFIRM", OrderState.CONFIRMED)
    await tell_parties(work, order, "order_confirmed", expected_ship_on=str(order.expected_ship_on))


def _set_deadline(work: Work, order: Order, terms: TradingRelationship) -> None:
    """Count the days from when payment is asked for, by the terms of that moment."""
    days = terms.payment_days
    order.payment_due_at = work.now + timedelta(days=days) if days else None


async def owed_besides(work: Work, order: Order) -> Decimal:
    """Return what the buyer owes and what its other confirmed orders will cost it."""
    about = {"relationship_id": order.relationship_id, "order_id": order.id}
    return Decimal((await sent(work, _OWED, **about))[0][0])


async def _expected_ship_day(work: Work, order: Order, terms: TradingRelationship) -> date:
    earliest = await local_day(work) + timedelta(days=1)
    if order.requested_delivery_on is None:
        return earliest
    return max(earliest, order.requested_delivery_on - timedelta(days=terms.delivery_days))


async def _parties(work: Work, order: Order) -> tuple[dict[UUID, str], list[UUID]]:
    """Return the names of seller and buyer, and who of the buyer's may read it; one statement."""
    rows = await sent(
        work,
        _PARTIES,
        seller=order.seller_id,
        buyer=order.buyer_id,
        placed_by=order.placed_by_membership_id,
        now=work.now,
    )
    names = {key: name for key, name, _ in rows}
    return names, [person for _, _, people in rows for person in people]


def _tell(
    work: Work,
    order: Order,
    kind: str,
    names: Mapping[UUID, str],
    people: Sequence[UUID],
    **data: str | Sequence[str] | Mapping[str, str],
) -> None:
    parties = {
        "seller_name": names[order.seller_id],
        "buyer_name": names[order.buyer_id],
        "recipients": [str(person) for person in dict.fromkeys(people)],
    }
    work.tell(event_of(kind, order, {**parties, **data}))
