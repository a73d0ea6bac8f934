"""Review, approve, reject, release: decisions of people about a submitted order (R1-16, R3-11)."""

from uuid import UUID

from app.approvals.models import StepStatus
from app.approvals.operations import Decision, decide, urge
from app.db.work import Work
from app.kernel.errors import Invalid, NotFound
from app.orders import locks
from app.orders.operations.benefits import take_benefits_back
from app.orders.operations.confirming import tell_approvers, tell_parties
from app.orders.operations.documents import (
    OrderDocument,
    enter_state,
    makers_of,
    not_possible,
    open_for,
)
from app.orders.operations.paying import go_on
from app.orders.operations.reviewing import checked, keep
from app.orders.operations.spending import give_spending_back
from app.orders.rules.states import ApprovalStatus, CreditStatus, OrderState, ReviewStatus
from app.orders.rules.transitions import OrderCommand
from app.rbac.guard import requires
from app.rbac.permissions import Permission

LONGEST_REASON = 500


@requires(Permission.ORDER_REVIEW)
async def review_order(work: Work, order_id: UUID) -> UUID:
    """Find a submitted order in order; it goes on to approval or confirmation.

    What its checks said is kept with it (R1-17).
    """
    document = await open_for(work, order_id, OrderCommand.REVIEW)
    keep(work, document.order, await checked(work, document))
    document.order.review_status = ReviewStatus.PASSED
    enter_state(work, document.order, OrderCommand.REVIEW, OrderState.PENDING_REVIEW)
    await go_on(work, document.order)
    return order_id


@requires(Permission.ORDER_REVIEW)
async def send_order_back(work: Work, order_id: UUID, reason: str) -> UUID:
    """Give a submitted order back, and tell the buyer's people what is wrong (R1-18)."""
    document, words = await open_for(work, order_id, OrderCommand.SEND_BACK), stated(reason)
    document.order.review_status = ReviewStatus.NOT_REQUIRED
    await give_spending_back(work, document.order.id)
    await take_benefits_back(work, document.order)
    enter_state(work, document.order, OrderCommand.SEND_BACK, OrderState.DRAFT, reason=words)
    await tell_parties(work, document.order, "order_sent_back", reason=words)
    return order_id


@requires(Permission.APPROVAL_DECIDE)
async def approve_order(work: Work, order_id: UUID, reason: str | None = None) -> UUID:
    """Give the caller's approval; the order is confirmed once every required one is there."""
    return await _approve(work, await open_for(work, order_id, OrderCommand.APPROVE), reason)


@requires(Permission.APPROVAL_DECIDE)
async def reject_order(work: Work, order_id: UUID, reason: str) -> UUID:
    """Reject an order; one rejection is enough (Our rule 9)."""
    return await _reject(work, await open_for(work, order_id, OrderCommand.REJECT), reason)


@requires(Permission.APPROVAL_DECIDE)
async def decide_asked(work: Work, order_id: UUID, *, approve: bool, reason: str | None) -> UUID:
    """Approve or reject an order, be it one that only an organisation below asks about.

    Whoever is asked from above decides by what the inbox shows; of the order they see no more.
    """
    if approve:
        document = await open_for(work, order_id, OrderCommand.APPROVE, is_asked=True)
        return await _approve(work, document, reason)
    document = await open_for(work, order_id, OrderCommand.REJECT, is_asked=True)
    return await _reject(work, document, reason or "")


async def _approve(work: Work, document: OrderDocument, reason: str | None) -> UUID:
    reason = None if reason is None or not reason.strip() else stated(reason)
    decision = await _decide(work, document, approve=True, reason=reason)
    enter_state(
        work,
        document.order,
        OrderCommand.APPROVE,
        OrderState.PENDING_APPROVAL,
        reason=reason,
        data=_in_place(decision),
    )
    if decision.status is StepStatus.APPROVED:
        document.order.approval_status = ApprovalStatus.APPROVED
        await go_on(work, document.order)
    elif decision.asks_others:
        await tell_approvers(work, document.order)
    return document.order.id


async def _reject(work: Work, document: OrderDocument, reason: str) -> UUID:
    decision = await _decide(work, document, approve=False, reason=stated(reason))
    document.order.approval_status = ApprovalStatus.REJECTED
    await give_spending_back(work, document.order.id)
    await take_benefits_back(work, document.order)
    data = _in_place(decision)
    rejected = OrderState.REJECTED
    enter_state(work, document.order, OrderCommand.REJECT, rejected, reason=reason, data=data)
    await tell_parties(work, document.order, "order_rejected", reason=reason)
    return document.order.id


@requires(Permission.APPROVAL_DECIDE)
async def urge_approvers(work: Work, order_id: UUID) -> UUID:
    """Remind who may decide an order, and ask those above when its hours are over; for the system.

    Raises `NotPossibleNow` when it waits no more.
    """
    (order,) = await locks.orders(work, [order_id]) or (None,)
    if order is None:
        raise NotFound("Order")
    state = OrderState(order.state)
    if not work.actor.is_system or state is not OrderState.PENDING_APPROVAL:
        raise not_possible(OrderCommand.APPROVE, f"The order is {state}.", state)
    reminded, escalated = await urge(work, order_id, order.revision, order.changed_at)
    if reminded or escalated:
        kind = "order_approval_escalated" if escalated else "order_approval_reminded"
        await tell_approvers(work, order, kind)
    return order_id


@requires(Permission.CREDIT_RELEASE)
async def release_credit(work: Work, order_id: UUID, reason: str) -> UUID:
    """Let an order go on although it exceeds the buyer's credit (Our rule 8)."""
    document = await open_for(work, order_id, OrderCommand.RELEASE_CREDIT)
    document.order.credit_status = CreditStatus.RELEASED
    state = OrderState(document.order.state)
    enter_state(work, document.order, OrderCommand.RELEASE_CREDIT, state, reason=stated(reason))
    return order_id


def stated(reason: str) -> str:
    """Return a reason that says something; raises `Invalid` for an empty or endless one."""
    text = reason.strip()
    if not 1 <= len(text) <= LONGEST_REASON:
        raise Invalid("reason", f"must have 1 to {LONGEST_REASON} characters")
    return text


def _in_place(decision: Decision) -> dict[str, str]:
    return {"in_place_of": decision.in_place_of} if decision.in_place_of else {}


async def _decide(
    work: Work, document: OrderDocument, *, approve: bool, reason: str | None
) -> Decision:
    order = document.order
    return await decide(
        work,
        order.id,
        order.revision,
        approve=approve,
        reason=reason,
        made_by=makers_of(document),
    )
