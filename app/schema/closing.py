"""Closing organisations: previewed, made now or planned, cancelled, and what became of it."""
# pyright: reportIncompatibleMethodOverride=false
# Relay types `resolve_nodes` wider than it calls it.

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from app.closing import commands, models, queries
from app.closing.models import ClosingState
from app.schema.batch import batch, in_order
from app.schema.context import Info
from app.schema.cost import list_size, sized
from app.schema.ids import key_of
from app.schema.operation import mutation, query
from app.schema.organisations import Organisation, TradingRelationship, organisations_by_id
from app.schema.paging import FIRST, connection, page_request
from app.schema.refusals import Refusal

strawberry.enum(ClosingState, name="OrganisationClosingState", description=ClosingState.__doc__)


@strawberry.type
class OrganisationClosing(relay.Node):
    """That an organisation closes, as whoever asked for it sees it.

    It happens at the first minute from `effectiveAt` on; `decidedAt` is when it did, or when it was
    cancelled or refused. A refused one says why in `refusal`, and changed nothing.
    """

    id: relay.NodeID[UUID]
    state: ClosingState
    asked_at: datetime
    effective_at: datetime
    decided_at: datetime | None
    reason: str | None
    refusal: str | None
    organisation_id: strawberry.Private[UUID]

    @batch
    @staticmethod
    async def organisation(
        closings: list["OrganisationClosing"],
        info: Info,
    ) -> list[Organisation | None]:
        """Which one closes; null to its own people once they can sign in to it no more."""
        return await organisations_by_id(info, [each.organisation_id for each in closings])

    @classmethod
    def of(cls, row: models.OrganisationClosing) -> "OrganisationClosing":
        """Show a row."""
        return cls(
            id=row.id,
            state=ClosingState(row.state),
            asked_at=row.asked_at,
            effective_at=row.effective_at,
            decided_at=row.decided_at,
            reason=row.reason,
            refusal=row.refusal,
            organisation_id=row.organisation_id,
        )

    @classmethod
    async def resolve_nodes(
        cls, *, info: Info, node_ids: Iterable[str], required: bool = False
    ) -> list["OrganisationClosing | None"]:
        """Load by global id; unknown and foreign ids give null."""
        del required
        ids = [UUID(key) for key in node_ids]
        async with info.context.read() as work:
            return in_order(ids, await queries.closings_by_id(work, ids), OrganisationClosing.of)


@strawberry.type
class OrganisationClosingPreview:
    """What stands in the way of closing an organisation; figures for its own people only."""

    is_ready: bool = strawberry.field(description="Whether nothing of its trade is open.")
    open_orders: int | None = strawberry.field(description="Orders that it placed or received.")
    open_invoices: int | None = strawberry.field(description="Invoices to it and of it.")
    stocked_skus: int | None = strawberry.field(description="SKUs of which it has pieces.")
    prepaid_balances: int | None = strawberry.field(
        description="Balances paid ahead, to it or by it, that are not used up."
    )
    customers: list[TradingRelationship] = sized(
        20, description="The seen relationships in which it sells, at most 100."
    )
    branch_ids: strawberry.Private[list[UUID]]

    @list_size(20)
    @batch
    @staticmethod
    async def branches(
        previews: list["OrganisationClosingPreview"],
        info: Info,
    ) -> list[list[Organisation]]:
        """The seen organisations directly below it that are not closed, at most 100."""
        wanted = [key for preview in previews for key in preview.branch_ids]
        found = dict(zip(wanted, await organisations_by_id(info, wanted), strict=True))
        return [
            [shown for key in preview.branch_ids if (shown := found[key]) is not None]
            for preview in previews
        ]

    @classmethod
    def of(
        cls, found: queries.ClosingPreview, viewer_id: UUID | None
    ) -> "OrganisationClosingPreview":
        """Show what was found to a person of the organisation `viewer_id`."""
        standing = found.standing
        return cls(
            is_ready=found.is_ready,
            open_orders=standing and standing.orders,
            open_invoices=standing and standing.invoices,
            stocked_skus=standing and standing.stocked_skus,
            prepaid_balances=standing and standing.prepaid_balances,
            customers=[TradingRelationship.of(row, viewer_id) for row in found.customers],
            branch_ids=found.branches,
        )


@strawberry.input
class CloseOrganisationInput:
    """An organisation to close for good."""

    idempotency_key: str
    organisation_id: relay.GlobalID
    effective_at: datetime | None = strawberry.field(
        default=None, description="When it counts, not in the past; left out, at once."
    )
    reason: str | None = None


@strawberry.input
class CancelOrganisationClosingInput:
    """A planned closing to take back."""

    closing_id: relay.GlobalID


CloseOrganisationResult = Annotated[
    OrganisationClosing | Refusal, strawberry.union("CloseOrganisationResult")
]
CancelOrganisationClosingResult = Annotated[
    OrganisationClosing | Refusal, strawberry.union("CancelOrganisationClosingResult")
]
PreviewOrganisationClosingResult = Annotated[
    OrganisationClosingPreview | Refusal, strawberry.union("PreviewOrganisationClosingResult")
]


@strawberry.type
class ClosingQuery:
    """Questions about closing."""

    @query(queries.organisation_closings)
    async def organisation_closings(
        self, info: Info, first: int = FIRST, after: str | None = None
    ) -> relay.Connection[OrganisationClosing]:
        """Closings that the own organisation asked for, the newest first.

        Who runs the whole network sees all.
        """
        page = page_request(first, after)
        async with info.context.read() as work:
            found = await queries.organisation_closings(work, page)
            return connection(found, OrganisationClosing.of)

    @query(queries.preview_organisation_closing)
    async def preview_organisation_closing(
        self, info: Info, organisation_id: relay.GlobalID
    ) -> PreviewOrganisationClosingResult:
        """What stands in the way of closing an organisation; nothing is written."""
        key = key_of(organisation_id, "Organisation")
        async with info.context.read() as work:
            found = await queries.preview_organisation_closing(work, key)
            return OrganisationClosingPreview.of(found, work.actor.organisation_id)


@strawberry.type
class ClosingMutation:
    """What can be done about closing."""

    @mutation(commands.close_organisation)
    async def close_organisation(
        self, info: Info, input: CloseOrganisationInput
    ) -> CloseOrganisationResult:
        """Close an organisation for good, now or at an instant; nothing of it may be open then."""
        key = key_of(input.organisation_id, "Organisation")
        row = await info.context.write(
            lambda work: commands.close_organisation(
                work, key, input.effective_at, input.reason, input.idempotency_key
            )
        )
        return OrganisationClosing.of(row)

    @mutation(commands.cancel_organisation_closing)
    async def cancel_organisation_closing(
        self, info: Info, input: CancelOrganisationClosingInput
    ) -> CancelOrganisationClosingResult:
        """Take back a planned closing."""
        key = key_of(input.closing_id, "OrganisationClosing")
        row = await info.context.write(lambda work: commands.cancel_organisation_closing(work, key))
        return OrganisationClosing.of(row)
