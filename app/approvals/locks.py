"""Row locks of approvals: the pending steps of one subject, in the order of their turns."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, select

from app.approvals.models import ApprovalStep, StepStatus
from app.db.work import Work

Locked = tuple[ApprovalStep, Sequence[UUID] | None]
"""A step, and as whom the actor may decide it; nobody if none."""


async def pending_steps(work: Work, subject_id: UUID) -> list[ApprovalStep]:
    """Lock and return what is still undecided, of all revisions."""
    statement = select(ApprovalStep).where(
        ApprovalStep.subject_id == subject_id, ApprovalStep.status == StepStatus.PENDING
    )
    in_turn = statement.order_by(ApprovalStep.sequence, ApprovalStep.id).with_for_update()
    fresh = in_turn.execution_options(populate_existing=True)
    return list((await work.session.execute(fresh)).scalars())


async def deciding(
    work: Work, subject_id: UUID, revision: int, as_whom: ColumnElement[list[UUID]]
) -> list[Locked]:
    """Lock and return what is still undecided of one revision, each with who may decide it."""
    statement = select(ApprovalStep, as_whom).where(
        ApprovalStep.subject_id == subject_id,
        ApprovalStep.status == StepStatus.PENDING,
        ApprovalStep.revision == revision,
    )
    in_turn = statement.order_by(ApprovalStep.sequence, ApprovalStep.id)
    fresh = in_turn.with_for_update(of=ApprovalStep).execution_options(populate_existing=True)
    return [(step, people) for step, people in await work.session.execute(fresh)]
