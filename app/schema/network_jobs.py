"""Jobs of all networks that failed for good, for the platform's own staff."""

from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from app.jobs import commands, models, queries
from app.jobs.models import DeadLetterState
from app.jobs.operations import JobKey
from app.schema.batch import batch
from app.schema.context import Info
from app.schema.ids import key_of, optional_key_of
from app.schema.operation import mutation, query
from app.schema.paging import FIRST, connection, page_request
from app.schema.refusals import Refusal
from app.schema.tenants import Tenant, tenants_by_id


@strawberry.type
class NetworkDeadJob:
    """A network's job that failed for good, as far as the platform's books tell of it.

    `cause` names what went wrong and where in words of the code, and nobody's data; null for one
    that died before it was kept. What the event was about only the network's own people see.
    """

    tenant_id: strawberry.Private[UUID]
    event_id: UUID
    listener: str
    queue: str
    failures: int
    cause: str | None

    @batch
    @staticmethod
    async def network(jobs: list["NetworkDeadJob"], info: Info) -> list[Tenant | None]:
        """Whose job it is."""
        return await tenants_by_id(info, [job.tenant_id for job in jobs])

    @classmethod
    def of(cls, row: models.Job) -> "NetworkDeadJob":
        """Show a job."""
        return cls(
            tenant_id=row.tenant_id,
            event_id=row.event_id,
            listener=row.listener,
            queue=row.queue,
            failures=row.failures,
            cause=row.cause,
        )


@strawberry.type
class NetworkJobDecision:
    """What has become of a network's job that failed for good."""

    tenant_id: strawberry.Private[UUID]
    event_id: UUID
    listener: str
    state: DeadLetterState

    @batch
    @staticmethod
    async def network(decisions: list["NetworkJobDecision"], info: Info) -> list[Tenant | None]:
        """Whose job it is."""
        return await tenants_by_id(info, [decision.tenant_id for decision in decisions])

    @classmethod
    def of(cls, decided: commands.Decided) -> "NetworkJobDecision":
        """Show what was decided."""
        key = decided.key
        return cls(
            tenant_id=key.tenant_id,
            event_id=key.event_id,
            listener=key.listener,
            state=decided.state,
        )


@strawberry.input
class NetworkJobInput:
    """Which job of which network, as `networkDeadJobs` names them."""

    tenant_id: relay.GlobalID
    event_id: UUID
    listener: str

    def key(self) -> JobKey:
        """Read it; raises `NotFound` for what is no network's id."""
        return JobKey(key_of(self.tenant_id, "Tenant"), self.event_id, self.listener)


ReplayNetworkJobResult = Annotated[
    NetworkJobDecision | Refusal, strawberry.union("ReplayNetworkJobResult")
]
DropNetworkJobResult = Annotated[
    NetworkJobDecision | Refusal, strawberry.union("DropNetworkJobResult")
]


@strawberry.type
class NetworkJobsQuery:
    """Questions about background jobs of all networks."""

    @query(queries.network_dead_jobs)
    async def network_dead_jobs(
        self,
        info: Info,
        first: int = FIRST,
        after: str | None = None,
        tenant_id: relay.GlobalID | None = None,
    ) -> relay.Connection[NetworkDeadJob]:  # pyright: ignore[reportInvalidTypeArguments]  # no Node
        """Jobs that failed for good in all networks or in one, network by network."""
        page, key = page_request(first, after), optional_key_of(tenant_id, "Tenant")
        async with info.context.read() as work:
            return connection(await queries.network_dead_jobs(work, page, key), NetworkDeadJob.of)


@strawberry.type
class NetworkJobsMutation:
    """What becomes of background jobs that failed for good in some network."""

    @mutation(commands.replay_network_job)
    async def replay_network_job(
        self, info: Info, input: NetworkJobInput
    ) -> ReplayNetworkJobResult:
        """Try a network's dead job again; what it did once it does not do twice."""
        key = input.key()
        return NetworkJobDecision.of(
            await info.context.write(lambda work: commands.replay_network_job(work, key))
        )

    @mutation(commands.drop_network_job)
    async def drop_network_job(self, info: Info, input: NetworkJobInput) -> DropNetworkJobResult:
        """Give a network's dead job up for good."""
        key = input.key()
        return NetworkJobDecision.of(
            await info.context.write(lambda work: commands.drop_network_job(work, key))
        )
