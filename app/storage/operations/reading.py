"""Files for whoever has decided that they may be read."""

from collections.abc import Collection
from io import BytesIO
from uuid import UUID

from sqlalchemy import select

from app.db.work import Work
from app.kernel.errors import NotFound
from app.storage.errors import FileInUse, FileNotThere
from app.storage.models import StoredFile
from app.storage.operations.parts import copy_out
from app.storage.rules.purposes import FilePurpose


async def files_by_id(work: Work, file_ids: Collection[UUID]) -> dict[UUID, StoredFile]:
    """Return stored files, without their bytes; one statement."""
    statement = select(StoredFile).where(
        StoredFile.id.in_(file_ids), StoredFile.stored_at.is_not(None)
    )
    return {file.id: file for file in await work.session.scalars(statement)}


async def uploaded(work: Work, file_id: UUID, purpose: FilePurpose) -> StoredFile:
    """Return a file that the actor has uploaded for a purpose and nothing uses, to be read only.

    Raises `NotFound` for others' and those of another purpose, `FileNotThere` and `FileInUse`.
    """
    statement = select(StoredFile).where(
        StoredFile.id == file_id,
        StoredFile.purpose == purpose,
        StoredFile.membership_id == work.actor.membership_id,
        StoredFile.organisation_id == work.actor.organisation_id,
    )
    file = await work.session.scalar(statement)
    if file is None:
        raise NotFound("StoredFile").at("fileId")
    if file.used_at is not None:
        raise FileInUse
    if file.stored_at is None:
        raise FileNotThere
    return file


async def content_of(work: Work, file_id: UUID) -> bytes:
    """Return all bytes of a file; for small ones, such as an image."""
    whole = BytesIO()
    await copy_out(work, file_id, whole)
    return whole.getvalue()
