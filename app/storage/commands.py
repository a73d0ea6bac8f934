"""Uploading: a file is promised, then its bytes come through an address of its own."""

from dataclasses import dataclass
from typing import IO
from uuid import UUID

from sqlalchemy import func, select

from app.db.work import Work
from app.kernel.errors import Invalid, NotFound
from app.kernel.ids import new_id
from app.rbac.guard import requires
from app.storage import locks
from app.storage.errors import FileAlreadyStored, FileIncomplete, TooMuchUnused
from app.storage.models import StoredFile
from app.storage.operations.keeping import Measured
from app.storage.operations.parts import write_parts
from app.storage.rules.naming import checked_name
from app.storage.rules.purposes import FilePurpose

MOST_UNUSED = 512 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Upload:
    """What is about to be uploaded: what for, under which name, and exactly how many bytes."""

    purpose: FilePurpose
    file_name: str
    size: int


@requires()
async def begin_upload(work: Work, upload: Upload) -> StoredFile:
    """Promise a file; what is not used within a day is deleted.

    Raises `FileTooLarge`, and `TooMuchUnused` for an organisation that uploads and uses nothing.
    """
    if work.actor.organisation_id is None or not upload.purpose.is_uploaded:
        raise Invalid("purpose", "must be one for which people of an organisation upload files")
    if upload.size < 1:
        raise Invalid("bytes", "must be at least 1")
    upload.purpose.check_size(upload.size)
    await _check_room(work, upload.size)
    file = StoredFile(
        id=new_id(),
        organisation_id=work.actor.organisation_id,
        membership_id=work.actor.membership_id,
        purpose=upload.purpose,
        file_name=checked_name(upload.file_name),
        size=upload.size,
        created_at=work.now,
    )
    await work.save(file)
    return file


@requires()
async def receive(work: Work, file_id: UUID, measured: Measured, content: IO[bytes]) -> StoredFile:
    """Store the bytes of an upload that the actor began; the same bytes may come again.

    Raises `FileIncomplete` for other than the promised number, `FileAlreadyStored` for others.
    """
    found = await locks.own_uploads(work, [file_id])
    if not found:
        raise NotFound("File")
    (file,) = found
    if measured.size != file.size:
        raise FileIncomplete(file.size, measured.size)
    if file.stored_at is not None:
        if file.sha256 != measured.sha256:
            raise FileAlreadyStored
        return file
    file.media_type, file.sha256, file.stored_at = measured.media_type, measured.sha256, work.now
    await work.session.flush()
    await write_parts(work, file.id, content)
    return file


async def _check_room(work: Work, size: int) -> None:
    statement = select(func.coalesce(func.sum(StoredFile.size), 0)).where(
        StoredFile.organisation_id == work.actor.organisation_id, StoredFile.used_at.is_(None)
    )
    if int(await work.session.scalar(statement) or 0) + size > MOST_UNUSED:
        raise TooMuchUnused(MOST_UNUSED)
