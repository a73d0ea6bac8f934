"""The approvals that orders need, and what became of each (R3-11, R3-55)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import strawberry
from strawberry import relay

from app.approvals import models, queries
from app.approvals.models import StepStatus
from app.approvals.operations import Capacity
from app.schema.context import Info

strawberry.enum(StepStatus, name="ApprovalStepStatus", description=StepStatus.__doc__)


@strawberry.type
class ApprovalStep:
    """One approval that an order needs; steps of a lower sequence come first."""

    sequence: int
    revision: int
    status: StepStatus
    because: str
    approver_membership_id: relay.GlobalID | None
    requested_at: datetime
    decided_at: datetime | None
    decided_by_name: str | None
    decided_for_name: str | None = strawberry.field(
        description="In whose place it was decided, where a colleague stood in."
    )
    reminded_at: datetime | None
    escalated_at: datetime | None
    reason: str | None
    carried_from_revision: int | None = strawberry.field(
        description="In which revision it was decided, where that counts again: nothing differs."
    )

    @classmethod
    def of(cls, row: models.ApprovalStep) -> "ApprovalStep":
        """Show a step."""
        return cls(
            sequence=row.sequence,
            revision=row.revision,
            status=StepStatus(row.status),
            because=row.because,
            approver_membership_id=_member(row.approver_membership_id),
            requested_at=row.requested_at,
            decided_at=row.decided_at,
            decided_by_name=row.decided_by_name,
            decided_for_name=row.decided_for_name,
            reminded_at=row.reminded_at,
            escalated_at=row.escalated_at,
            reason=row.reason,
            carried_from_revision=row.carried_from_revision,
        )


@strawberry.type
class WhoCanAct:
    """A colleague who may decide now."""

    membership_id: relay.GlobalID
    name: str

    @classmethod
    def of(cls, found: Capacity) -> "WhoCanAct":
        """Show a person."""
        return cls(
            membership_id=relay.GlobalID("Membership", str(found.membership_id)), name=found.name
        )


async def approval_steps_of(info: Info, subject_ids: Sequence[UUID]) -> list[list[ApprovalStep]]:
    """Load the viewer's own organisation's steps of each subject, in turn."""
    async with info.context.read() as work:
        found = await queries.approval_steps(work, subject_ids)
    return [[ApprovalStep.of(row) for row in found[subject]] for subject in subject_ids]


def _member(membership_id: UUID | None) -> relay.GlobalID | None:
    return relay.GlobalID("Membership", str(membership_id)) if membership_id else None
