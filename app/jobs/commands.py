"""What is decided about jobs that failed for good: by a network's people, or by the platform's."""

from dataclasses import dataclass
from uuid import UUID

from app.audit.operations import record
from app.db.crossing import enter_tenant
from app.db.work import Work
from app.jobs.errors import JobDecided
from app.jobs.locks import locked_letter, locked_letter_of
from app.jobs.models import DeadLetter, DeadLetterState
from app.jobs.operations import JobKey, bury, revive
from app.rbac.guard import requires
from app.rbac.permissions import Permission

_TAKEN = {DeadLetterState.REPLAYED: "REPLAY_JOB", DeadLetterState.DROPPED: "DROP_JOB"}


@dataclass(frozen=True, slots=True)
class Decided:
    """What has become of a network's job."""

    key: JobKey
    state: DeadLetterState


@requires(Permission.JOB_REPLAY)
async def replay_dead_job(work: Work, letter_id: UUID) -> UUID:
    """Let a dead job be tried again from the start; twice is as good as once.

    What it has done before it does not do again. Raises `NotFound`, and `JobDecided` for one that
    was dropped.
    """
    return await _decide(work, await locked_letter(work, letter_id), DeadLetterState.REPLAYED)


@requires(Permission.JOB_REPLAY)
async def drop_dead_job(work: Work, letter_id: UUID) -> UUID:
    """Give a dead job up for good; twice is as good as once.

    Raises `NotFound`, and `JobDecided` for one that was replayed.
    """
    return await _decide(work, await locked_letter(work, letter_id), DeadLetterState.DROPPED)


@requires(Permission.TENANT_MANAGE)
async def replay_network_job(work: Work, key: JobKey) -> Decided:
    """Let a network's dead job be tried again, as platform staff; its own trail tells who did.

    Raises `NotFound`, and `JobDecided` for one that was dropped.
    """
    return await _decide_within(work, key, DeadLetterState.REPLAYED)


@requires(Permission.TENANT_MANAGE)
async def drop_network_job(work: Work, key: JobKey) -> Decided:
    """Give a network's dead job up for good, as platform staff; its own trail tells who did.

    Raises `NotFound`, and `JobDecided` for one that was replayed.
    """
    return await _decide_within(work, key, DeadLetterState.DROPPED)


async def _decide_within(work: Work, key: JobKey, state: DeadLetterState) -> Decided:
    async with enter_tenant(work, key.tenant_id) as inside:
        await _decide(inside, await locked_letter_of(inside, key.event_id, key.listener), state)
    return Decided(key, state)


async def _decide(work: Work, letter: DeadLetter, state: DeadLetterState) -> UUID:
    if letter.state not in {DeadLetterState.DEAD, state}:
        raise JobDecided(letter.state)
    if letter.state == DeadLetterState.DEAD:
        await (revive if state is DeadLetterState.REPLAYED else bury)(work, letter)
        record(
            work,
            _TAKEN[state],
            "dead_job",
            letter.id,
            before={"state": letter.state},
            after={"state": state},
        )
        letter.state, letter.decided_at = state, work.now
    return letter.id
