"""Files that come, are put to use, and go."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import IO
from uuid import UUID

from sqlalchemy import delete

from app.db.work import Work
from app.kernel.errors import NotFound
from app.kernel.ids import new_id
from app.storage import locks
from app.storage.errors import FileInUse, FileNotThere
from app.storage.models import StoredFile
from app.storage.operations.parts import write_parts
from app.storage.rules.naming import checked_name
from app.storage.rules.purposes import FilePurpose
from app.storage.rules.recognising import media_type_of

UNUSED_LIVES = timedelta(days=1)
_BLOCK = 1 << 16


@dataclass(frozen=True, slots=True)
class Measured:
    """What there is to know of bytes: how many, their SHA-256 in hex, and what they are."""

    size: int
    sha256: str
    media_type: str


def measure(content: IO[bytes], purpose: FilePurpose) -> Measured:
    """Read a file through; raises `FileTooLarge` or `FileTypeRefused` for what is not taken."""
    content.seek(0)
    size, digest = 0, sha256()
    while block := content.read(_BLOCK):
        size += len(block)
        digest.update(block)
    purpose.check_size(size)
    kind = media_type_of(content, purpose)
    purpose.check_type(kind)
    return Measured(size, digest.hexdigest(), kind)


async def store(
    work: Work, owner_id: UUID, purpose: FilePurpose, name: str, content: IO[bytes]
) -> UUID:
    """Store a file that is made here and used at once; returns its id.

    Raises `FileTooLarge` or `FileTypeRefused` like an upload.
    """
    measured = measure(content, purpose)
    file = StoredFile(
        id=new_id(),
        organisation_id=owner_id,
        membership_id=None,
        purpose=purpose,
        file_name=checked_name(name),
        size=measured.size,
        media_type=measured.media_type,
        sha256=measured.sha256,
        created_at=work.now,
        stored_at=work.now,
        used_at=work.now,
    )
    await work.save(file)
    await write_parts(work, file.id, content)
    return file.id


async def claim(
    work: Work, file_ids: Collection[UUID], purpose: FilePurpose
) -> Sequence[StoredFile]:
    """Put files to use that the actor has uploaded for a purpose; in the order of their ids.

    Raises `NotFound` for others' and those of another purpose, `FileNotThere` and `FileInUse`.
    """
    found = await locks.own_uploads(work, set(file_ids))
    files = [file for file in found if FilePurpose(file.purpose) is purpose]
    if len(files) < len(set(file_ids)):
        raise NotFound("StoredFile").at("fileId")
    for file in files:
        if file.used_at is not None:
            raise FileInUse
        if file.stored_at is None:
            raise FileNotThere
        file.used_at = work.now
    await work.session.flush()
    return files


async def discard(work: Work, file_ids: Collection[UUID]) -> None:
    """Delete files with their bytes: whoever used them has let go of them."""
    statement = delete(StoredFile).where(StoredFile.id.in_(file_ids))
    await work.session.execute(statement.execution_options(synchronize_session=False))


async def forget_unused(work: Work) -> None:
    """Delete what was uploaded a day ago or earlier, and put to no use."""
    statement = delete(StoredFile).where(
        StoredFile.used_at.is_(None), StoredFile.created_at <= work.now - UNUSED_LIVES
    )
    await work.session.execute(statement.execution_options(synchronize_session=False))
