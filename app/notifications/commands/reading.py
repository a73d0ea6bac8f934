"""Marking as read what one was told."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, update

from app.db.work import Work
from app.kernel.errors import Invalid, NotFound
from app.kernel.paging import MAX_PAGE_SIZE
from app.notifications.models import Notification
from app.notifications.operations import own_membership
from app.rbac.guard import requires


@requires()
async def mark_notifications_read(work: Work, ids: Sequence[UUID]) -> list[UUID]:
    """Mark the caller's notifications as read; those read before keep their instant.

    Returns the identifiers in the given order, each once. Raises `NotFound` when one of them is
    unknown or somebody else's, and marks none.
    """
    wanted = list(dict.fromkeys(ids))
    if not 1 <= len(wanted) <= MAX_PAGE_SIZE:
        raise Invalid("ids", f"must name 1 to {MAX_PAGE_SIZE} notifications")
    statement = (
        update(Notification)
        .where(
            Notification.membership_id == own_membership(work),
            Notification.id.in_(wanted),
            Notification.is_shown,
        )
        .values(read_at=func.coalesce(Notification.read_at, work.now))
        .returning(Notification.id)
        .execution_options(synchronize_session=False)
    )
    marked = set((await work.session.execute(statement)).scalars())
    if len(marked) != len(wanted):
        raise NotFound("Notification")
    return wanted
