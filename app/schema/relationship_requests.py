"""Asking sellers of the network for trade: who may be asked, what was asked, what was decided."""
# pyright: reportIncompatibleMethodOverride=false
# Relay types `resolve_nodes` wider than it calls it.

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from app.organisations import models
from app.organisations.commands import requests as commands
from app.organisations.models import OrganisationKind, RequestState
from app.organisations.queries import requests as queries
from app.organisations.queries.requests import RequestSide
from app.organisations.rules import Terms
from app.schema.batch import batch, in_order
from app.schema.context import Info
from app.schema.ids import key_of
from app.schema.operation import mutation, query
from app.schema.organisation_changes import NewTermsInput
from app.schema.organisations import TradingRelationship, relationships_by_id
from app.schema.paging import FIRST, connection, page_request
from app.schema.refusals import Refusal

strawberry.enum(RequestState, name="RelationshipRequestState", description=RequestState.__doc__)
strawberry.enum(RequestSide, name="RelationshipRequestSide", description=RequestSide.__doc__)


@strawberry.type
class OpenSeller(relay.Node):
    """A seller that may be asked for trade, as it publishes itself; more is told to nobody."""

    id: relay.NodeID[UUID]
    name: str
    region: str

    @classmethod
    def of(cls, row: models.SellerProfile) -> "OpenSeller":
        """Show what is published."""
        return cls(id=row.id, name=row.name, region=row.region)

    @classmethod
    async def resolve_nodes(
        cls, *, info: Info, node_ids: Iterable[str], required: bool = False
    ) -> list["OpenSeller | None"]:
        """Load by global id; those that accept no requests give null, like unknown ids."""
        del required
        ids = [UUID(key) for key in node_ids]
        async with info.context.read() as work:
            return in_order(ids, await queries.open_sellers_by_id(work, ids), OpenSeller.of)


@strawberry.type
class SellerProfile:
    """What the own organisation publishes of itself, or would, so that others ask it for trade."""

    name: str
    region: str
    is_published: bool
    changed_at: datetime

    @classmethod
    def of(cls, row: models.SellerProfile) -> "SellerProfile":
        """Show the own profile."""
        return cls(
            name=row.name,
            region=row.region,
            is_published=row.is_published,
            changed_at=row.changed_at,
        )


@strawberry.type
class RelationshipRequest(relay.Node):
    """That an organisation asks a seller for trade, with the names of the instant of asking.

    `decidedAt` is when it was approved, refused or withdrawn.
    """

    id: relay.NodeID[UUID]
    state: RequestState
    buyer_name: str
    buyer_kind: OrganisationKind
    buyer_city: str
    buyer_region: str
    seller_name: str
    note: str
    asked_at: datetime
    decided_at: datetime | None
    reason: str | None
    relationship_id: strawberry.Private[UUID | None]

    @batch
    @staticmethod
    async def relationship(
        requests: list["RelationshipRequest"],
        info: Info,
    ) -> list[TradingRelationship | None]:
        """What was opened when it was approved."""
        return await relationships_by_id(info, [each.relationship_id for each in requests])

    @classmethod
    def of(cls, row: models.RelationshipRequest) -> "RelationshipRequest":
        """Show a request to one of its parties."""
        return cls(
            id=row.id,
            state=RequestState(row.state),
            buyer_name=row.buyer_name,
            buyer_kind=OrganisationKind(row.buyer_kind),
            buyer_city=row.buyer_city,
            buyer_region=row.buyer_region,
            seller_name=row.seller_name,
            note=row.note,
            asked_at=row.asked_at,
            decided_at=row.decided_at,
            reason=row.reason,
            relationship_id=row.relationship_id,
        )

    @classmethod
    async def resolve_nodes(
        cls, *, info: Info, node_ids: Iterable[str], required: bool = False
    ) -> list["RelationshipRequest | None"]:
        """Load by global id; unknown and foreign ids give null."""
        del required
        ids = [UUID(key) for key in node_ids]
        async with info.context.read() as work:
            return in_order(ids, await queries.requests_by_id(work, ids), RelationshipRequest.of)


@strawberry.input
class ChangeSellerProfileInput:
    """What the whole network may know of the own organisation, and whether it may."""

    is_published: bool
    name: str
    region: str = ""


@strawberry.input
class RequestRelationshipInput:
    """Whom to ask for trade, and why it should agree."""

    seller_id: relay.GlobalID = strawberry.field(description="An `OpenSeller`.")
    note: str = ""


@strawberry.input
class ApproveRelationshipRequestInput:
    """A request to agree to, and the terms; without them the buyer is prepaid."""

    request_id: relay.GlobalID
    terms: NewTermsInput | None = None


