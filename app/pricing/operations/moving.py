"""Open a change set for a move, and make a changed one a draft again."""

from uuid import UUID

from app.approvals import operations as approvals
from app.db.work import Work
from app.pricing import locks
from app.pricing.errors import PriceChangeNotPossible
from app.pricing.models import PriceChangeSet
from app.pricing.operations.change_sets import own_change_sets
from app.pricing.rules.change import ChangeSetStatus
from app.pricing.rules.changes import ChangeSetAction, actions_from, after


async def locked_for(work: Work, set_id: UUID, action: ChangeSetAction) -> PriceChangeSet:
    """Lock an own change set for a move; raises `NotFound` or `PriceChangeNotPossible`."""
    row = await locks.change_set(work, set_id, own_change_sets(work))
    status = ChangeSetStatus(row.status)
    if after(status, action) is None:
        possible = ", ".join(actions_from(status)) or "nothing"
        raise PriceChangeNotPossible(action, status, possible)
    return row


async def begin_changing(work: Work, row: PriceChangeSet) -> None:
    """Make a locked set a draft again, by the hand of the actor; grantors are asked no more."""
    if row.status == ChangeSetStatus.AWAITING_GRANTOR:
        await approvals.withdraw(work, row.id)
    row.status = ChangeSetStatus.DRAFT
    row.changed_by_membership_id = work.actor.membership_id
    row.submitted_by_membership_id = row.submitted_at = None
    row.decided_by_membership_id = row.decided_at = row.reason = None
