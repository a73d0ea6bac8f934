"""What packages above may ask of approvals, unguarded."""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, bindparam, func, or_, select

from app.approvals import locks
from app.approvals.errors import NotYourApproval, OwnApproval
from app.approvals.models import ApprovalParty, ApprovalRule, ApprovalStep, StepStatus
from app.approvals.rules import because, is_reached
from app.audit import operations as audit
from app.db.bulk import update_rows
from app.db.reading import TENANT, sent
from app.db.tables import table_of
from app.db.work import Work
from app.rbac.permissions import Permission

FIRST_TURN = 1
_rule = table_of(ApprovalRule).c
_RULES = (
    select(table_of(ApprovalRule))
    .where(
        _rule.tenant_id == TENANT,
        or_(
            and_(_rule.organisation_id == bindparam("seller"), _rule.party == ApprovalParty.SELLER),
            and_(_rule.organisation_id == bindparam("buyer"), _rule.party == ApprovalParty.BUYER),
        ),
        _rule.is_active,
        _rule.currency == bindparam("currency"),
    )
    .order_by(_rule.sequence, _rule.id)
)


async def request(  # noqa: PLR0913, PLR0917  # a subject is known only by these
    work: Work,
    subject_kind: str,
    subject_id: UUID,
    revision: int,
    seller_id: UUID,
    buyer_id: UUID,
    total: Decimal,
    currency: str,
    causes: Sequence[str] = (),
) -> list[ApprovalStep]:
    """Ask for every approval that the seller's and the buyer's own rules demand; none: no step.

    Only rules in the subject's currency speak. Each cause beyond the rules, such as a discount
    beyond authority, asks for one more step first of all, of anyone who decides for the seller;
    its words say why. Two statements, one when nothing is asked for.
    """
    of_rules = [
        ApprovalStep(
            subject_kind=subject_kind,
            subject_id=subject_id,
            revision=revision,
            organisation_id=rule.organisation_id,
            rule_id=rule.id,
            sequence=rule.sequence,
            approver_membership_id=rule.approver_membership_id,
            because=because(rule.operator, rule.threshold, rule.currency),
            status=StepStatus.PENDING,
            requested_at=work.now,
        )
        for rule in await _rules(work, seller_id, buyer_id, currency)
        if is_reached(rule.operator, rule.threshold, total)
    ]
    of_causes = [
        ApprovalStep(
            subject_kind=subject_kind,
            subject_id=subject_id,
            revision=revision,
            organisation_id=seller_id,
            sequence=FIRST_TURN,
            because=cause,
            status=StepStatus.PENDING,
            requested_at=work.now,
        )
        for cause in dict.fromkeys(causes)
    ]
    steps = [*of_causes, *of_rules]
    if steps:
        await work.save(*steps)
    return steps


async def ask_organisations(
    work: Work, subject_kind: str, subject_id: UUID, revision: int, because: Mapping[UUID, str]
) -> list[ApprovalStep]:
    """Ask each organisation, for its own reason in words, to agree; all at once, in no turn."""
    steps = [
        ApprovalStep(
            subject_kind=subject_kind,
            subject_id=subject_id,
            revision=revision,
            organisation_id=organisation_id,
            sequence=FIRST_TURN,
            because=words,
            status=StepStatus.PENDING,
            requested_at=work.now,
        )
        for organisation_id, words in because.items()
    ]
    await work.save(*steps)
    return steps


async def last_revision(work: Work, subject_id: UUID) -> int:
    """Return the latest revision for which a subject's approvals were asked; 0 without any."""
    latest = select(func.max(ApprovalStep.revision)).where(
        ApprovalStep.tenant_id == work.tenant_id, ApprovalStep.subject_id == subject_id
    )
    return await work.session.scalar(latest) or 0


