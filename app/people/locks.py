"""Row locks of what lets people and companies in."""

from uuid import UUID

from sqlalchemy import select

from app.db.work import Work
from app.people.models import Invitation


async def invitation(work: Work, invitation_id: UUID) -> Invitation | None:
    """Lock an invitation, so that of two uses at once one is the second."""
    statement = select(Invitation).where(Invitation.id == invitation_id).with_for_update()
    return (await work.session.scalars(statement.execution_options(populate_existing=True))).first()
