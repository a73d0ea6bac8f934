"""Row locks of stored files."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import select

from app.db.work import Work
from app.storage.models import StoredFile


async def own_uploads(work: Work, file_ids: Collection[UUID]) -> Sequence[StoredFile]:
    """Lock those of the files that the actor uploads, by their ids."""
    statement = (
        select(StoredFile)
        .where(
            StoredFile.id.in_(file_ids),
            StoredFile.membership_id == work.actor.membership_id,
            StoredFile.organisation_id == work.actor.organisation_id,
        )
        .order_by(StoredFile.id)
        .with_for_update()
    )
    return (await work.session.scalars(statement)).all()
