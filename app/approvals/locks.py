"""Row locks of approvals: the pending steps of one subject, in the order of their turns."""

from uuid import UUID

from sqlalchemy import select

from app.approvals.models import ApprovalStep, StepStatus
from app.db.work import Work


async def pending_steps(
    work: Work, subject_id: UUID, revision: int | None = None
) -> list[ApprovalStep]:
    """Lock and return what is still undecided, of one revision or of all."""
    statement = select(ApprovalStep).where(
        ApprovalStep.subject_id == subject_id, ApprovalStep.status == StepStatus.PENDING
    )
    if revision is not None:
        statement = statement.where(ApprovalStep.revision == revision)
    in_turn = statement.order_by(ApprovalStep.sequence, ApprovalStep.id).with_for_update()
    fresh = in_turn.execution_options(populate_existing=True)
    return list((await work.session.execute(fresh)).scalars())
