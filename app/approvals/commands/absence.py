"""Let a colleague decide in one's place while one is away (R3-54)."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from app.approvals.errors import DelegateMayNotDecide
from app.approvals.models import ApprovalDelegation, ApprovalRule
from app.audit import operations as audit
from app.db.work import Work
from app.kernel.errors import Invalid, NotFound
from app.rbac.guard import requires
from app.rbac.models import Membership
from app.rbac.operations import people_of
from app.rbac.permissions import Permission

LONGEST = timedelta(days=366)


@requires(Permission.APPROVAL_DECIDE)
async def delegate_approvals(
    work: Work,
    to_membership_id: UUID,
    starts_at: datetime | None,
    ends_at: datetime,
    rule_id: UUID | None = None,
) -> ApprovalDelegation:
    """Let a colleague decide in the actor's place, from now or an instant on until another.

    About all that the actor may decide, or what one rule asks for. It is not passed on: who stands
    in for the colleague decides nothing by it.
    Raises `DelegateMayNotDecide`, `NotFound`, `Invalid`.
    """
    begins = starts_at or work.now
    if not max(begins, work.now) < ends_at <= begins + LONGEST:
        raise Invalid("endsAt", "must come after the start and within a year")
    me, own = work.actor.membership_id, work.actor.own_organisation
    if me is None or to_membership_id == me:
        raise Invalid("toMembershipId", "must be somebody else")
    await _require_delegate(work, to_membership_id, own)
    if rule_id is not None:
        await _require_rule(work, rule_id, own)
    delegation = ApprovalDelegation(
        organisation_id=own,
        from_membership_id=me,
        to_membership_id=to_membership_id,
        rule_id=rule_id,
        starts_at=begins,
        ends_at=ends_at,
        created_at=work.now,
    )
    await work.save(delegation)
    after = {
        "to_membership_id": str(to_membership_id),
        "starts_at": begins.isoformat(),
        "ends_at": ends_at.isoformat(),
        "rule_id": rule_id and str(rule_id),
    }
    audit.record(work, "DELEGATE_APPROVALS", "approval_delegation", delegation.id, after=after)
    return delegation


@requires(Permission.APPROVAL_DECIDE)
async def end_approval_delegation(work: Work, delegation_id: UUID) -> ApprovalDelegation:
    """Decide for oneself again, from now on; what was decided meanwhile stays."""
    statement = select(ApprovalDelegation).where(
        ApprovalDelegation.id == delegation_id,
        ApprovalDelegation.from_membership_id == work.actor.membership_id,
    )
    delegation = await work.session.scalar(statement)
    if delegation is None:
        raise NotFound("ApprovalDelegation")
    if delegation.ended_at is None:
        delegation.ended_at = work.now
        audit.record(work, "END_APPROVAL_DELEGATION", "approval_delegation", delegation.id)
    return delegation


async def _require_delegate(work: Work, membership_id: UUID, own: UUID) -> None:
    colleague = select(Membership.name).where(
        Membership.id == membership_id,
        Membership.organisation_id == own,
        Membership.ended_at.is_(None),
    )
    name = await work.session.scalar(colleague)
    if name is None:
        raise NotFound("Membership").at("toMembershipId")
    if membership_id not in await people_of(work, [own], Permission.APPROVAL_DECIDE):
        raise DelegateMayNotDecide(name)


async def _require_rule(work: Work, rule_id: UUID, own: UUID) -> None:
    rule = select(ApprovalRule.id).where(
        ApprovalRule.id == rule_id, ApprovalRule.organisation_id == own
    )
    if await work.session.scalar(rule) is None:
        raise NotFound("ApprovalRule").at("ruleId")
