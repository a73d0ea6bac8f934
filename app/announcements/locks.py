"""Row locks of announcements."""

from uuid import UUID

from sqlalchemy import ColumnElement, select

from app.announcements.models import Announcement
from app.db.work import Work


async def announcement(
    work: Work, announcement_id: UUID, reach: ColumnElement[bool]
) -> Announcement | None:
    """Lock an announcement that the caller reaches."""
    statement = select(Announcement).where(Announcement.id == announcement_id, reach)
    locked = statement.with_for_update(of=Announcement, key_share=True)
    return await work.session.scalar(locked.execution_options(populate_existing=True))
