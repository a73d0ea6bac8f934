"""What an actor may change of approval rules (R3-53)."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from app.approvals.models import ApprovalParty, ApprovalRule, RuleOperator
from app.audit import operations as audit
from app.db.work import Work
from app.kernel.errors import Invalid, NotFound
from app.kernel.money import AmountOutOfRange, checked_amount, typed_currency
from app.rbac.guard import requires
from app.rbac.models import Membership
from app.rbac.permissions import Permission

SEQUENCES = range(1, 101)


@dataclass(frozen=True, slots=True)
class RuleDraft:
    """A rule to be made; without an approver anyone of the organisation with the right decides."""

    party: ApprovalParty
    operator: RuleOperator
    threshold: Decimal
    currency: str
    sequence: int
    approver_membership_id: UUID | None


@requires(Permission.APPROVAL_RULE_WRITE)
async def create_approval_rule(work: Work, draft: RuleDraft) -> ApprovalRule:
    """Have the own organisation's orders approved from now on; orders already placed keep on.

    Raises `Invalid`; `NotFound` for an approver who works elsewhere.
    """
    _require_meaning(draft)
    if draft.approver_membership_id is not None:
        await _require_colleague(work, draft.approver_membership_id)
    rule = ApprovalRule(
        organisation_id=work.actor.own_organisation,
        party=draft.party,
        operator=draft.operator,
        threshold=draft.threshold,
        currency=draft.currency,
        sequence=draft.sequence,
        approver_membership_id=draft.approver_membership_id,
        created_at=work.now,
    )
    await work.save(rule)
    after = {"party": draft.party, "operator": draft.operator, "threshold": str(draft.threshold)}
    audit.record(work, "CREATE_APPROVAL_RULE", "approval_rule", rule.id, after=after)
    return rule


@requires(Permission.APPROVAL_RULE_WRITE)
async def deactivate_approval_rule(work: Work, rule_id: UUID) -> ApprovalRule:
    """Stop a rule of the own organisation; what it asked for already stays asked for."""
    statement = select(ApprovalRule).where(
        ApprovalRule.id == rule_id, ApprovalRule.organisation_id == work.actor.own_organisation
    )
    rule = (await work.session.execute(statement)).scalar()
    if rule is None:
        raise NotFound("ApprovalRule")
    if rule.is_active:
        rule.is_active = False
        audit.record(work, "DEACTIVATE_APPROVAL_RULE", "approval_rule", rule.id)
    return rule


def _require_meaning(draft: RuleDraft) -> None:
    if draft.sequence not in SEQUENCES:
        raise Invalid("sequence", f"must be between {SEQUENCES[0]} and {SEQUENCES[-1]}")
    if draft.threshold < 0:
        raise Invalid("threshold", "must not be negative")
    try:
        checked_amount(draft.threshold)
    except AmountOutOfRange as error:
        raise Invalid("threshold", str(error)) from None
    typed_currency(draft.currency)


async def _require_colleague(work: Work, membership_id: UUID) -> None:
    statement = select(Membership.id).where(
        Membership.id == membership_id,
        Membership.organisation_id == work.actor.own_organisation,
        Membership.ended_at.is_(None),
    )
    if (await work.session.execute(statement)).scalar() is None:
        raise NotFound("Membership")
