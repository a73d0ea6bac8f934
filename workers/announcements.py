"""Announcements reach people: each job tells a batch, and the next job the next."""

from collections.abc import Sequence
from uuid import UUID

from app.announcements.operations import SPREADING, spread
from app.db.outbox import OutboxEvent
from app.db.work import Work
from workers.events import Listener


async def spread_announcement(work: Work, event: OutboxEvent) -> None:
    """Tell the next people of an announcement, from where the last job ended."""
    after = event.data["after"]
    await spread(work, event.subject_id, after and UUID(after))


def announcement_listeners() -> Sequence[Listener]:
    """Return the listener that spreads announcements."""
    return (Listener("spread_announcement", frozenset({SPREADING}), spread_announcement),)
