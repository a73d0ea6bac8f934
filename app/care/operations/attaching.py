"""Files that come with words on tickets."""

from collections.abc import Sequence
from uuid import UUID

from app.care.models import TicketAttachment
from app.db.work import Work
from app.kernel.errors import Invalid
from app.storage.operations import claim
from app.storage.rules.purposes import FilePurpose

MOST_FILES = 10


def check_files(file_ids: Sequence[UUID]) -> None:
    """Raise `Invalid` for more files than come with one message, or the same one twice."""
    if len(file_ids) > MOST_FILES or len(set(file_ids)) < len(file_ids):
        raise Invalid("fileIds", f"must name at most {MOST_FILES} files, and each once")


async def attach(work: Work, message_id: UUID, file_ids: Sequence[UUID]) -> None:
    """Put uploaded files to a message that was saved; raises what claiming them raises."""
    if not file_ids:
        return
    await claim(work, file_ids, FilePurpose.TICKET_ATTACHMENT)
    rows = [{"message_id": message_id, "file_id": file_id} for file_id in file_ids]
    await work.insert(TicketAttachment, rows)
