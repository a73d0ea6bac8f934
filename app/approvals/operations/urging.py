"""Remind those who may decide, and ask those above them when nothing comes of it; each once."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select

from app.approvals import locks
from app.approvals.models import ApprovalSeat, ApprovalStep
from app.approvals.rules.asking import read_seat
from app.audit import operations as audit
from app.db.tables import table_of
from app.db.work import Work

_step = table_of(ApprovalStep).c


def is_due(since: ColumnElement[datetime], now: ColumnElement[datetime]) -> ColumnElement[bool]:
    """Hold steps to those of which somebody should be reminded, or asked besides, by now."""
    return or_(
        _step.reminded_at.is_(None) & _over(_step.remind_after_hours, since, now),
        _step.escalated_at.is_(None)
        & _step.escalates_to.is_not(None)
        & _over(_step.escalate_after_hours, since, now),
    )


async def urge(
    work: Work, subject_id: UUID, revision: int, since: datetime
) -> tuple[list[ApprovalStep], list[ApprovalStep]]:
    """Note which steps are reminded of and which escalated now, waited for since an instant.

    What is escalated has one more seat from now on. Two who do it at once wait for each other.
    """
    pending = await locks.pending_steps(work, subject_id)
    present = [step for step in pending if step.revision == revision]
    first = min((step.sequence for step in present), default=0)
    waiting = [step for step in present if step.sequence == first]
    reminded = [
        step
        for step in waiting
        if step.reminded_at is None and _is_over(work, step.remind_after_hours, since)
    ]
    escalated = [
        step
        for step in waiting
        if step.escalated_at is None
        and step.escalates_to
        and _is_over(work, step.escalate_after_hours, since)
    ]
    for step in reminded:
        step.reminded_at = work.now
    if escalated:
        await _escalate(work, escalated)
    await work.session.flush()
    return reminded, escalated


async def _escalate(work: Work, steps: Sequence[ApprovalStep]) -> None:
    last = (
        select(ApprovalSeat.step_id, func.max(ApprovalSeat.place))
        .where(ApprovalSeat.step_id.in_([step.id for step in steps]))
        .group_by(ApprovalSeat.step_id)
    )
    found = await work.session.execute(last)
    places = {step_id: place or 0 for step_id, place in found}
    rows: list[dict[str, Any]] = []
    for step in steps:
        step.escalated_at = work.now
        for seat in map(read_seat, step.escalates_to or ()):
            places[step.id] = places.get(step.id, -1) + 1
            rows.append(
                {
                    "step_id": step.id,
                    "place": places[step.id],
                    "organisation_id": seat.organisation_id,
                    "role_id": seat.role_id,
                    "membership_id": seat.membership_id,
                }
            )
        after = {"step_id": str(step.id), "because": step.because}
        audit.record(work, "ESCALATE_STEP", step.subject_kind, step.subject_id, after=after)
    await work.insert(ApprovalSeat, rows)


def _is_over(work: Work, hours: int | None, since: datetime) -> bool:
    return hours is not None and since + timedelta(hours=hours) <= work.now


def _over(
    hours: ColumnElement[int | None], since: ColumnElement[datetime], now: ColumnElement[datetime]
) -> ColumnElement[bool]:
    years = months = weeks = days = 0
    waited = func.make_interval(years, months, weeks, days, hours)
    return hours.is_not(None) & (since + waited <= now)
