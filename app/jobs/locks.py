"""Row locks on jobs and dead letters."""

from uuid import UUID

from sqlalchemy import ColumnElement, and_, select, text

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
    return await _locked(work, DeadLetter.id == letter_id)


async def locked_letter_of(work: Work, event_id: UUID, listener: str) -> DeadLetter:
    """Lock the letter of an event that a listener never heard of; raises `NotFound`."""
    return await _locked(
        work, and_(DeadLetter.event_id == event_id, DeadLetter.listener == listener)
    )


async def _locked(work: Work, which: ColumnElement[bool]) -> DeadLetter:
    found = (await work.session.scalars(select(DeadLetter).where(which).with_for_update())).first()
    if found is None:
        raise NotFound("DeadJob")
    return found