async def decide(  # noqa: PLR0913  # options by name
    work: Work,
    subject_id: UUID,
    revision: int,
    *,
    approve: bool,
    reason: str | None,
    made_by: Collection[UUID | None],
    right: Permission = Permission.APPROVAL_DECIDE,
) -> StepStatus:
    """Decide the actor's next step; returns where the whole request stands now.

    Whoever made what waits, by placing it or by lowering its price, decides nothing of it. Where a
    step names nobody, the actor needs the `right` in its organisation.
    APPROVED once no step is pending any more; one rejection rejects, and withdraws what is left.
    Raises `NotYourApproval`, `OwnApproval`. Two who decide at once wait for each other.
    """
    pending = await locks.pending_steps(work, subject_id, revision)
    mine = [step for step in _whose_turn(pending) if _may_decide(work, step, right)]
    if not mine:
        raise NotYourApproval
    if work.actor.membership_id in made_by:
        raise OwnApproval
    decided = StepStatus.APPROVED if approve else StepStatus.REJECTED
    await _write(work, mine[0], decided, reason)
    others = [step for step in pending if step is not mine[0]]
    if not approve:
        await _withdraw(work, others)
    return StepStatus.PENDING if approve and others else decided


async def withdraw(work: Work, subject_id: UUID) -> None:
    """Drop every undecided approval of a subject, as when it is cancelled or changed."""
    await _withdraw(work, await locks.pending_steps(work, subject_id))


async def waiting_for_actor(work: Work, subject_ids: Collection[UUID]) -> set[UUID]:
    """Return the subjects of which the actor could decide a step now; one statement.

    Who placed the subject is not known here: `decide` also refuses one's own.
    """
    pending: dict[tuple[UUID, int], list[ApprovalStep]] = {}
    statement = select(ApprovalStep).where(
        ApprovalStep.subject_id.in_(subject_ids), ApprovalStep.status == StepStatus.PENDING
    )
    for step in (await work.session.execute(statement)).scalars():
        pending.setdefault((step.subject_id, step.revision), []).append(step)
    return {
        step.subject_id
        for steps in pending.values()
        for step in _whose_turn(steps)
        if _may_decide(work, step)
    }


async def steps_of(work: Work, subject_ids: Collection[UUID]) -> dict[UUID, list[ApprovalStep]]:
    """Return all steps ever asked for, by subject, by revision and turn; one statement."""
    steps: dict[UUID, list[ApprovalStep]] = {subject: [] for subject in subject_ids}
    statement = (
        select(ApprovalStep)
        .where(ApprovalStep.subject_id.in_(subject_ids))
        .order_by(ApprovalStep.revision, ApprovalStep.sequence, ApprovalStep.id)
    )
    for step in (await work.session.execute(statement)).scalars():
        steps[step.subject_id].append(step)
    return steps


async def _rules(work: Work, seller_id: UUID, buyer_id: UUID, currency: str) -> Sequence[Row[Any]]:
    return await sent(work, _RULES, seller=seller_id, buyer=buyer_id, currency=currency)


def _whose_turn(pending: Sequence[ApprovalStep]) -> list[ApprovalStep]:
    first = min((step.sequence for step in pending), default=0)
    return [step for step in pending if step.sequence == first]


def _may_decide(
    work: Work, step: ApprovalStep, right: Permission = Permission.APPROVAL_DECIDE
) -> bool:
    if step.approver_membership_id is not None:
        return step.approver_membership_id == work.actor.membership_id
    is_ours = step.organisation_id == work.actor.organisation_id
    return is_ours and work.actor.may(right)


async def _write(work: Work, step: ApprovalStep, status: StepStatus, reason: str | None) -> None:
    step.status = status
    step.decided_at = work.now
    step.decided_by_membership_id = work.actor.membership_id
    step.decided_by_name = work.actor.name
    step.reason = reason
    audit.record(
        work,
        "APPROVE_STEP" if status == StepStatus.APPROVED else "REJECT_STEP",
        step.subject_kind,
        step.subject_id,
        after={"step_id": str(step.id), "revision": step.revision, "because": step.because},
        reason=reason,
    )
    await work.session.flush()  # The caller reads what became of the request in this transaction.


async def _withdraw(work: Work, steps: Sequence[ApprovalStep]) -> None:
    rows = [{"id": step.id, "status": StepStatus.WITHDRAWN.value} for step in steps]
    await update_rows(work, ApprovalStep, rows)
