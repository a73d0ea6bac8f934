"""Background jobs that failed for good, for those who look after a network."""
# pyright: reportIncompatibleMethodOverride=false
# Relay types `resolve_nodes` wider than it calls it.

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from app.jobs import commands, models, queries
from app.jobs.models import DeadLetterState
from app.schema.context import Info
from app.schema.ids import key_of
from app.schema.operation import mutation, query
from app.schema.paging import FIRST, connection, page_request
from app.schema.refusals import Refusal

strawberry.enum(DeadLetterState, name="DeadJobState", description=DeadLetterState.__doc__)


@strawberry.type
class DeadJob(relay.Node):
    """A job that failed for good: what happened, who should have heard of it, and why not.

    `error` names what went wrong and where, without anybody's data. `toldAt` is when it happened,
    `diedAt` when the last try failed.
    """

    id: relay.NodeID[UUID]
    listener: str
    queue: str
    event_kind: str
    subject_id: relay.GlobalID
    failures: int
    error: str
    told_at: datetime
    died_at: datetime
    state: DeadLetterState
    decided_at: datetime | None

    @classmethod
    def of(cls, row: models.DeadLetter) -> "DeadJob":
        """Show a row."""
        type_name = "".join(word.capitalize() for word in row.subject_kind.split("_"))
        return cls(
            id=row.id,
            listener=row.listener,
            queue=row.queue,
            event_kind=row.event_kind,
            subject_id=relay.GlobalID(type_name, str(row.subject_id)),
            failures=row.failures,
            error=row.error,
            told_at=row.told_at,
            died_at=row.died_at,
            state=DeadLetterState(row.state),
            decided_at=row.decided_at,
        )

    @classmethod
    async def resolve_nodes(
        cls, *, info: Info, node_ids: Iterable[str], required: bool = False
    ) -> list["DeadJob | None"]:
        """Load by global id; unknown and foreign ids give null."""
        del required
        return await _jobs(info, [UUID(key) for key in node_ids])


@strawberry.input
class ReplayDeadJobInput:
    """Which job to try again."""

    id: relay.GlobalID


@strawberry.input
class DropDeadJobInput:
    """Which job to give up."""

    id: relay.GlobalID


ReplayDeadJobResult = Annotated[DeadJob | Refusal, strawberry.union("ReplayDeadJobResult")]
DropDeadJobResult = Annotated[DeadJob | Refusal, strawberry.union("DropDeadJobResult")]


@strawberry.type
class JobsQuery:
    """Questions about background jobs."""

    @query(queries.dead_jobs)
    async def dead_jobs(
        self,
        info: Info,
        first: int = FIRST,
        after: str | None = None,
        state: DeadLetterState | None = DeadLetterState.DEAD,
    ) -> relay.Connection[DeadJob]:  # pyright: ignore[reportInvalidTypeArguments]  # no Node
        """Jobs of the network that failed for good, the newest first; of all states for null."""
        page = page_request(first, after)
        async with info.context.read() as work:
            return connection(await queries.dead_jobs(work, page, state), DeadJob.of)


@strawberry.type
class JobsMutation:
    """What becomes of background jobs that failed for good."""

    @mutation(commands.replay_dead_job)
    async def replay_dead_job(self, info: Info, input: ReplayDeadJobInput) -> ReplayDeadJobResult:
        """Try a dead job again from the start; what it did once it does not do twice."""
        key = key_of(input.id, "DeadJob")
        done = await info.context.write(lambda work: commands.replay_dead_job(work, key))
        return await _job(info, done)

    @mutation(commands.drop_dead_job)
    async def drop_dead_job(self, info: Info, input: DropDeadJobInput) -> DropDeadJobResult:
        """Give a dead job up for good."""
        key = key_of(input.id, "DeadJob")
        done = await info.context.write(lambda work: commands.drop_dead_job(work, key))
        return await _job(info, done)


async def _jobs(info: Info, ids: list[UUID]) -> list[DeadJob | None]:
    async with info.context.read() as work:
        rows = await queries.dead_jobs_by_id(work, ids)
    return [DeadJob.of(row) if row else None for row in rows]


async def _job(info: Info, key: UUID) -> DeadJob:
    (found,) = await _jobs(info, [key])
    assert found is not None
    return found
