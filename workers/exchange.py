"""Imports and exports go on in workers, a batch at a time."""

from collections.abc import Sequence

from app.db.outbox import OutboxEvent
from app.db.work import Work
from app.exchange.commands import BEGUN, STEP, carry_export, carry_import
from workers.events import Listener

CARRY_IMPORT, CARRY_EXPORT = "carry_import", "carry_export"


async def carry_on(work: Work, event: OutboxEvent) -> None:
    """Carry an import on by a batch."""
    await carry_import(work, event.subject_id)


async def write_out(work: Work, event: OutboxEvent) -> None:
    """Write an export's file."""
    await carry_export(work, event.subject_id)


def exchange_listeners() -> Sequence[Listener]:
    """Return who carries tables in and out."""
    return (
        Listener(CARRY_IMPORT, frozenset({STEP}), carry_on),
        Listener(CARRY_EXPORT, frozenset({BEGUN}), write_out),
    )
