"""Bytes of files in rows of one length, written and read a few at a time."""

from typing import IO
from uuid import UUID

from sqlalchemy import select, text

from app.db.work import Work
from app.storage.models import StoredFilePart

PART_BYTES = 256 * 1024
_AT_ONCE = 16
_WRITE = text("""
    INSERT INTO stored_file_part (tenant_id, file_id, number, content)
    SELECT :tenant_id, :file_id, :before + number, content
    FROM unnest(CAST(:parts AS bytea[])) WITH ORDINALITY AS part (content, number)
""")


async def write_parts(work: Work, file_id: UUID, content: IO[bytes]) -> None:
    """Write a file's bytes from its beginning; a statement for each 4 MB, which is all it holds."""
    content.seek(0)
    before = 0
    while parts := _next(content):
        given = {"tenant_id": work.tenant_id, "file_id": file_id, "before": before, "parts": parts}
        await work.session.execute(_WRITE, given)
        before += len(parts)


def _next(content: IO[bytes]) -> list[bytes]:
    found = (content.read(PART_BYTES) for _ in range(_AT_ONCE))
    return [part for part in found if part]


async def copy_out(work: Work, file_id: UUID, into: IO[bytes]) -> None:
    """Copy a file's bytes, a few parts at a time."""
    last = 0
    while True:
        statement = (
            select(StoredFilePart.number, StoredFilePart.content)
            .where(StoredFilePart.file_id == file_id, StoredFilePart.number > last)
            .order_by(StoredFilePart.number)
            .limit(_AT_ONCE)
        )
        rows = (await work.session.execute(statement)).all()
        for row in rows:
            into.write(row.content)
            last = row.number
        if len(rows) < _AT_ONCE:
            return
