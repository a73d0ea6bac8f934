"""What an order must pass before it is confirmed, in order (domain.md (e), auto checks)."""

from dataclasses import dataclass

from app.orders.rules.states import ApprovalStatus, OrderState, ReviewStatus


@dataclass(frozen=True, slots=True)
class Gates:
    """What a submitted order's terms ask for, and what is done of it."""

    must_pay_first: bool
    is_fully_paid: bool
    review: ReviewStatus
    approval: ApprovalStatus


PAID_FIRST = frozenset({"PREPAID_BALANCE", "BANK_TRANSFER", "ONLINE"})
"""Ways of paying for which the goods wait for the money."""


def next_gate(gates: Gates) -> OrderState:
    """Return the first gate still shut, or CONFIRMED when all are open."""
    if gates.must_pay_first and not gates.is_fully_paid:
        return OrderState.PENDING_PAYMENT
    if gates.review is ReviewStatus.PENDING:
        return OrderState.PENDING_REVIEW
    if gates.approval is ApprovalStatus.PENDING:
        return OrderState.PENDING_APPROVAL
    return OrderState.CONFIRMED
