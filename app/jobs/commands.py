"""What people decide about jobs that failed for good."""

from uuid import UUID

from app.audit.operations import record
from app.db.work import Work
from app.jobs.errors import JobDecided
from app.jobs.locks import locked_letter
from app.jobs.models import DeadLetter, DeadLetterState
from app.jobs.operations import bury, revive
from app.rbac.guard import requires
from app.rbac.permissions import Permission


@requires(Permission.JOB_REPLAY)
async def replay_dead_job(work: Work, letter_id: UUID) -> UUID:
    """Let a dead job be tried again from the start; twice is as good as once.

    What it has done before it does not do again. Raises `NotFound`, and `JobDecided` for one that
    was dropped.
    """
    letter = await locked_letter(work, letter_id)
    if letter.state == DeadLetterState.DROPPED:
        raise JobDecided(letter.state)
    if letter.state == DeadLetterState.DEAD:
        await revive(work, letter)
        _decide(work, letter, DeadLetterState.REPLAYED)
    return letter.id


@requires(Permission.JOB_REPLAY)
async def drop_dead_job(work: Work, letter_id: UUID) -> UUID:
    """Give a dead job up for good; twice is as good as once.

    Raises `NotFound`, and `JobDecided` for one that was replayed.
    """
    letter = await locked_letter(work, letter_id)
    if letter.state == DeadLetterState.REPLAYED:
        raise JobDecided(letter.state)
    if letter.state == DeadLetterState.DEAD:
        await bury(work, letter)
        _decide(work, letter, DeadLetterState.DROPPED)
    return letter.id


def _decide(work: Work, letter: DeadLetter, state: DeadLetterState) -> None:
    record(
        work,
        "REPLAY_JOB" if state is DeadLetterState.REPLAYED else "DROP_JOB",
        "dead_job",
        letter.id,
        before={"state": letter.state},
        after={"state": state},
    )
    letter.state, letter.decided_at = state, work.now
