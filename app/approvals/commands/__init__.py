"""What an actor may change of approvals: rules, managers, and who stands in for oneself."""

from app.approvals.commands.absence import delegate_approvals, end_approval_delegation
from app.approvals.commands.rules import (
    RuleDraft,
    create_approval_rule,
    deactivate_approval_rule,
    set_approval_manager,
)

__all__ = [
    "RuleDraft",
    "create_approval_rule",
    "deactivate_approval_rule",
    "delegate_approvals",
    "end_approval_delegation",
    "set_approval_manager",
]
