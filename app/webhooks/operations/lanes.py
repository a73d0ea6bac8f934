"""When each webhook is due: rows of the platform, which senders of all tenants look at."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from app.db.work import Work


async def make_due(work: Work, webhook_ids: Collection[UUID], at: datetime | None = None) -> None:
    """Let senders look at webhooks, now or from an instant on; a nearer one stays."""
    if webhook_ids:
        given = {"tenant_id": work.tenant_id, "ids": sorted(webhook_ids), "at": at or work.now}
        await work.session.execute(_MAKE_DUE, given)


async def hand_back(
    work: Work, webhook_id: UUID, at: datetime | None, *, is_resting: bool = False
) -> None:
    """End a lease; the lane is due at an instant, or gone when nothing waits any more."""
    given = {"tenant_id": work.tenant_id, "webhook_id": webhook_id}
    if at is None:
        await work.session.execute(_REMOVE, given)
    else:
        await work.session.execute(_HAND_BACK, given | {"at": at, "is_resting": is_resting})


_MAKE_DUE = text("""
    INSERT INTO platform.webhook_lane (tenant_id, webhook_id, due_at)
    SELECT :tenant_id, id, :at FROM unnest(CAST(:ids AS uuid[])) AS given(id)
    ON CONFLICT (tenant_id, webhook_id)
    DO UPDATE SET due_at = least(webhook_lane.due_at, excluded.due_at)
""")
_HAND_BACK = text("""
    UPDATE platform.webhook_lane
    SET due_at = :at, lease = NULL, leased_until = NULL, is_resting = :is_resting
    WHERE tenant_id = :tenant_id AND webhook_id = :webhook_id
""")
_REMOVE = text("""
    DELETE FROM platform.webhook_lane WHERE tenant_id = :tenant_id AND webhook_id = :webhook_id
""")
