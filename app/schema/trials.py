"""Asking for a network to try, and deciding about it (R3-65)."""
# pyright: reportIncompatibleMethodOverride=false
# Relay types `resolve_nodes` wider than it calls it.

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from app.identities.one_time_tokens import OneTimeKeys
from app.identities.operations import NewPerson
from app.kernel.errors import NotFound
from app.people.commands import trials as commands
from app.people.commands.networks import Network
from app.people.queries import trials as queries
from app.schema.context import Info
from app.schema.cost import cost
from app.schema.ids import key_of
from app.schema.operation import mutation, query
from app.schema.paging import FIRST, connection, page_request
from app.schema.refusals import Refusal
from app.tenants import models
from app.tenants.models import TrialKind, TrialState

for _words in (TrialKind, TrialState):
    strawberry.enum(_words, description=_words.__doc__)


@strawberry.type
class TrialRequest(relay.Node):
    """A request for a network of one's own, as platform staff sees it."""

    id: relay.NodeID[UUID]
    kind: TrialKind
    state: TrialState
    company: str
    name: str
    email: str
    message: str
    asked_at: datetime
    confirmed_at: datetime | None
    decided_at: datetime | None
    decided_by: str | None
    reason: str | None
    tenant_id: relay.GlobalID | None
    ends_at: datetime | None

    @classmethod
    def of(cls, row: models.TrialRequest) -> "TrialRequest":
        """Show a request."""
        founded = row.founded_tenant_id
        return cls(
            id=row.id,
            kind=TrialKind(row.kind),
            state=TrialState(row.state),
            company=row.company,
            name=row.name,
            email=row.email,
            message=row.message,
            asked_at=row.asked_at,
            confirmed_at=row.confirmed_at,
            decided_at=row.decided_at,
            decided_by=row.decided_by,
            reason=row.reason,
            tenant_id=relay.GlobalID("Tenant", str(founded)) if founded else None,
            ends_at=row.ends_at,
        )

    @classmethod
    async def resolve_nodes(
        cls, *, info: Info, node_ids: Iterable[str], required: bool = False
    ) -> list["TrialRequest | None"]:
        """Load by global id; unknown ids give null."""
        del required
        return await trial_requests_by_id(info, [UUID(key) for key in node_ids])


async def trial_requests_by_id(info: Info, ids: Sequence[UUID]) -> list[TrialRequest | None]:
    """Load requests in the order of `ids`."""
    async with info.context.read() as work:
        rows = await queries.trial_requests_by_id(work, ids)
    return [TrialRequest.of(row) if row else None for row in rows]


@strawberry.type
class TrialRequested:
    """A link to confirm the request is on its way; the answer is the same for everybody."""

    ok: bool = True


@strawberry.input
class RequestTrialInput:
    """Who asks to be shown the system, or to try it out."""

    kind: TrialKind
    company: str
    name: str
    email: str
    message: str = ""


@strawberry.input
class ConfirmTrialRequestInput:
    """The token of the link that came by e-mail."""

    token: str


@strawberry.input
class AcceptTrialInput:
    """The network to found for whoever asked, and when their trial ends, if it does."""

    trial_request_id: relay.GlobalID
    slug: str
    name: str
    time_zone: str
    currency: str
    ends_at: datetime | None = None


@strawberry.input
class RefuseTrialInput:
    """A request to refuse, and what to tell whoever asked."""

    trial_request_id: relay.GlobalID
    reason: str


@strawberry.input
class ChangeTrialEndInput:
    """When a trial ends; null lets it go on for good."""

    trial_request_id: relay.GlobalID
    ends_at: datetime | None = None


RequestTrialResult = Annotated[TrialRequested | Refusal, strawberry.union("RequestTrialResult")]
ConfirmTrialRequestResult = Annotated[
    TrialRequested | Refusal, strawberry.union("ConfirmTrialRequestResult")
]
AcceptTrialResult = Annotated[TrialRequest | Refusal, strawberry.union("AcceptTrialResult")]
RefuseTrialResult = Annotated[TrialRequest | Refusal, strawberry.union("RefuseTrialResult")]
ChangeTrialEndResult = Annotated[TrialRequest | Refusal, strawberry.union("ChangeTrialEndResult")]


@strawberry.type
class TrialsQuery:
    """Questions about requests for networks."""

    @query(queries.trial_requests)
    async def trial_requests(
        self,
        info: Info,
        first: int = FIRST,
        after: str | None = None,
        state: TrialState = TrialState.WAITING,
    ) -> relay.Connection[TrialRequest]:
        """Requests in a state, the newest first; those not confirmed by e-mail wait for nobody."""
        page = page_request(first, after)
        async with info.context.read() as work:
            return connection(await queries.trial_requests(work, page, state), TrialRequest.of)


@strawberry.type
class TrialsMutation:
    """What can be done about requests for networks."""

    @cost(50)
    @mutation(commands.request_trial)
    async def request_trial(self, info: Info, input: RequestTrialInput) -> RequestTrialResult:
        """Ask to be shown the system, or to try it out; a link to confirm it comes by e-mail."""
        asking = commands.Asking(input.kind, input.company, input.name, input.email, input.message)
        throttle = info.context.services.attempts
        await info.context.write_as_anyone(
            lambda work: commands.request_trial(work, throttle, asking)
        )
        return TrialRequested()

    @cost(20)
    @mutation(commands.confirm_trial_request)
    async def confirm_trial_request(
        self, info: Info, input: ConfirmTrialRequestInput
    ) -> ConfirmTrialRequestResult:
        """Confirm the request by the link, so that it reaches the platform's staff."""
        keys = OneTimeKeys(info.context.services.keys.secret)
        await info.context.write_as_anyone(
            lambda work: commands.confirm_trial_request(work, keys, input.token)
        )
        return TrialRequested()

    @cost(100)
    @mutation(commands.accept_trial)
    async def accept_trial(self, info: Info, input: AcceptTrialInput) -> AcceptTrialResult:
        """Found the network that was asked for, and invite whoever asked as its administrator."""
        key = key_of(input.trial_request_id, "TrialRequest")
        (asked,) = await trial_requests_by_id(info, [key])
        if asked is None:
            raise NotFound("TrialRequest")
        network = Network(
            slug=input.slug,
            name=input.name,
            time_zone=input.time_zone,
            currency=input.currency,
            organisation_name=asked.company,
            # Nobody knows it; the link that goes out sets another.
            administrator=NewPerson(asked.name, asked.email, secrets.token_urlsafe(32)),
        )
        return TrialRequest.of(
            await info.context.write(
                lambda work: commands.accept_trial(work, key, network, input.ends_at)
            )
        )

    @mutation(commands.refuse_trial)
    async def refuse_trial(self, info: Info, input: RefuseTrialInput) -> RefuseTrialResult:
        """Refuse a request; whoever asked is told the reason by e-mail."""
        key = key_of(input.trial_request_id, "TrialRequest")
        return TrialRequest.of(
            await info.context.write(lambda work: commands.refuse_trial(work, key, input.reason))
        )

    @mutation(commands.change_trial_end)
    async def change_trial_end(
        self, info: Info, input: ChangeTrialEndInput
    ) -> ChangeTrialEndResult:
        """Let a trial end at another time, or go on for good."""
        key = key_of(input.trial_request_id, "TrialRequest")
        return TrialRequest.of(
            await info.context.write(
                lambda work: commands.change_trial_end(work, key, input.ends_at)
            )
        )
