"""When a rule asks for an approval, and of whom: plain values and functions (Our rule 9)."""

from app.approvals.rules.asking import (
    Approver,
    ApproverKind,
    Place,
    RuleStep,
    Seat,
    StepJoin,
    seats_of,
)
from app.approvals.rules.conditions import (
    ApprovalParty,
    Condition,
    ConditionKind,
    Facts,
    RuleOperator,
    because,
    holds,
    is_reached,
)

__all__ = [
    "ApprovalParty",
    "Approver",
    "ApproverKind",
    "Condition",
    "ConditionKind",
    "Facts",
    "Place",
    "RuleOperator",
    "RuleStep",
    "Seat",
    "StepJoin",
    "because",
    "holds",
    "is_reached",
    "seats_of",
]
