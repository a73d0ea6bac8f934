"""Decide, withdraw and read what was asked for."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from app.approvals import locks
from app.approvals.errors import NotYourApproval, OwnApproval
from app.approvals.models import ApprovalStep, StepStatus
from app.approvals.operations.capacity import as_whom, capacities_in
from app.audit import operations as audit
from app.db.bulk import update_rows
from app.db.work import Work
from app.rbac.models import Membership
from app.rbac.permissions import Permission


@dataclass(frozen=True, slots=True)
class Decision:
    """Where the whole request stands after a decision; whether others are asked from now on."""

    status: StepStatus
    asks_others: bool = False
    in_place_of: str | None = None


async def decide(  # noqa: PLR0913  # options by name
    work: Work,
    subject_id: UUID,
    revision: int,
    *,
    approve: bool,
    reason: str | None,
    made_by: Collection[UUID | None],
    right: Permission = Permission.APPROVAL_DECIDE,
) -> Decision:
    """Decide the actor's next step; returns where the whole request stands now.

    Whoever made what waits, by placing it, changing it or lowering its price, decides nothing of
    it. The actor needs the `right` in the organisation that is asked.
    A colleague who stands in for another decides in their place, and the trail says so.
    APPROVED once no step is pending any more; one rejection rejects, and withdraws what is left.
    Raises `NotYourApproval`, `OwnApproval`. Two who decide at once wait for each other.
    """
    pending = await locks.deciding(work, subject_id, revision, capacities_in(work, right))
    mine = [(step, people) for step, people in _whose_turn(pending) if people]
    if not mine:
        raise NotYourApproval
    if work.actor.membership_id in made_by:
        raise OwnApproval
    step, in_place_of = _chosen(work, mine, made_by)
    decided = StepStatus.APPROVED if approve else StepStatus.REJECTED
    if in_place_of is not None:
        step.decided_for_membership_id = in_place_of
        step.decided_for_name = await _name_of(work, in_place_of)
    await _write(work, step, decided, reason)
    others = [other for other, _ in pending if other is not step]
    if not approve:
        await _withdraw(work, others)
    if not (approve and others):
        return Decision(decided, in_place_of=step.decided_for_name)
    turn = min(other.sequence for other in others)
    is_next = turn != step.sequence
    return Decision(StepStatus.PENDING, is_next, in_place_of=step.decided_for_name)


async def withdraw(work: Work, subject_id: UUID) -> None:
    """Drop every undecided approval of a subject, as when it is cancelled or changed."""
    await _withdraw(work, await locks.pending_steps(work, subject_id))


async def waiting_for_actor(work: Work, subject_ids: Collection[UUID]) -> dict[UUID, set[UUID]]:
    """Return as whom the actor could decide a step of each subject now; one statement.

    Who made the subject is not known here: `decide` also refuses one's own.
    """
    return await as_whom(work, subject_ids)


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


def _whose_turn(pending: Sequence[locks.Locked]) -> list[locks.Locked]:
    first = min((step.sequence for step, _ in pending), default=0)
    return [each for each in pending if each[0].sequence == first]


def _chosen(
    work: Work,
    mine: Sequence[tuple[ApprovalStep, Sequence[UUID]]],
    made_by: Collection[UUID | None],
) -> tuple[ApprovalStep, UUID | None]:
    """Choose a step and in whose place it is decided: one's own first, and never a maker's."""
    for step, people in mine:
        if work.actor.membership_id in people:
            return step, None
    for step, people in mine:
        for person in sorted(people):
            if person not in made_by:
                return step, person
    raise OwnApproval


async def _name_of(work: Work, membership_id: UUID) -> str | None:
    statement = select(Membership.name).where(Membership.id == membership_id)
    return await work.session.scalar(statement)


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
        after={
            "step_id": str(step.id),
            "revision": step.revision,
            "because": step.because,
            **_in_whose_place(step),
        },
        reason=reason,
    )
    await work.session.flush()  # The caller reads what became of the request in this transaction.


def _in_whose_place(step: ApprovalStep) -> dict[str, str | None]:
    if step.decided_for_membership_id is None:
        return {}
    return {
        "in_place_of_membership_id": str(step.decided_for_membership_id),
        "in_place_of": step.decided_for_name,
    }


async def _withdraw(work: Work, steps: Sequence[ApprovalStep]) -> None:
    rows = [{"id": step.id, "status": StepStatus.WITHDRAWN.value} for step in steps]
    await update_rows(work, ApprovalStep, rows)
