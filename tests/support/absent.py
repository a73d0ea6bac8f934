"""Who stands in for whom, written as if it had been agreed long ago."""

from datetime import UTC, datetime
from uuid import UUID

from app.approvals.models import ApprovalDelegation
from tests.support.world import LONG_AGO, World, gid

FAR = datetime(2199, 1, 1, tzinfo=UTC)


async def delegation(world: World, organisation: UUID, absent: UUID, colleague: UUID) -> str:
    """Let a colleague decide in somebody's place, whatever they may; the global id."""
    row = ApprovalDelegation(
        organisation_id=organisation,
        from_membership_id=absent,
        to_membership_id=colleague,
        starts_at=LONG_AGO,
        ends_at=FAR,
        created_at=LONG_AGO,
    )
    await world.save(row)
    return gid("ApprovalDelegation", row.id)
