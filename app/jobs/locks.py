"""Row locks on jobs and dead letters."""

from uuid import UUID

from sqlalchemy import select, text

from app.db.work import Work
from app.jobs.models import DeadLetter
from app.kernel.errors import NotFound

BEGIN = text("""
    UPDATE platform.job SET starts = starts + 1
    WHERE (tenant_id, event_id, listener) IN (
        SELECT tenant_id, event_id, listener FROM platform.job
        WHERE tenant_id = :tenant_id AND event_id = :event_id AND listener = :listener
            AND due_at IS NOT NULL
        FOR UPDATE SKIP LOCKED
    )
    RETURNING starts, failures
""")
"""Counts a start, unless another holds the job: a worker, the relay, or who decides about it."""


async def locked_letter(work: Work, letter_id: UUID) -> DeadLetter:
    """Lock a dead letter until the transaction ends; raises `NotFound`."""
    statement = select(DeadLetter).where(DeadLetter.id == letter_id).with_for_update()
    found = (await work.session.scalars(statement)).one_or_none()
    if found is None:
        raise NotFound("DeadJob")
    return found