@strawberry.input
class RefuseRelationshipRequestInput:
    """A request to refuse, and what to tell whoever asked."""

    request_id: relay.GlobalID
    reason: str


@strawberry.input
class WithdrawRelationshipRequestInput:
    """An own request to take back."""

    request_id: relay.GlobalID


ChangeSellerProfileResult = Annotated[
    SellerProfile | Refusal, strawberry.union("ChangeSellerProfileResult")
]
RequestRelationshipResult = Annotated[
    RelationshipRequest | Refusal, strawberry.union("RequestRelationshipResult")
]
ApproveRelationshipRequestResult = Annotated[
    RelationshipRequest | Refusal, strawberry.union("ApproveRelationshipRequestResult")
]
RefuseRelationshipRequestResult = Annotated[
    RelationshipRequest | Refusal, strawberry.union("RefuseRelationshipRequestResult")
]
WithdrawRelationshipRequestResult = Annotated[
    RelationshipRequest | Refusal, strawberry.union("WithdrawRelationshipRequestResult")
]


@strawberry.type
class RelationshipRequestsQuery:
    """Questions about who may be asked for trade, and what was asked."""

    @query(queries.open_sellers)
    async def open_sellers(
        self, info: Info, search: str = "", first: int = FIRST, after: str | None = None
    ) -> relay.Connection[OpenSeller]:
        """Sellers of the network that accept requests, by name; `search` is a part of the name."""
        page = page_request(first, after)
        async with info.context.read() as work:
            return connection(await queries.open_sellers(work, page, search), OpenSeller.of)

    @query(queries.own_seller_profile)
    async def seller_profile(self, info: Info) -> SellerProfile | None:
        """What the own organisation publishes of itself; null if it never did."""
        async with info.context.read() as work:
            row = await queries.own_seller_profile(work)
            return SellerProfile.of(row) if row else None

    @query(queries.relationship_requests)
    async def relationship_requests(
        self,
        info: Info,
        side: RequestSide | None = None,
        state: RequestState | None = None,
        first: int = FIRST,
        after: str | None = None,
    ) -> relay.Connection[RelationshipRequest]:
        """What the own organisation asked for and was asked, the newest first."""
        page = page_request(first, after)
        async with info.context.read() as work:
            found = await queries.relationship_requests(work, page, side, state)
            return connection(found, RelationshipRequest.of)


@strawberry.type
class RelationshipRequestsMutation:
    """What can be done about asking for trade."""

    @mutation(commands.change_seller_profile)
    async def change_seller_profile(
        self, info: Info, input: ChangeSellerProfileInput
    ) -> ChangeSellerProfileResult:
        """Let everybody in the network find the own organisation and ask it for trade, or no more.

        Requests that wait stay.
        """
        row = await info.context.write(
            lambda work: commands.change_seller_profile(
                work, input.name, input.region, is_published=input.is_published
            )
        )
        return SellerProfile.of(row)

    @mutation(commands.request_relationship)
    async def request_relationship(
        self, info: Info, input: RequestRelationshipInput
    ) -> RequestRelationshipResult:
        """Ask a seller for trade; asking again while it waits is the same request."""
        seller_id = key_of(input.seller_id, "OpenSeller")
        row = await info.context.write(
            lambda work: commands.request_relationship(work, seller_id, input.note)
        )
        return RelationshipRequest.of(row)

    @mutation(commands.approve_relationship_request)
    async def approve_relationship_request(
        self, info: Info, input: ApproveRelationshipRequestInput
    ) -> ApproveRelationshipRequestResult:
        """Begin to sell to whoever asked, from now on."""
        request_id = key_of(input.request_id, "RelationshipRequest")
        terms = input.terms.terms() if input.terms else Terms()
        row = await info.context.write(
            lambda work: commands.approve_relationship_request(work, request_id, terms)
        )
        return RelationshipRequest.of(row)

    @mutation(commands.refuse_relationship_request)
    async def refuse_relationship_request(
        self, info: Info, input: RefuseRelationshipRequestInput
    ) -> RefuseRelationshipRequestResult:
        """Refuse to trade with whoever asked, with the reason."""
        request_id = key_of(input.request_id, "RelationshipRequest")
        row = await info.context.write(
            lambda work: commands.refuse_relationship_request(work, request_id, input.reason)
        )
        return RelationshipRequest.of(row)

    @mutation(commands.withdraw_relationship_request)
    async def withdraw_relationship_request(
        self, info: Info, input: WithdrawRelationshipRequestInput
    ) -> WithdrawRelationshipRequestResult:
        """Take an own request back."""
        request_id = key_of(input.request_id, "RelationshipRequest")
        row = await info.context.write(
            lambda work: commands.withdraw_relationship_request(work, request_id)
        )
        return RelationshipRequest.of(row)
