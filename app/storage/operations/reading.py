"""Files for whoever has decided that they may be read."""

from collections.abc import Collection
from io import BytesIO
from uuid import UUID

from sqlalchemy import select

from app.db.work import Work
from app.storage.models import StoredFile
from app.storage.operations.parts import copy_out


async def files_by_id(work: Work, file_ids: Collection[UUID]) -> dict[UUID, StoredFile]:
    """Return stored files, without their bytes; one statement."""
    statement = select(StoredFile).where(
        StoredFile.id.in_(file_ids), StoredFile.stored_at.is_not(None)
    )
    return {file.id: file for file in await work.session.scalars(statement)}


async def content_of(work: Work, file_id: UUID) -> bytes:
    """Return all bytes of a file; for small ones, such as an image."""
    whole = BytesIO()
    await copy_out(work, file_id, whole)
    return whole.getvalue()
